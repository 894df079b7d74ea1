"""Grants of roles: given, confirmed, revoked, and over by themselves when their time is."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.accounts import account_with
from services.access.people.errors import GrantRefused, UnknownAccount, UnknownGrant
from services.access.people.facilities import checked_facility
from services.access.people.grant_rules import (
    CONFIRMED_WITHIN,
    Wanted,
    check_confirms,
    check_revokes,
    check_time,
    needs_confirmation,
    needs_presence,
)
from services.access.people.holdings import Holding, Mandate, Person
from services.access.people.keys import CredentialKeys
from services.access.people.presence import is_present
from services.access.people.sessions import ask_rotation
from services.shared.languages import N_

NOT_PRESENT = N_(
    "This code is not the one that the account's holder sees now. Let the person sign in and read it to you."
)

# In effect: begun, not over, not revoked, and confirmed where that is needed, of an account that is not closed.
OF_ACCOUNT = text("""
SELECT g.role, g.facility, g.starts_at <= :at AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation),
    g.mandate, g.ends_at
FROM access.role_grant g JOIN access.account a ON a.id = g.account
WHERE g.account = :account AND a.closed_at IS NULL AND g.revoked_at IS NULL
    AND (g.ends_at IS NULL OR g.ends_at > :at)
    AND (g.confirmed_at IS NOT NULL OR NOT g.needs_confirmation OR g.granted_at > :lapsed)
""")
ADD = text("""
INSERT INTO access.role_grant
    (id, account, role, facility, starts_at, ends_at, mandate, granted_by, granted_at, needs_confirmation)
