"""The passwords of the database roles: random, made once, kept in a file that its owner alone may read."""

import json
import os
import secrets
from dataclasses import dataclass

from services.shared.embedded_postgres.errors import ClusterUnusable
from services.shared.embedded_postgres.home import Home, open_private_file, owner_of

SUPERUSER = "postgres"
OWNER = "throughcare_owner"
SERVER = "throughcare_server"
ROLES = (SUPERUSER, OWNER, SERVER)

RANDOM_BYTES = 24


@dataclass(frozen=True)
class Passwords:
    """One password for each role; never shown when printed."""

    by_role: dict[str, str]

    def __repr__(self) -> str:
        return "Passwords(...)"


def made_once(home: Home) -> Passwords:
    """The home's passwords, made now if there is no cluster yet. Raises ClusterUnusable if they are lost."""
    if not home.passwords.exists():
        if home.cluster.exists():
            raise ClusterUnusable(f"{home.passwords} is missing: restore it from a backup of this folder.")
        _write(home, {role: secrets.token_urlsafe(RANDOM_BYTES) for role in ROLES})
    return read(home)


def read(home: Home) -> Passwords:
    """The home's passwords. Raises ClusterUnusable if the file holds something else."""
    try:
        kept = json.loads(home.passwords.read_text("utf-8"))
        return Passwords({role: str(kept[role]) for role in ROLES})
    except (ValueError, KeyError, TypeError):
        raise ClusterUnusable(
            f"{home.passwords} is damaged: restore it from a backup of this folder."
        ) from None


def _write(home: Home, by_role: dict[str, str]) -> None:
    """All or nothing: a crash in the middle leaves no half of a file under the final name."""
    draft = home.passwords.with_suffix(".unfinished")
    draft.unlink(missing_ok=True)
    with os.fdopen(open_private_file(draft, os.O_WRONLY | os.O_EXCL, owner_of(home)), "w") as file:
        json.dump(by_role, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(home.passwords)
