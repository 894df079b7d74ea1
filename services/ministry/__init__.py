"""The cascade as a ministry of health sees it."""
