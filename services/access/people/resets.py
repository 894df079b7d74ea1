"""Resetting credentials that were lost or stolen: everything is forgotten, and an activation code begins anew."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.accounts import account_with
from services.access.people.activation_codes import new_activation_code
from services.access.people.errors import UnknownAccount, UnknownReset
from services.access.people.grants import person_with
from services.access.people.lasting import ends_between
from services.access.people.oath_tokens import take_tokens_away
from services.access.people.oidc.links import forget_links
from services.access.people.passkeys.kept import forget_passkeys
from services.access.people.pins import forget_pins
from services.access.people.recovery_codes import forget_recovery_codes
from services.access.people.reset_rules import check_asks, check_confirms, is_guarded
from services.access.people.sessions import end_all
from services.access.people.tickets import close_tickets

CONFIRMED_WITHIN = timedelta(days=1)
"""Proposed."""

ASK = text("""
INSERT INTO access.credential_reset (id, account, asked_by, asked_at, expires_at)
VALUES (:id, :account, :by, :at, :expires)
""")
WAITING = text("""
SELECT account, asked_by FROM access.credential_reset
WHERE id = :id AND confirmed_at IS NULL AND expires_at > :at AND expires_at <= :latest FOR UPDATE
""")
CONFIRM = text("UPDATE access.credential_reset SET confirmed_by = :by, confirmed_at = :at WHERE id = :id")
FORGET_PASSWORD = text("DELETE FROM access.password WHERE account = :account")


class Asked(NamedTuple):
    """A reset that somebody else has to confirm; nothing has changed yet."""

    id: UUID


class Reset(NamedTuple):
    """A reset that is done."""

    account: UUID
    activation_code: str
    """For the account's holder, by way of whoever has confirmed; shown this once."""

    def __repr__(self) -> str:
        return f"Reset(account={self.account})"


def ask_reset(connection: Connection, by: UUID, account: UUID, at: datetime) -> Asked | Reset:
    """Ask for a reset; it is done at once if the account is not guarded. Raises ResetRefused, UnknownAccount."""
    _check_active(connection, account)
    subject = person_with(connection, account, at)
    check_asks(person_with(connection, by, at), subject)
    if not is_guarded(subject):
        return _reset(connection, account, at)
    asked = Asked(uuid4())
    values = {"id": asked.id, "account": account, "by": by, "at": at, "expires": at + CONFIRMED_WITHIN}
    connection.execute(ASK, values)
    return asked


def confirm_reset(connection: Connection, by: UUID, id_: UUID, at: datetime) -> Reset:
    """Confirm what another one has asked for, and who still may ask. Raises ResetRefused, UnknownReset."""
    row = connection.execute(WAITING, {"id": id_, **ends_between(at, CONFIRMED_WITHIN)}).one_or_none()
    if row is None:
        raise UnknownReset
    _check_active(connection, row.account)
    subject, asker = person_with(connection, row.account, at), person_with(connection, row.asked_by, at)
    check_asks(asker, subject)
    check_confirms(person_with(connection, by, at), asker, subject)
    connection.execute(CONFIRM, {"id": id_, "by": by, "at": at})
    return _reset(connection, row.account, at)


def _check_active(connection: Connection, account: UUID) -> None:
    # Held, so that nobody is granted a role, and nobody signs in, between the question and the reset.
    if not account_with(connection, account, held=True).is_active:
        raise UnknownAccount


def _reset(connection: Connection, account: UUID, at: datetime) -> Reset:
    connection.execute(FORGET_PASSWORD, {"account": account})
    take_tokens_away(connection, account)
    for forget in (forget_recovery_codes, forget_passkeys, forget_links, forget_pins, close_tickets, end_all):
        forget(connection, account)
    return Reset(account, new_activation_code(connection, account, at))
