"""Openings as whoever opens sees them: the card first, the whole record, the reason, the end."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.decision.break_glass import LASTS, BreakGlass, Reason, Verdict, may_break_glass
from services.access.decision.people import ORGANIZATION, organization
from services.access.emergency.errors import NothingOpen, NotToYou
from services.access.people.accounts import account_with
from services.access.people.holdings import Holding, Person
from services.access.roles import ROLES

COLUMNS = """b.id, b.opened_by, b.role, b.facility, b.patient, b.opened_at, b.whole_at, b.ends_at, b.closed_at,
    b.reason_due_at, b.reason, b.reason_at, b.reviewed_by, b.reviewed_at, b.outcome, a.display_name"""
FROM = "FROM access.break_glass b JOIN access.account a ON a.id = b.opened_by"

ADD = text("""
INSERT INTO access.break_glass (id, opened_by, role, facility, patient, opened_at, ends_at, reason_due_at)
VALUES (:id, :by, :role, :facility, :patient, :at, :ends, :due)
""")
OPEN_OF = text(f"""
SELECT {COLUMNS} {FROM}
WHERE b.opened_by = :by AND b.patient = :patient AND b.opened_at <= :at AND b.ends_at > :at
    AND (b.closed_at IS NULL OR b.closed_at > :at)
ORDER BY b.opened_at DESC LIMIT 1
""")
OWN = text(f"""
SELECT {COLUMNS} {FROM} WHERE b.opened_by = :by
    AND (b.reason IS NULL OR (b.ends_at > :at AND (b.closed_at IS NULL OR b.closed_at > :at)))
ORDER BY b.opened_at DESC LIMIT 50
""")
WHOLE = text("UPDATE access.break_glass SET whole_at = :at WHERE id = :id AND whole_at IS NULL")
GIVE_REASON = text("""
UPDATE access.break_glass SET reason = :reason, reason_at = :at
WHERE id = :id AND opened_by = :by AND reason IS NULL RETURNING id
""")
CLOSE = text("""
UPDATE access.break_glass SET closed_at = :at
WHERE id = :id AND opened_by = :by AND closed_at IS NULL AND ends_at > :at RETURNING id
""")
WITH_ID = text(f"SELECT {COLUMNS} {FROM} WHERE b.id = :id")


class Opening(NamedTuple):
    """A record opened in an emergency, as it is kept."""

    id: UUID
    opened_by: UUID
    role: str
    facility: str
    """The id of the Organization for which the role was granted: its medical lead reviews it."""
    patient: str
    opened_at: datetime
    whole_at: datetime | None
    """When the whole record was opened; None while only the emergency card was."""
    ends_at: datetime
    closed_at: datetime | None
    reason_due_at: datetime
    """The end of the shift in which it was opened."""
    reason: Reason | None
    reason_at: datetime | None
    reviewed_by: UUID | None
    reviewed_at: datetime | None
    verdict: Verdict | None
    opener: str
    """The name of who opened it."""

    @property
    def glass(self) -> BreakGlass:
        """As the decision knows it."""
        return BreakGlass(str(self.opened_by), self.patient, self.opened_at, self.reason, self.closed_at)

    def is_open(self, at: datetime) -> bool:
        """Whether the record is open by it at an instant."""
        return at < self.ends_at and self.glass.is_open(str(self.opened_by), at)

    def reason_is_overdue(self, at: datetime) -> bool:
        """Whether the reason should have been given by now."""
        return self.glass.reason_is_overdue(at, self.reason_due_at)


def opening_role(person: Person) -> Holding | None:
    """The role in which somebody opens a record in an emergency, and where; None if they may not."""
    if not may_break_glass(ROLES[one.role] for one in person.holds_now if one.role in ROLES):
        return None
    treating = [
        one
        for one in person.holds_now
        if one.role in ROLES and ROLES[one.role].is_clinical and organization(one.facility)
    ]
    return min(treating, key=lambda one: (not ROLES[one.role].may_dose, one), default=None)


def open_card(
    connection: Connection, person: Person, patient: str, shift_ends: datetime, at: datetime
) -> tuple[Opening, bool]:
    """Open the emergency card of somebody whom no own facility treats; whether it was not open already.

    ``shift_ends``: by when the reason is due. Opening it again does not make it last longer. Raises NotToYou.
    """
    held = opening_role(person)
    if held is None:
        raise NotToYou
    # Two taps at once are one opening.
    account = account_with(connection, person.id, held=True)
    if found := open_of(connection, person.id, patient, at):
        return found, False
    assert held.facility is not None
    made = Opening(
        uuid4(), person.id, held.role, held.facility.removeprefix(ORGANIZATION), patient, at, None, at + LASTS, None,
        shift_ends, None, None, None, None, None, account.display_name,
    )  # fmt: skip
    connection.execute(
        ADD,
        {
            "id": made.id, "by": made.opened_by, "role": made.role, "facility": made.facility, "patient": patient,
            "at": at, "ends": made.ends_at, "due": shift_ends,
        },
    )  # fmt: skip
    return made, True


def open_whole(connection: Connection, person: Person, patient: str, at: datetime) -> tuple[Opening, bool]:
    """Go from the card to the whole record; whether it is the first time. Raises NotToYou, NothingOpen."""
    if opening_role(person) is None:
        raise NotToYou
    found = open_of(connection, person.id, patient, at)
    if found is None:
        raise NothingOpen
    first = connection.execute(WHOLE, {"id": found.id, "at": at}).rowcount == 1
    return found._replace(whole_at=found.whole_at or at), first


def open_of(connection: Connection, account: UUID, patient: str, at: datetime) -> Opening | None:
    """By what the record stands open to somebody at an instant."""
    row = connection.execute(OPEN_OF, {"by": account, "patient": patient, "at": at}).one_or_none()
    return None if row is None else opening(row)


def own(connection: Connection, account: UUID, at: datetime) -> list[Opening]:
    """What somebody has open, and what still waits for their reason; the newest first."""
    return [opening(row) for row in connection.execute(OWN, {"by": account, "at": at})]


def give_reason(connection: Connection, account: UUID, id_: UUID, reason: Reason, at: datetime) -> Opening:
    """Say why, once. Raises NothingOpen if it is not theirs or was said already."""
    if (
        connection.execute(GIVE_REASON, {"id": id_, "by": account, "reason": reason.value, "at": at}).scalar()
        is None
    ):
        raise NothingOpen
    return with_id(connection, id_)


def close(connection: Connection, account: UUID, id_: UUID, at: datetime) -> Opening:
    """End it before its time. Raises NothingOpen."""
    if connection.execute(CLOSE, {"id": id_, "by": account, "at": at}).scalar() is None:
        raise NothingOpen
    return with_id(connection, id_)


def with_id(connection: Connection, id_: UUID) -> Opening:
    """One that is there. Raises NothingOpen."""
    row = connection.execute(WITH_ID, {"id": id_}).one_or_none()
    if row is None:
        raise NothingOpen
    return opening(row)


def opening(row: object) -> Opening:
    """A row of ``COLUMNS``."""
    made = Opening(*row)  # type: ignore[misc]
    return made._replace(
        reason=Reason(made.reason) if made.reason else None,
        verdict=Verdict(made.verdict) if made.verdict else None,
    )
