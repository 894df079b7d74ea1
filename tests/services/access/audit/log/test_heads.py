"""Heads are signed with one key, made once; a key that is lost is never made anew in silence."""

import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from audit_events import KEY, NURSE, a_read, recorded, rows

from fhir_store.write import raw_cursor
from services.access.audit import head as signed
from services.access.audit.errors import ForeignHead
from services.access.audit.log import heads, signing_key
from services.access.audit.log.errors import KeyLost, KeyOfAnotherLog, KeyUnusable
from services.access.audit.log.heads import begin_new_log_id, kept_lines, sign_head, sign_if_due, sign_now
from services.access.audit.log.sequencing import sequence_all
from services.access.audit.log.signing_key import NAME, problem, public_keys
from services.access.audit.log.whole_log import verify_kept_log
from services.shared.database import Database
from services.shared.installation import Urls


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _sequenced(database: Database, count: int) -> None:
    recorded(database, *(a_read() for _ in range(count)))
    deadline, done = time.monotonic() + 30, 0
    while done < count:
        done += sequence_all(database)
        assert time.monotonic() < deadline


def _verified(database: Database, head: signed.SignedHead) -> None:
    with database.cursor() as cursor:
        signed.verify(head, *public_keys(cursor))


def test_a_head_is_signed_kept_and_can_be_verified(database: Database, home: Path) -> None:
    _sequenced(database, 3)
    head = sign_now(database, home)
    assert head.size == 3
    _verified(database, head)
    with database.cursor() as cursor:
        assert list(kept_lines(cursor)) == [signed.text(head)]


def test_the_key_is_made_once_and_for_its_owner_alone(database: Database, home: Path) -> None:
    first = sign_now(database, home)
    raw = (home / NAME).read_bytes()
    assert sign_now(database, home).log_id == first.log_id
    assert (home / NAME).read_bytes() == raw
    assert stat.S_IMODE((home / NAME).stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == [NAME]


def test_a_lost_key_is_not_made_anew(database: Database, home: Path, urls: Urls) -> None:
    sign_now(database, home)
    (home / NAME).rename(home / "elsewhere")
    with pytest.raises(KeyLost, match="from a backup") as lost:
        sign_now(database, home)
    assert "new-key" in str(lost.value)
    assert not (home / NAME).exists()
    assert len(rows(urls.server, "SELECT 1 FROM access.audit_head")) == 1
    with database.cursor() as cursor:
        assert problem(cursor, home) == str(lost.value)
    (home / "elsewhere").rename(home / NAME)
    sign_now(database, home)


def test_another_key_signs_nothing(database: Database, home: Path) -> None:
    sign_now(database, home)
    (home / NAME).write_bytes(bytes(32))
    with pytest.raises(KeyOfAnotherLog, match="not the key"):
        sign_now(database, home)
    (home / NAME).write_bytes(b"short")
    with pytest.raises(KeyUnusable, match="damaged"):
        sign_now(database, home)


def test_heads_whose_keys_are_gone_from_the_database_stop_the_signing(
    database: Database, home: Path, urls: Urls
) -> None:
    sign_now(database, home)
    rows(urls.owner, "DELETE FROM access.audit_key")
    (home / NAME).unlink()
    with pytest.raises(KeyUnusable, match="Restore it from a backup"):
        sign_now(database, home)
    assert not (home / NAME).exists()


def test_a_new_key_is_recorded_and_the_old_heads_are_still_verified(
    database: Database, home: Path, urls: Urls
) -> None:
    _sequenced(database, 2)
    old = sign_now(database, home)
    (home / NAME).unlink()
    log_id = begin_new_log_id(database, home, NURSE, KEY)
    new = sign_now(database, home)
    assert (new.log_id.hex(), new.log_id != old.log_id) == (log_id, True)
    for head in (old, new):
        _verified(database, head)
    ((body,),) = rows(urls.server, "SELECT body FROM access.audit_event WHERE kind = 'new-key'")
    assert old.log_id.hex().encode() in body
    assert log_id.encode() in body
    with pytest.raises(ForeignHead):
        signed.verify(new, public_key(database, 0))


def public_key(database: Database, number: int):
    with database.cursor() as cursor:
        return public_keys(cursor)[number]


def test_the_old_key_stays_beside_the_new_one(database: Database, home: Path) -> None:
    old = sign_now(database, home)
    raw = (home / NAME).read_bytes()
    begin_new_log_id(database, home, NURSE, KEY)
    assert (home / f"{NAME}.{old.log_id.hex()[:16]}.old").read_bytes() == raw
    assert len(list(home.iterdir())) == 2


class Crash(BaseException):
    pass


def test_a_crash_after_a_new_key_was_registered_is_made_good(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_now(database, home)

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(signing_key, "_finish_change", crash)
        with pytest.raises(Crash):
            begin_new_log_id(database, home, NURSE, KEY)
    with database.cursor() as cursor:
        assert problem(cursor, home) is None
    head = sign_now(database, home)
    assert head.log_id == signed.log_id(public_key(database, 1))


def test_a_crash_before_a_new_key_was_registered_changes_nothing(
    database: Database, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = sign_now(database, home)

    def crash(*_: object) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(heads, "register", crash)
        with pytest.raises(Crash):
            begin_new_log_id(database, home, NURSE, KEY)
    assert sign_now(database, home).log_id == old.log_id


def test_a_head_that_was_not_committed_leaves_the_key_to_the_next(database: Database, home: Path) -> None:
    with database.engine.connect() as connection:
        first = sign_head(raw_cursor(connection), home, datetime.now(UTC))
        connection.rollback()
    assert sign_now(database, home).log_id == first.log_id


def test_no_head_is_earlier_than_the_one_before(database: Database, home: Path, urls: Urls) -> None:
    """A log that has only grown would look as if it had been rolled back."""
    now = datetime.now(UTC)
    times = []
    for ahead in (timedelta(days=1), -timedelta(days=1), timedelta(0), timedelta(days=1, seconds=1)):
        _sequenced(database, 1)
        times.append(_signed(database, home, now + ahead).time - now.replace(microsecond=0))
    assert times == [timedelta(days=1)] * 3 + [timedelta(days=1, seconds=1)]
    with database.snapshot() as connection:
        assert verify_kept_log(connection, [], KEY).report.intact
    # What somebody else has put there says nothing.
    head = _signed(database, home, now)
    forged = signed.SignedHead(
        head.log_id, head.size, head.time + timedelta(days=900), head.root, head.signature
    )
    for line in (signed.text(forged), "nonsense"):
        rows(urls.owner, f"INSERT INTO access.audit_head (line) VALUES ('{line}')")
        assert _signed(database, home, now).time == now.replace(microsecond=0)


def _signed(database: Database, home: Path, at: datetime) -> signed.SignedHead:
    return database.run(lambda connection: sign_head(raw_cursor(connection), home, at))


def test_a_head_is_due_once_a_day_and_not_before_there_is_anything(
    database: Database, home: Path, urls: Urls
) -> None:
    assert sign_if_due(database, home) is None
    assert not home.exists()
    _sequenced(database, 1)
    assert sign_if_due(database, home) is not None
    assert sign_if_due(database, home) is None
    rows(urls.owner, "UPDATE access.audit_head SET signed_at = signed_at - interval '25 hours'")
    assert sign_if_due(database, home) is not None
    # A clock that was far ahead for a while does not keep heads from being signed.
    rows(urls.owner, "UPDATE access.audit_head SET signed_at = now() + interval '2 years'")
    assert sign_if_due(database, home) is not None
