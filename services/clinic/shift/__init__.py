"""The start page of a shift."""
