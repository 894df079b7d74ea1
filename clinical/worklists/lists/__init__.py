"""One file for each list, with its ``WORKLIST``."""
