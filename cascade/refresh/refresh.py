"""Bring the kept cascade up to date with its source, and read from it what is shown."""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from cascade.account import ReadAccount, account_of
from cascade.confidential_view import FACILITIES, SIZES, ConfidentialView, begun_on, newest_on
from cascade.cube import read_figures
from cascade.curves import read_curves
from cascade.derive.cut import Cut
from cascade.derive.records import accounted
from cascade.plan import Shown, last_quarter_to_show, shown
from cascade.refresh import counting
from cascade.refresh.kept import (
    NAME,
    State,
    codes_print,
    fingerprint,
    opened,
    program_print,
    read_position,
    read_state,
    set_position,
    write_state,
)
from cascade.refresh.part import Part
from cascade.refresh.whole import make_whole, put_in_order
from cascade.sources import Changed, ChangingSource
from cascade.views import views

MOST_CHANGES = 5_000
"""Changes beyond which everything is read again: deriving a large part twice would take longer."""


@dataclass(frozen=True)
class Refreshed:
    """What there is to show, and how it came to be up to date: ``unchanged``, ``part`` or ``whole``."""

    view: ConfidentialView
    how: str
    changes: int


def refresh(
    file: Path,
    source: ChangingSource,
    *,
    period_end: date,
    now: datetime,
    zone: str,
    key: bytes,
    code_files: Sequence[Path] = (),
) -> Refreshed:
    """Bring the cascade in a file up to date.

    The data cut is the end of the civil day of ``now``: the source holds nothing from later, and so a day's refreshes
    derive the same from the same records. A refresh that breaks off leaves what was there, or is begun again by the next.

    Args:
        file: where the cascade is kept; made if it is not there.
        source: what it is read from.
        period_end: last day of the last quarter to show (but see cascade.plan.last_quarter_to_show).
        now: the moment, with a zone.
        zone: IANA name of the facilities' zone.
        key: secret of the pseudonyms.
        code_files: further meanings of codes.

    Raises:
        WrongWindow, UnknownZone, WeakKey: a parameter cannot be right.
    """
    cut = Cut(_end_of_day(now, zone), zone)
    state = State(
        day=cut.day,
        zone=zone,
        source=source.identity(),
        key_print=fingerprint(key),
        program_print=program_print(),
        codes_print=codes_print(tuple(code_files)),
        period_end=period_end,
    )
    asked = _Asked(source, state, cut, now, key, code_files)
    with _alone(file):
        return _take_in(file, asked) or _begin_again(file, asked)


@dataclass(frozen=True)
class _Asked:
    """What one refresh is to be made of."""

    source: ChangingSource
    state: State
    cut: Cut
    now: datetime
    key: bytes
    code_files: Sequence[Path]


def _end_of_day(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    after = datetime.combine(local.date() + timedelta(days=1), time(), ZoneInfo(zone))
    return after - timedelta(microseconds=1)


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One program at a time."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _take_in(file: Path, asked: _Asked) -> Refreshed | None:
    """Take what changed into the kept cascade; None if it must be made again."""
    if not file.exists():
        return None
    with opened(file, asked.cut.zone) as connection:
        changes = _changes(connection, asked)
        if changes is None:
            return None
        put_in_order(connection)
        part = Part(connection, asked.cut, asked.key, asked.code_files)
        before = _plan(connection, asked)
        touched = part.derive(changes)
        if touched:
            set_position(connection, read_position(connection), whole=False)
            part.put_in_place()
            _count_again(connection, part, before, _plan(connection, asked))
        set_position(connection, asked.source.position(), whole=True)
        return Refreshed(_view(connection, asked), "part" if touched else "unchanged", len(changes))


def _changes(connection: DuckDBPyConnection, asked: _Asked) -> list[Changed] | None:
    """What changed since the kept cascade was made; None if it must be made again."""
    if read_state(connection) != asked.state:
        return None
    changes = list(islice(asked.source.changes(read_position(connection)), MOST_CHANGES + 1))
    if len(changes) > MOST_CHANGES or any(Part.is_of_everybody(one) for one in changes):
        return None
    return changes


def _count_again(connection: DuckDBPyConnection, part: Part, before: Shown, now: Shown) -> None:
    """Count what the part touches; everything if other periods are shown than before."""
    if now == before:
        part.count(now)
    else:
        counting.count_all(connection, now)


def _begin_again(file: Path, asked: _Asked) -> Refreshed:
    """Make the cascade anew beside the one that is kept, and put it in its place when it is whole."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    with opened(new, asked.cut.zone) as connection:
        make_whole(connection, asked.source, asked.cut, asked.key, asked.code_files)
        counting.count_all(connection, _plan(connection, asked))
        write_state(connection, asked.state, asked.source.position())
        view = _view(connection, asked)
    shutil.rmtree(new.with_suffix(".aside"), ignore_errors=True)
    new.replace(file)
    return Refreshed(view, "whole", 0)


def _plan(connection: DuckDBPyConnection, asked: _Asked) -> Shown:
    begun = begun_on(connection)
    return shown(_last(connection, asked), begun, data_as_of=asked.cut.data_as_of, zone=asked.cut.zone)


def _last(connection: DuckDBPyConnection, asked: _Asked) -> date:
    return last_quarter_to_show(asked.state.period_end, newest_on(connection))


def _view(connection: DuckDBPyConnection, asked: _Asked) -> ConfidentialView:
    put_in_order(connection)
    last = _last(connection, asked)
    return ConfidentialView(
        figures=read_figures(connection, f"{NAME}.shown.figure"),
        curves=read_curves(connection, f"{NAME}.shown.curve"),
        facilities=connection.execute(FACILITIES).df(),
        sizes=connection.execute(SIZES, {"last": last}).df(),
        account=_account(connection),
        shown=_plan(connection, asked),
        period_end=last,
        data_as_of=asked.now,
    )


def _account(connection: DuckDBPyConnection) -> ReadAccount:
    """What became of the current records: each type's rows are what was read of it."""
    rows: dict[str | None, int] = {
        view.resource_type: connection.execute(f"SELECT count(*) FROM flat.{view.table}").fetchall()[0][0]  # noqa: S608
        for view in views()
    }
    return account_of(rows, {view.resource_type: 0 for view in views()}, accounted(connection))
