"""A second person proves beside the first who they are: by the PIN that they chose on this very tablet.

No session begins. It says of one act, or of one round, that two stood there. Wrong PINs are counted for the account and
the tablet, and slow further ones down; they lock nobody out who wants to sign in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from services.access.people.hashing import Hashing
from services.access.people.keys import CredentialKeys
from services.access.people.pins import kept_pin, keyed_pin
from services.access.people.throttle import Limit
from services.access.people.throttling import Throttle, TooSoon
from services.shared.database import Database

WRONG_PINS = Limit(free=4, first=timedelta(seconds=10), longest=timedelta(minutes=5))
"""Of one account on one tablet in a day. Proposed by Throughcare, no source."""

ACTIVE = text("SELECT EXISTS (SELECT FROM access.account WHERE id = :id AND closed_at IS NULL)")


class Proof(StrEnum):
    """What came of it."""

    PROVED = "proved"
    WRONG = "wrong"
    NO_PIN = "no-pin"
    """They chose none on this tablet, or the account was closed: they sign in here once, and choose one."""
    TOO_SOON = "too-soon"


@dataclass(frozen=True)
class Beside:
    """Asks for the PIN of somebody who stands beside."""

    database: Database
    hashing: Hashing
    keys: CredentialKeys

    def prove(self, account: UUID, device: UUID, pin: str, at: datetime) -> Proof:
        """Whether it is their PIN on this tablet. Raises Busy."""
        with self.database.transaction() as connection:
            active = connection.execute(ACTIVE, {"id": account}).scalar_one()
            kept = kept_pin(connection, account, device) if active else None
        if kept is None:
            return Proof.NO_PIN
        throttle = Throttle(self.database, self.keys.throttling)
        tried = throttle.take_of("PIN beside", f"{account}|{device}", WRONG_PINS, at)
        if isinstance(tried, TooSoon):
            return Proof.TOO_SOON
        right, _ = self.hashing.check(keyed_pin(self.keys, account, device, pin), kept)
        if right:
            with self.database.transaction() as connection:
                throttle.give_back(connection, tried)
        return Proof.PROVED if right else Proof.WRONG
