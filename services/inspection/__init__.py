"""What inspectors see: registers and figures by facility and time, without a chart and without a name."""
