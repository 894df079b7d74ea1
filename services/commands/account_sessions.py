"""``throughcare account``: sessions and the devices they run on."""

from typing import Annotated
from uuid import UUID

import typer

from services.access.people.accounts import active_account
from services.access.people.administration import end_sessions, register_device, shut_device
from services.access.people.devices import list_devices
from services.access.people.journal import account as account_named
from services.access.people.journal import device as device_named
from services.access.people.sessions import list_sessions
from services.commands.acting_person import By, acting, desk
from services.commands.output import AsJson, say, say_json


def sessions(as_json: AsJson = False) -> None:
    """Who is signed in."""
    with desk() as opened, opened.database.transaction() as connection:
        found = list_sessions(connection, opened.now)
    if as_json:
        say_json({"sessions": [session._asdict() for session in found]})
        return
    for session in found:
        locked = "locked" if session.locked_at else "open"
        say(
            f"{session.login}  {session.device or 'no device'}  since {session.created_at:%Y-%m-%d %H:%M}  {locked}"
        )
    if not found:
        say("Nobody is signed in.")


def end_all_sessions(login: Annotated[str, typer.Argument(help="The person's login name")], by: By) -> None:
    """End every session of a person, at once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        account = active_account(connection, login).id
        ended = end_sessions(connection, person, account, opened.now)
        opened.journal.ended(
            connection, person, "by somebody else", opened.now, account_named(account), sessions=ended
        )
    say(f"{ended} ended.")


def devices(as_json: AsJson = False) -> None:
    """The registered devices, revoked ones too."""
    with desk() as opened, opened.database.transaction() as connection:
        found = list_devices(connection)
    if as_json:
        say_json({"devices": [device._asdict() for device in found]})
        return
    for device in found:
        say(f"{device.id}  {device.name}  {device.facility}  {'revoked' if device.revoked_at else 'in use'}")
    if not found:
        say("No devices yet. Register one: throughcare account add-device")


def add_device(
    name: Annotated[str, typer.Argument(help="What is written on the tablet")],
    facility: Annotated[str, typer.Option("--at", help="The facility, such as Location/north-prison")],
    by: By,
) -> None:
    """Register a tablet, and print the token by which it is known, this once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        registered = register_device(connection, person, name, facility, opened.now)
        opened.log(connection, "tablet-registered", person, device_named(registered.id), where=facility)
    say(registered.token)


def revoke(
    device: Annotated[UUID, typer.Argument(help="Its id: throughcare account devices")], by: By
) -> None:
    """Shut a device out for good, at once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        ended = shut_device(connection, person, device, opened.now)
        opened.log(connection, "tablet-shut-out", person, device_named(device), sessions=ended)
    say(f"Revoked; {ended} sessions ended.")
