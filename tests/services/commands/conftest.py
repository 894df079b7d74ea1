"""The command line as a person and a script use it: in a process of its own, or in this one, which is much faster."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from command_line import Home, Ran, Run

from services.cli import main
from services.shared.embedded_postgres import RunningServer
from services.shared.installation import Urls


@pytest.fixture
def in_this_process(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command without the second that a new process takes to import everything."""

    def run(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Ran:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["throughcare", *arguments])
            with pytest.raises(SystemExit) as ended:
                main()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return run


def _named(urls: Urls) -> dict[str, str]:
    return {"DATABASE_URL": urls.server, "DATABASE_OWNER_URL": urls.owner}


@pytest.fixture
def home(urls: Urls, tmp_path: Path, in_this_process: Run) -> Home:
    """A home on the test's database, whose commands run in this process."""
    return Home(tmp_path / "a home with spaces", in_this_process, _named(urls))


@pytest.fixture
def embedded_home(tmp_path: Path) -> Home:
    """A home with a PostgreSQL of its own, whose commands are processes."""
    return Home(tmp_path / "a home with spaces")


@pytest.fixture
def other_urls(postgres: RunningServer, worker_id: str) -> Iterator[Urls]:
    """Another migrated, empty database beside the test's own, for this test alone."""
    name = f"beside_{worker_id}"
    with psycopg.connect(postgres.superuser_conninfo(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE throughcare_template OWNER throughcare_owner")
        yield Urls(postgres.owner_url(name), postgres.server_url(name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def other_home(other_urls: Urls, tmp_path: Path, in_this_process: Run) -> Home:
    """Another home, on the other database."""
    return Home(tmp_path / "other", in_this_process, _named(other_urls))
