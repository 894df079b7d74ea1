"""Registered tablets. A device proves to be one by a token in a cookie of its own."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from services.access.people.errors import UnknownDevice
from services.access.people.names import checked_name
from services.access.people.random_codes import digest, new_token
from services.access.people.sessions import end_device

ADD = text("""
INSERT INTO access.device (id, name, facility, token_digest, registered_by, registered_at)
VALUES (:id, :name, :facility, :digest, :by, :at)
""")
COLUMNS = "id, name, facility, registered_at, revoked_at, told_at, unsent, persisted"
FIND = text(f"SELECT {COLUMNS} FROM access.device WHERE token_digest = :digest AND revoked_at IS NULL")  # noqa: S608
WITH_ID = text(f"SELECT {COLUMNS} FROM access.device WHERE id = :id AND revoked_at IS NULL")  # noqa: S608
FACILITY = text("SELECT facility FROM access.device WHERE id = :id")
LIST = text(f"SELECT {COLUMNS} FROM access.device ORDER BY facility, name, id")  # noqa: S608
REVOKE = text("""
UPDATE access.device SET revoked_by = :by, revoked_at = :at WHERE id = :id AND revoked_at IS NULL RETURNING id
""")
TOLD = text("""
UPDATE access.device SET told_at = :at, unsent = :unsent, persisted = :persisted WHERE id = :id AND revoked_at IS NULL
""")
FORGET_PINS = text("DELETE FROM access.pin WHERE device = :id")


class Device(NamedTuple):
    """A tablet and where it belongs."""

    id: UUID
    name: str
    facility: str
    """Reference to the facility, such as ``Location/north``."""
    registered_at: datetime
    revoked_at: datetime | None
    told_at: datetime | None
    """When it told of itself last; None: the page of the round was never open on it."""
    unsent: int | None
    """How many events waited on it then."""
    persisted: bool | None
    """Whether its browser had promised to keep its storage."""


class Registered(NamedTuple):
    """A new device."""

    id: UUID
    token: str
    """For the device's cookie; shown this once."""

    def __repr__(self) -> str:
        return f"Registered(id={self.id})"


def record_device(connection: Connection, name: str, facility: str, by: UUID, at: datetime) -> Registered:
    """Keep a new device. Whether ``by`` may is asked in ``administration``. Raises NameRefused."""
    registered = Registered(uuid4(), new_token())
    values = {"id": registered.id, "name": checked_name(name), "facility": facility, "by": by, "at": at}
    connection.execute(ADD, {**values, "digest": digest(registered.token)})
    return registered


def device_of(connection: Connection, token: str) -> Device | None:
    """The device that has this token, unless it was revoked."""
    row = connection.execute(FIND, {"digest": digest(token)}).one_or_none()
    return None if row is None else Device(*row)


def device_with(connection: Connection, id_: UUID) -> Device:
    """The device of that id. Raises UnknownDevice also if it was revoked."""
    row = connection.execute(WITH_ID, {"id": id_}).one_or_none()
    if row is None:
        raise UnknownDevice
    return Device(*row)


def known_device(connection: Connection, id_: UUID) -> str | None:
    """The facility of a device, revoked or not; None if there never was one of that id."""
    return connection.execute(FACILITY, {"id": id_}).scalar()


def list_devices(connection: Connection) -> list[Device]:
    """Every device, revoked or not."""
    return [Device(*row) for row in connection.execute(LIST)]


def note_told(connection: Connection, id_: UUID, at: datetime, *, unsent: int, persisted: bool) -> None:
    """What a tablet tells of itself, in place of what it told before."""
    connection.execute(TOLD, {"id": id_, "at": at, "unsent": unsent, "persisted": persisted})


def revoke_device(connection: Connection, id_: UUID, by: UUID, at: datetime) -> int:
    """Shut a device out for good: its sessions end, its PINs are gone. How many sessions. Raises UnknownDevice."""
    if connection.execute(REVOKE, {"id": id_, "by": by, "at": at}).one_or_none() is None:
        raise UnknownDevice
    connection.execute(FORGET_PINS, {"id": id_})
    return end_device(connection, id_)
