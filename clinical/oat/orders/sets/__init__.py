"""The order sets, one file each. Each has a ``SET``."""
