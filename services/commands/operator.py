"""Who sits at the command line, as the audit log names them."""

import getpass
import os

from services.access.audit.kinds import Actor


def operator() -> Actor:
    """Whoever runs the command, by the name of their account on this machine."""
    try:
        return Actor("operator", getpass.getuser())
    except (KeyError, OSError):  # a container's user may have no name
        return Actor("operator", f"user number {os.getuid()}")
