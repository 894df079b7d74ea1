"""Run a program as an unprivileged user who keeps at most one capability: ``become.py UID GID CAPABILITY PROGRAM...``

PostgreSQL refuses to run as root, and the user it runs as may not enter a folder that is closed to all but
root, where home or the programs may be. Widening that folder's permissions is not ours to do. So the user keeps
the one capability that lets it pass, as an ambient capability, which survives exec (capabilities(7), Linux 4.3).
A user namespace that renames root would need no capability, but the usual containers forbid making one, and
PostgreSQL would run with root's ownership of every file on the machine.

Runs by itself, without the package: it must not need anything that the new user cannot read.
CAPABILITY is its number in linux/capability.h, or -1 for none. Exit code 125 says that this process may not
change its user, 126 that the program cannot be run.
"""

import ctypes
import os
import sys
from collections.abc import Callable

NONE = -1
EXIT_NOT_CHANGED = 125
EXIT_NOT_RUN = 126

# linux/prctl.h, linux/securebits.h and linux/capability.h
PR_SET_SECUREBITS = 28
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522


class CapabilityHeader(ctypes.Structure):
    """``struct __user_cap_header_struct``; pid 0 is this process."""

    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class CapabilitySet(ctypes.Structure):
    """``struct __user_cap_data_struct``: 32 capabilities, one bit each."""

    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def become(uid: int, gid: int, capability: int) -> None:
    """Change user for good. Raises OSError if this process may not."""
    on_linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True)
    if on_linux and capability != NONE:
        # Keeps capabilities through setuid, and lets access(2) count them, by which initdb looks for postgres.
        _call(libc.prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if on_linux:
        _keep_only(libc, capability)
        _call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    bit = 0 if capability == NONE else 1 << capability
    header = CapabilityHeader(CAPABILITY_VERSION_3, 0)
    sets = (CapabilitySet * 2)(CapabilitySet(bit, bit, bit), CapabilitySet(0, 0, 0))
    _call(libc.capset, ctypes.byref(header), ctypes.byref(sets))
    if capability != NONE:
        _call(libc.prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main(arguments: list[str]) -> None:
    """Become the user and be replaced by the program."""
    uid, gid, capability = (int(argument) for argument in arguments[:3])
    try:
        become(uid, gid, capability)
    except OSError as refusal:
        _stop(f"cannot become user number {uid}: {refusal.strerror}", EXIT_NOT_CHANGED)
    try:
        os.execv(arguments[3], arguments[3:])  # noqa: S606
    except OSError as refusal:
        _stop(f"{arguments[3]}: {refusal.strerror}", EXIT_NOT_RUN)


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"FATAL:  {message}\n")
    sys.exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
