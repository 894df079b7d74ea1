"""The questions after an arrival, the claimed dose with its calls, on pages."""
