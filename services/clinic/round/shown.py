"""What of a round is shown to whoever asks: each person as the decision shows them, and nobody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from clinical.oat.happened import Kind
from clinical.oat.law import allows_telephone_orders
from clinical.oat.on_call import on_call_at
from clinical.oat.round.calls import draw_numbers, numbers_of
from clinical.oat.round.cup_check import Checked, cups_of
from clinical.oat.round.kept import checks_of
from clinical.oat.round.parts import Part, Round, Witness, find, parts_of, witnesses_of
from clinical.oat.round.reader import Known, Reader
from clinical.oat.round.reading import Read, read_of, who_is_on_the_list
from clinical.oat.round.round_list import Now, round_list, row_of
from clinical.oat.round.row import Row
from clinical.oat.round.session import session_at, sessions
from clinical.oat.round.situation import Situation
from clinical.oat.round.stock import Container, containers_out
from clinical.oat.round.tasks import OpenTask, open_of
from clinical.people.same_person import records_of_all
from clinical.register.tray import Standing, standing_at
from fhir_store.side_by_side import side_by_side
from fhir_store.write import raw_cursor
from services.access.audit import kinds
from services.access.audit.kinds import Subjects
from services.clinic.asking import Asking
from services.clinic.orders.prescribers import prescribers
from services.clinic.reading import ID, NobodyHere, names_of, people, refuse
from services.clinic.round.actors import OnRound, law_of
from services.clinic.round.after_dose import SHOWN
from services.clinic.round.marks import marks_of
from services.clinic.round.persons import Person, persons_of
from services.clinic.round.staff import Colleague, account_names, colleagues
from services.clinic.round.typed import uuid_or_none

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Staff:
    """Who signed in beside, and who could be called."""

    witnesses: Sequence[Witness] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Of the witnesses, by their accounts."""
    colleagues: Sequence[Colleague] = ()
    """The health staff of the facility."""
    prescribers: Sequence[Colleague] = ()
    """Those of them who sign orders, where the law allows to write down what one says on the telephone."""


@dataclass(frozen=True)
class RoundShown:
    """A round as it is at an instant."""

    now: Now
    round: Round | None
    rows: tuple[Row, ...]
    persons: Mapping[str, Person] = field(repr=False)
    parts: Mapping[str, Part]
    containers: Sequence[Container]
    accounts: Mapping[str, str]
    """Names of accounts by their ids."""
    facilities: Mapping[str, str]
    """Names of Organizations by their ids."""
    on_call: str
    """The telephone of the prescriber on call; empty: nobody has set one."""
    calls: Mapping[str, int]
    """By which number somebody is called to the window that day, by the ids of Patients."""
    cups: Sequence[Standing]
    """Everything that stands poured at the facility."""
    staff: Staff
    """Nobody where a single row is shown that was recorded."""
    checks: Mapping[str, str] = field(default_factory=dict)
    """By doses whose mouth check failed afterwards the event that says so."""
    to_do: Sequence[OpenTask] = ()
    """What is to be done after doses: of a dosing error, and who is to be looked at again."""

    @cached_property
    def by_telephone(self) -> bool:
        """Whether the law allows to write down what a prescriber says on the telephone."""
        return by_telephone(self.now)

    def cups_of(self, row: Row) -> tuple[Checked, ...]:
        """The cups that stand for a row."""
        return cups_of(row, self.rows, self.cups) if self.cups else ()

    @property
    def wings(self) -> list[str]:
        """Every wing of the list, in its order."""
        return list(dict.fromkeys(row.presence.wing for row in self.rows))


def by_telephone(now: Now) -> bool:
    """Whether the law allows to write down what a prescriber says on the telephone."""
    return allows_telephone_orders(now.protocol).yes


def session_now(asking: Asking) -> str:
    """The name of the round under way."""
    local = asking.at.astimezone(asking.zone).time()
    return session_at(local, sessions(law_of(asking))).name


def reader_of(asking: Asking, cursor: psycopg.Cursor[Any]) -> Reader:
    """By what the round is read."""
    state = asking.request.app.state
    if not hasattr(state, "round_known"):
        state.round_known = Known()
    return Reader(cursor, asking.keyring, asking.zone, state.round_known)


def round_shown(on: OnRound, session: str, at: datetime | None = None) -> RoundShown:
    """The whole list of a facility, logged before anybody sees it; ``at``: as it will be then. Raises AuditUnavailable."""
    found = round_unlogged(on, session, at)
    _log(on.asking, found)
    return found


def round_unlogged(on: OnRound, session: str, at: datetime | None = None) -> RoundShown:
    """The same for a caller who shows only some of it, and logs those people before (``log_read``)."""
    asking = on.asking
    then = at or asking.at
    with asking.snapshot() as (connection, cursor):
        reader = reader_of(asking, cursor)
        listed = who_is_on_the_list(reader, on.facility, then)
        read = read_of(reader, listed, on.facility, then)
        found, _ = _shown(on, connection, read, session, then, with_staff=True)
    return _called(on, found)


def row_shown(on: OnRound, patient: str, session: str) -> RoundShown:
    """The same of one person, for who has just recorded what happened to them; empty if they are not in care."""
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        read = read_of(reader_of(asking, cursor), records_of_all(cursor, [patient]), on.facility, asking.at)
        found, _ = _shown(on, connection, read, session, asking.at, with_staff=False)
    if found.rows:
        _log(asking, found)
    return _called(on, found)