VALUES (:id, :account, :role, :facility, :starts_at, :ends_at, :mandate, :by, :at, :needs)
""")
COLUMNS = """id, account, role, facility, starts_at, ends_at, granted_by, granted_at, needs_confirmation,
    confirmed_by, confirmed_at, revoked_by, revoked_at, mandate"""
WITH_ID = text(f"SELECT {COLUMNS} FROM access.role_grant WHERE id = :id FOR UPDATE")  # noqa: S608
LIST = text(f"SELECT {COLUMNS} FROM access.role_grant ORDER BY granted_at, id")  # noqa: S608
CONFIRM = text("""
UPDATE access.role_grant SET confirmed_by = :by, confirmed_at = :at WHERE id = :id AND confirmed_at IS NULL
""")
REVOKE = text("""
UPDATE access.role_grant SET revoked_by = :by, revoked_at = :at WHERE id = :id AND revoked_at IS NULL
""")


class Grant(NamedTuple):
    """A role that was granted."""

    id: UUID
    account: UUID
    role: str
    facility: str | None
    starts_at: datetime
    ends_at: datetime | None
    granted_by: UUID | None
    granted_at: datetime
    needs_confirmation: bool
    confirmed_by: UUID | None
    confirmed_at: datetime | None
    revoked_by: UUID | None
    revoked_at: datetime | None
    mandate: str | None
    """Under which an inspector sees charts; see ``grant_rules``."""

    @property
    def wanted(self) -> Wanted:
        """What was granted, as the rules ask for it."""
        return Wanted(self.role, self.facility, self.starts_at, self.ends_at, self.mandate)

    def waits(self, at: datetime) -> bool:
        """Whether somebody has to confirm it yet, and still can."""
        return (
            self.needs_confirmation
            and self.confirmed_at is None
            and self.revoked_at is None
            and at - self.granted_at < CONFIRMED_WITHIN
        )


def person_with(connection: Connection, account: UUID, at: datetime) -> Person:
    """A person and what they hold at this instant: nothing, if the account is closed."""
    values = {"account": account, "at": at, "lapsed": at - CONFIRMED_WITHIN}
    now: set[Holding] = set()
    promised: set[Holding] = set()
    mandates: set[Mandate] = set()
    for role, facility, in_effect, mandate, ends_at in connection.execute(OF_ACCOUNT, values):
        (now if in_effect else promised).add(Holding(role, facility))
        if in_effect and mandate is not None:
            mandates.add(Mandate(mandate, facility, ends_at))
    return Person(account, frozenset(now), frozenset(promised), frozenset(mandates))


def grant(
    connection: Connection,
    keys: CredentialKeys,
    by: UUID,
    account: UUID,
    wanted: Wanted,
    at: datetime,
    *,
    presence: str = "",
) -> Grant:
    """Grant a role; see ``Grant.waits`` whether it has to be confirmed.

    Raises GrantRefused, UnknownAccount, FacilityRefused.

    ``presence`` is what the account's holder reads to a medical lead who grants a clinical role.
    """
    subject = _subject(connection, account, at)
    waits = needs_confirmation(person_with(connection, by, at), subject, wanted)
    check_time(wanted, at)
    if wanted.facility is not None:
        checked_facility(wanted.facility)
    if not waits and needs_presence(wanted, confirmed=False):
        _check_present(keys, account, presence, at)
    given = record_grant(connection, account, wanted, by, at, needs=waits)
    if not waits:
        ask_rotation(connection, account)
    return given


def confirm_grant(
    connection: Connection, keys: CredentialKeys, by: UUID, id_: UUID, at: datetime, *, presence: str
) -> Grant:
    """Let a grant take effect that waited for it. Raises GrantRefused, UnknownGrant, UnknownAccount.

    Whoever granted it must still be one who may.
    """
    found = _grant(connection, id_)
    if not found.waits(at):
        raise UnknownGrant
    subject = _subject(connection, found.account, at)
    assert found.granted_by is not None
    granter = person_with(connection, found.granted_by, at)
    needs_confirmation(granter, subject, found.wanted)
    check_confirms(person_with(connection, by, at), granter, subject)
    _check_present(keys, found.account, presence, at)
    connection.execute(CONFIRM, {"id": id_, "by": by, "at": at})
    ask_rotation(connection, found.account)
    return found._replace(confirmed_by=by, confirmed_at=at)


def revoke_grant(connection: Connection, by: UUID, id_: UUID, at: datetime) -> Grant:
    """Take a role away at once. Raises GrantRefused, UnknownGrant."""
    found = _grant(connection, id_)
    if found.revoked_at is not None:
        raise UnknownGrant
    check_revokes(person_with(connection, by, at), person_with(connection, found.account, at), found.wanted)
    connection.execute(REVOKE, {"id": id_, "by": by, "at": at})
    ask_rotation(connection, found.account)
    return found._replace(revoked_by=by, revoked_at=at)


def list_grants(connection: Connection) -> list[Grant]:
    """Every grant there ever was, the oldest first."""
    return [Grant(*row) for row in connection.execute(LIST)]


def record_grant(
    connection: Connection, account: UUID, wanted: Wanted, by: UUID | None, at: datetime, *, needs: bool
) -> Grant:
    """Keep a grant. Whether ``by`` may is asked in ``grant``; the installation's first ones are by nobody."""
    values = {"id": uuid4(), "account": account, **vars(wanted), "by": by, "at": at, "needs": needs}
    connection.execute(ADD, values)
    return Grant(
        values["id"], account, wanted.role, wanted.facility, wanted.starts_at, wanted.ends_at, by, at, needs,
        None, None, None, None, wanted.mandate,
    )  # fmt: skip


def _subject(connection: Connection, account: UUID, at: datetime) -> Person:
    """The person who gets a role, kept from others meanwhile: two grants at once must see each other."""
    if not account_with(connection, account, held=True).is_active:
        raise UnknownAccount
    return person_with(connection, account, at)


def _check_present(keys: CredentialKeys, account: UUID, presence: str, at: datetime) -> None:
    if not is_present(keys, account, presence, at):
        raise GrantRefused(NOT_PRESENT)


def _grant(connection: Connection, id_: UUID) -> Grant:
    row: Any = connection.execute(WITH_ID, {"id": id_}).one_or_none()
    if row is None:
        raise UnknownGrant
    return Grant(*row)
