"""The data folder: made in a folder beside its place and renamed, so that a half-made one is never met."""

import os
import shutil
from pathlib import Path

from services.shared.embedded_postgres.account import Account, has_name
from services.shared.embedded_postgres.binaries import MAJOR_VERSION
from services.shared.embedded_postgres.errors import ClusterUnusable
from services.shared.embedded_postgres.home import Home, make_private_folder, open_private_file
from services.shared.embedded_postgres.log import telling_line
from services.shared.embedded_postgres.passwords import SUPERUSER
from services.shared.embedded_postgres.programs import Programs
from services.shared.embedded_postgres.settings import settings_file

INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth=scram-sha-256",
    "--locale-provider=builtin",
    "--locale=C.UTF-8",
    "--encoding=UTF8",
    "--data-checksums",
    "--no-instructions",
)


def make_cluster(home: Home, programs: Programs, password: str) -> None:
    """Make the data folder. Raises ClusterUnusable, and leaves nothing behind."""
    if not has_name(programs.account):
        raise ClusterUnusable(
            f"User number {programs.account.uid} has no name on this machine, and initdb asks for one: "
            "add the user to /etc/passwd, or run as one that is there."
        )
    workplace = home.unfinished_cluster
    _remove(workplace)
    try:
        make_private_folder(workplace, programs.account.owner)
        _initialise(workplace, programs, password)
        _write_settings(workplace / "cluster", programs.account)
        (workplace / "cluster").rename(home.cluster)
        _sync(home.folder)
    finally:
        _remove(workplace)


def refresh_settings(home: Home, account: Account) -> None:
    """Write this version's settings into the data folder. Raises ClusterUnusable if it is of another version."""
    try:
        made_by = (home.cluster / "PG_VERSION").read_text().strip()
    except FileNotFoundError:
        made_by = "an unknown version"
    if made_by != MAJOR_VERSION:
        raise ClusterUnusable(
            f"{home.cluster} was made by PostgreSQL {made_by}, and this is {MAJOR_VERSION}: "
            "move the records with pg_dump, or choose another folder."
        )
    _write_settings(home.cluster, account)


def _initialise(workplace: Path, programs: Programs, password: str) -> None:
    password_file = workplace / "password"
    _write(password_file, password, programs.account)
    places = [f"--pwfile={password_file}", f"--pgdata={workplace / 'cluster'}"]
    answer = programs.run([str(programs.binaries.initdb), *INITDB_OPTIONS, *places])
    if answer.returncode != 0:
        said = telling_line((answer.stdout + answer.stderr).decode(errors="replace"))
        raise ClusterUnusable(
            f"The database could not be made in {workplace.parent} ({said}): "
            "see that the disk has 200 MB to spare, then start again."
        )


def _write_settings(cluster: Path, account: Account) -> None:
    place = cluster / "postgresql.conf"
    draft = cluster / "postgresql.conf.unfinished"
    draft.unlink(missing_ok=True)
    _write(draft, settings_file(), account)
    draft.rename(place)


def _write(path: Path, text: str, account: Account) -> None:
    with os.fdopen(open_private_file(path, os.O_WRONLY | os.O_EXCL, account.owner), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _sync(folder: Path) -> None:
    """Make a rename in the folder last through a power failure."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
