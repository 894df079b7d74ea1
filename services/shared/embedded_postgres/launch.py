"""Start PostgreSQL in a home, making its data folder first if there is none."""

import os
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from services.shared.embedded_postgres import locks, log, passwords
from services.shared.embedded_postgres.cluster import make_cluster, refresh_settings
from services.shared.embedded_postgres.errors import StartTookTooLong
from services.shared.embedded_postgres.home import Home
from services.shared.embedded_postgres.postmaster import remove_stale_record
from services.shared.embedded_postgres.programs import Programs, programs_for
from services.shared.embedded_postgres.sockets import socket_folder_for

# Processes of a PostgreSQL whose postmaster was killed end by themselves, after their present statement.
ORPHANS_SECONDS = 60


@dataclass(frozen=True)
class Launched:
    """PostgreSQL as a child of this process, perhaps not yet ready."""

    process: Popen[bytes]
    socket_folder: Path


def launch(home: Home) -> Launched:
    """Start PostgreSQL; the cluster's lock goes over to it. Raises EmbeddedPostgresFailed."""
    try:
        lock = locks.exclusive(home, home.cluster_lock, within=ORPHANS_SECONDS)
    except locks.LockBusy:
        raise StartTookTooLong(
            f"Processes of an earlier PostgreSQL still use {home.cluster}: wait for them to end, then start again."
        ) from None
    with locks.held(lock):
        programs = programs_for(home, lock)
        if not home.cluster.exists():
            make_cluster(home, programs, passwords.read(home).by_role[passwords.SUPERUSER])
        remove_stale_record(home)
        refresh_settings(home, programs.account)
        return _start(home, programs)


def _start(home: Home, programs: Programs) -> Launched:
    folder = socket_folder_for(home, programs.account)
    settings = ["-c", f"unix_socket_directories={quoted(folder)}", "-c", "unix_socket_permissions=0700"]
    written = log.opened(home)
    try:
        # `-D` and the folder let anyone recognise the process by its command line.
        command = [str(programs.binaries.postgres), *settings, "-D", str(home.cluster)]
        return Launched(programs.start(command, written), folder)
    finally:
        os.close(written)


def quoted(folder: Path) -> str:
    """One item of PostgreSQL's lists of folders."""
    return '"' + str(folder).replace('"', '""') + '"'
