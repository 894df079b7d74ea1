"""How a program is run as PostgreSQL's user, and what that user must be allowed for it."""

import os
import stat
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from services.shared.embedded_postgres.account import Account
from services.shared.embedded_postgres.errors import PrivilegesMissing
from services.shared.embedded_postgres.home import user_name

WRAPPER = Path(__file__).with_name("become.py")
STATUS = Path("/proc/self/status")


class Capability(IntEnum):
    """Numbers of linux/capability.h."""

    NONE = -1
    DAC_OVERRIDE = 1
    DAC_READ_SEARCH = 2


@dataclass(frozen=True)
class Need:
    """What PostgreSQL's user lacks."""

    folders_to_enter: tuple[Path, ...]
    programs_to_run: tuple[Path, ...]


def command_as(account: Account, capability: Capability, command: list[str]) -> list[str]:
    """The command that runs ``command`` as ``account``; itself, if we are that user already."""
    if account.uid == os.geteuid():
        return command
    isolated = [sys.executable, "-I", "-S", str(WRAPPER)]
    return [*isolated, str(account.uid), str(account.gid), str(int(capability)), *command]


def capability_needed(account: Account, folders: Iterable[Path], program: Path) -> Capability:
    """The least that lets ``account`` enter the folders and run the program. Raises PrivilegesMissing."""
    if account.uid == os.geteuid():
        return Capability.NONE
    need = Need(
        tuple(place for folder in folders for place in _closed_to(account, folder)),
        () if _allows(program.stat(), account, stat.S_IXOTH | stat.S_IROTH) else (program,),
    )
    capability = least_capability(need, available_capabilities())
    if capability is None:
        obstacle = (*need.folders_to_enter, *need.programs_to_run)[0]
        raise PrivilegesMissing(
            f"PostgreSQL does not run as root, and {user_name(account.uid)} may not use {obstacle}: "
            "run as an ordinary user, or choose a home and a virtual environment that every user may enter."
        )
    return capability


def least_capability(need: Need, available: frozenset[Capability]) -> Capability | None:
    """The weakest capability that answers the need; None if no available one does."""
    if not need.folders_to_enter and not need.programs_to_run:
        return Capability.NONE
    if not need.programs_to_run and Capability.DAC_READ_SEARCH in available:
        return Capability.DAC_READ_SEARCH
    # Docker grants its root this one and not the weaker one.
    return Capability.DAC_OVERRIDE if Capability.DAC_OVERRIDE in available else None


def available_capabilities() -> frozenset[Capability]:
    """Which of the capabilities above this process may hand on: none outside Linux."""
    try:
        lines = STATUS.read_text().splitlines()
    except OSError:
        return frozenset()
    permitted = next(int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:"))
    return frozenset(one for one in Capability if one >= 0 and permitted & (1 << one))


def _closed_to(account: Account, folder: Path) -> list[Path]:
    return [place for place in (folder, *folder.parents) if not _allows(place.stat(), account, stat.S_IXOTH)]


def _allows(found: os.stat_result, account: Account, wanted: int) -> bool:
    """Whether the mode gives ``wanted``, written as others' bits, to the account."""
    if found.st_uid == account.uid:
        return found.st_mode >> 6 & wanted == wanted
    if found.st_gid == account.gid:
        return found.st_mode >> 3 & wanted == wanted
    return found.st_mode & wanted == wanted