def card_shown(on: OnRound, patient: str, session: str) -> RoundShown:
    """The same with a row even where no dose is planned. Raises NobodyHere; that is logged."""
    asking = on.asking
    with asking.snapshot() as (connection, cursor):
        asked = [patient] if ID.fullmatch(patient) else []
        read = read_of(reader_of(asking, cursor), records_of_all(cursor, asked), on.facility, asking.at)
        found, known = _shown(on, connection, read, session, asking.at, with_staff=True)
    if patient not in found.persons:
        refuse(asking, patient, "not-in-care")
        raise NobodyHere
    if not found.rows:
        found = replace(found, rows=(row_of(known[patient], None, found.now),))
    _log(asking, found)
    return _called(on, found)


def _called(on: OnRound, found: RoundShown) -> RoundShown:
    """With a number for everybody; who is on the list of the day for the first time has theirs from now on."""
    patients = {row.patient for row in found.rows}
    if patients <= found.calls.keys():
        return found
    day = found.now.day
    draw = partial(draw_numbers, facility=on.facility, day=day, patients=patients)
    return replace(found, calls=on.asking.database.run(lambda connection: draw(raw_cursor(connection))))


def _shown(
    on: OnRound, connection: Connection, read: Read, session: str, then: datetime, *, with_staff: bool
) -> tuple[RoundShown, Mapping[str, Situation]]:
    """Also the situation of each of them. The rules go through them while the database looks up the rest."""
    asking, cursor = on.asking, read.reader.cursor
    actor = asking.actor(connection)
    marked = marks_of(on, cursor)
    opened = find(cursor, on.facility, then.astimezone(asking.zone).date(), session)
    now = Now(then, asking.zone, law_of(asking), opened.opened_at if opened else None)
    with side_by_side(cursor) as beside:
        persons = beside.read(partial(persons_of, asking=asking, actor=actor, read=read, marked=marked))
        held = beside.read(partial(_held, opened))
        containers = beside.read(partial(containers_out, facility=on.facility))
        cups = beside.read(partial(standing_at, facility=on.facility))
        on_call = beside.read(partial(on_call_at, facility=on.facility))
        calls = beside.read(partial(numbers_of, facility=on.facility, day=now.day))
        staff = beside.read(partial(_staff, on, opened, now)) if with_staff else None
        known = read.situations()
        rows = round_list(known.values(), now)
        names = beside.read(partial(account_names, ids=_who(rows)))
        to_do = beside.read(partial(open_of, patients={row.patient for row in rows}, what=SHOWN))
        checks = beside.read(partial(checks_of, doses=_failed(rows)))
        facilities = beside.read(lambda own: names_of(asking, own, actor, _where(rows, on.facility)))
    parts, holders = held.result
    beside_them = Staff() if staff is None else staff.result
    shown = RoundShown(
        now,
        opened,
        tuple(row for row in rows if row.patient in persons.result),
        persons.result,
        parts,
        containers.result,
        {**names.result, **holders, **beside_them.names},
        facilities.result,
        on_call.result,
        calls.result,
        cups.result,
        beside_them,
        checks.result,
        to_do.result,
    )
    return shown, known


def _held(round_: Round | None, cursor: psycopg.Cursor[Any]) -> tuple[Mapping[str, Part], Mapping[str, str]]:
    """Who holds which wing of the round, if it is opened; also the names of their accounts."""
    parts = parts_of(cursor, round_.id) if round_ else {}
    return parts, account_names(cursor, (one.account for one in parts.values()))


def _staff(on: OnRound, round_: Round | None, now: Now, cursor: psycopg.Cursor[Any]) -> Staff:
    """Who stands beside, and who could."""
    asking, facility, device = on.asking, on.facility, on.asking.who.session.device
    with side_by_side(cursor) as beside:
        witnesses = beside.read(partial(_witnesses, round_))
        staff = beside.read(partial(colleagues, facility=facility, device=device, at=asking.at))
        signing = beside.read(partial(prescribers, asking, facility=facility)) if by_telephone(now) else None
    return Staff(*witnesses.result, staff.result, () if signing is None else signing.result)


def _witnesses(
    round_: Round | None, cursor: psycopg.Cursor[Any]
) -> tuple[Sequence[Witness], Mapping[str, str]]:
    """Also their names."""
    found = witnesses_of(cursor, round_.id) if round_ else []
    return found, account_names(cursor, (one.account for one in found))


def _who(rows: Sequence[Row]) -> list[str]:
    given = [
        one.given_by for row in rows for one in (*row.recorded, row.done, row.last) if one and one.given_by
    ]
    said = [row.slot.order.prescriber for row in rows if row.slot and row.slot.order.telephone]
    return sorted({*given, *filter(None, said)})


def _failed(rows: Sequence[Row]) -> list[UUID]:
    """The doses whose mouth check failed."""
    failed = [one.event for row in rows for one in row.recorded if one.kind is Kind.MOUTH_CHECK_FAILED]
    return [id_ for event in failed if (id_ := uuid_or_none(event))]


def _where(rows: Sequence[Row], here: str) -> set[str]:
    return {here, *(row.last.facility for row in rows if row.last and row.last.facility)}


def log_read(asking: Asking, patients: Iterable[str], rows: int) -> None:
    """That rows of some people are shown. Raises AuditUnavailable."""
    at = asking.circumstances(asking.purpose.value)
    about = Subjects(people(set(patients)))
    asking.log(kinds.read(at, "$round", "MedicationRequest", about, results=rows))


def _log(asking: Asking, found: RoundShown) -> None:
    log_read(asking, (row.patient for row in found.rows), len(found.rows))
