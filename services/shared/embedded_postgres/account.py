"""Which user of the machine PostgreSQL runs as. It refuses to run as root."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from services.shared.embedded_postgres.errors import PrivilegesMissing
from services.shared.embedded_postgres.home import ROOT, Home

NOBODY = "nobody"
NUMBER_OF_NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """A user and its group, by number."""

    uid: int
    gid: int

    @property
    def owner(self) -> tuple[int, int]:
        """As chown wants it."""
        return self.uid, self.gid


def account_for(home: Home) -> Account:
    """The user itself; for root, whoever owns the data folder or else the home, or else nobody.

    Raises PrivilegesMissing if the data folder is root's own.
    """
    if os.geteuid() != ROOT:
        return Account(os.geteuid(), os.getegid())
    if home.cluster.exists():
        return _owner_of_cluster(home.cluster)
    owner = _owner(home.folder)
    return owner if owner.uid != ROOT and has_name(owner) else _nobody()


def has_name(account: Account) -> bool:
    """Whether the machine has a name for the user, which initdb insists on."""
    try:
        pwd.getpwuid(account.uid)
    except KeyError:
        return False
    return True


def _owner_of_cluster(cluster: Path) -> Account:
    owner = _owner(cluster)
    if owner.uid == ROOT:
        raise PrivilegesMissing(
            f"{cluster} belongs to root, as whom PostgreSQL does not run: "
            f"give it to an ordinary user (chown -R nobody {cluster})."
        )
    return owner


def _owner(place: Path) -> Account:
    found = place.stat()
    return Account(found.st_uid, found.st_gid)


def _nobody() -> Account:
    try:
        entry = pwd.getpwnam(NOBODY)
    except KeyError:
        return Account(NUMBER_OF_NOBODY, NUMBER_OF_NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)
