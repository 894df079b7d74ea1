"""What administrators and medical leads do with accounts, sessions and devices of others."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.access.people.accounts import Account, account_with, add_account, close_account
from services.access.people.activation_codes import new_activation_code
from services.access.people.devices import (
    Registered,
    device_with,
    record_device,
    revoke_device,
)
from services.access.people.errors import NotAllowed
from services.access.people.facilities import checked_facility
from services.access.people.grants import person_with
from services.access.people.holdings import ADMINISTRATOR, MEDICAL_LEAD, Person
from services.access.people.keys import CredentialKeys
from services.access.people.last_of_role import check_not_last_account
from services.access.people.oath_tokens import add_token, assign_token, resynchronise
from services.access.people.seed_files import Seed
from services.access.people.sessions import end_all


class Created(NamedTuple):
    """A new account, which may do nothing yet."""

    account: Account
    activation_code: str
    """For its holder, on paper; shown this once."""

    def __repr__(self) -> str:
        return f"Created(account={self.account.id})"


def create_account(connection: Connection, by: UUID, login: str, display_name: str, at: datetime) -> Created:
    """A new account without roles, by an administrator.

    Raises NotAllowed, LoginRefused, LoginTaken, NameRefused.
    """
    _require_administrator(connection, by, at)
    account = add_account(connection, login, display_name, by, at)
    return Created(account, new_activation_code(connection, account.id, at))


def shut_account(connection: Connection, by: UUID, account: UUID, at: datetime) -> None:
    """Close an account for good, by an administrator or a medical lead of its holder.

    Raises NotAllowed, LastOfRole, UnknownAccount.
    """
    _require_authority(connection, by, account, at)
    check_not_last_account(connection, account, at)
    close_account(connection, account, by, at)


def end_sessions(connection: Connection, by: UUID, account: UUID, at: datetime) -> int:
    """End every session of a person at once; how many there were. Raises NotAllowed, UnknownAccount."""
    account_with(connection, account)
    _require_authority(connection, by, account, at)
    return end_all(connection, account)


def register_device(connection: Connection, by: UUID, name: str, facility: str, at: datetime) -> Registered:
    """Register a tablet at a facility. Raises NotAllowed, FacilityRefused, NameRefused."""
    checked_facility(facility)
    _require_at(person_with(connection, by, at), facility)
    return record_device(connection, name, facility, by, at)


def shut_device(connection: Connection, by: UUID, device: UUID, at: datetime) -> int:
    """Revoke a tablet and end its sessions at once; how many. Raises NotAllowed, UnknownDevice."""
    _require_at(person_with(connection, by, at), device_with(connection, device).facility)
    return revoke_device(connection, device, by, at)


def take_delivery(
    connection: Connection, keys: CredentialKeys, by: UUID, seeds: list[Seed], at: datetime
) -> None:
    """Keep the tokens of a delivery, which nobody has yet. Raises NotAllowed, SeedRefused."""
    _require_administrator(connection, by, at)
    for seed in seeds:
        add_token(connection, keys, seed.generator, at, serial=seed.serial, last_counter=seed.last_counter)


def hand_out_token(connection: Connection, by: UUID, serial: str, account: UUID, at: datetime) -> None:
    """Give a hardware token to a person. Raises NotAllowed, SeedRefused, UnknownAccount."""
    account_with(connection, account)
    _require_authority(connection, by, account, at)
    assign_token(connection, serial, account)


def find_token_again(
    connection: Connection, keys: CredentialKeys, by: UUID, serial: str, codes: tuple[str, str], at: datetime
) -> None:
    """Resynchronise a hardware token by two codes in a row. Raises NotAllowed, CodesDoNotFollow, SeedRefused."""
    _require_administrator(connection, by, at)
    resynchronise(connection, keys, serial, *codes, at)


def _require_administrator(connection: Connection, by: UUID, at: datetime) -> None:
    if not person_with(connection, by, at).holds(ADMINISTRATOR):
        raise NotAllowed


def _require_authority(connection: Connection, by: UUID, account: UUID, at: datetime) -> None:
    person, subject = person_with(connection, by, at), person_with(connection, account, at)
    leads = any(person.holds_at(MEDICAL_LEAD, facility) for facility in subject.clinical_facilities)
    if not leads and not person.holds(ADMINISTRATOR):
        raise NotAllowed


def _require_at(person: Person, facility: str) -> None:
    if not any(person.holds_at(role, facility) for role in (ADMINISTRATOR, MEDICAL_LEAD)):
        raise NotAllowed
