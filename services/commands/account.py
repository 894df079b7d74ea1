"""``throughcare account``: people, what they may do, and how they prove who they are."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection

from services.access.audit.kinds import instant
from services.access.people.accounts import Account, account_with, active_account, list_accounts
from services.access.people.activation import Offer
from services.access.people.administration import create_account, shut_account
from services.access.people.bootstrap import Newcomer, begin_installation
from services.access.people.grant_rules import Wanted
from services.access.people.grants import Grant, confirm_grant, grant, list_grants, revoke_grant
from services.access.people.holdings import ADMINISTRATOR, AUDITOR, is_clinical
from services.access.people.journal import account as account_named
from services.access.people.outcomes import Method
from services.access.people.presence import presence_code
from services.access.people.resets import Asked, Reset, ask_reset, confirm_reset
from services.access.people.sessions import end
from services.access.roles import ROLES
from services.commands import account_sessions, account_tokens
from services.commands.acting_person import HERE, WITH_COMMAND, By, Desk, acting, asked, desk, let_in
from services.commands.operator import operator
from services.commands.output import AsJson, say, say_json

app = typer.Typer(help="People: accounts, roles, sign-in, sessions and devices.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The person's login name")]
Role = Annotated[str, typer.Argument(help=f"One of: {', '.join(ROLES)}")]
Id = Annotated[UUID, typer.Argument(help="As the command before has printed it")]
Facility = Annotated[
    str | None,
    typer.Option(
        "--at", help="The facility, such as Location/north-prison. Without it: the whole installation."
    ),
]
Days = Annotated[
    int | None, typer.Option(help="For how many days; a clinical role for 365 at most, and 365 unless told.")
]
Mandate = Annotated[
    str | None,
    typer.Option(
        help="For an inspector: the number of the letter under which the charts of the facility are open to them, until "
        "the days are over (30 at most). Without it they see registers and no chart."
    ),
]


@app.command("bootstrap")
def bootstrap(
    administrator: Annotated[str, typer.Option(help="Login name of the first administrator")],
    auditor: Annotated[str, typer.Option(help="Login name of the first auditor, who is another person")],
) -> None:
    """Make the first two accounts of a new installation, and print their activation codes, this once."""
    with desk() as opened, opened.database.transaction() as connection:
        at = opened.now
        first = begin_installation(
            connection, Newcomer(administrator, administrator), Newcomer(auditor, auditor), at
        )
        for created, role in ((first.administrator, ADMINISTRATOR), (first.auditor, AUDITOR)):
            target = account_named(created.account.id)
            opened.journal.changed(connection, "account-made", operator(), at, target)
            opened.journal.changed(connection, "role-granted", operator(), at, target, granted=role)
    for created, duty in (
        (first.administrator, "administrator: makes accounts, and cannot let anybody treat"),
        (first.auditor, "auditor: confirms the first medical lead, which the administrator cannot do alone"),
    ):
        say(f"{created.account.login}  {created.activation_code}  {duty}")
    say(
        "Give each code to its person, on paper, and keep neither. They begin with: throughcare account activate LOGIN"
    )
    say(
        "A second administrator should be made soon: throughcare account add, then throughcare account grant."
    )


@app.command("add")
def add(
    login: Login, by: By, name: Annotated[str, typer.Option(help="How the person is called on the screens")]
) -> None:
    """Make an account, which may do nothing yet, and print its activation code, this once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        created = create_account(connection, person, login, name, opened.now)
        opened.log(connection, "account-made", person, account_named(created.account.id))
    say(f"{created.account.login}  {created.activation_code}")
    say(
        "Give the code to the person, on paper. It works once and for three days: throughcare account activate LOGIN"
    )


@app.command("activate")
def activate(login: Login) -> None:
    """Use an account for the first time: choose a password, set up a token, and print recovery codes, this once."""
    with desk() as opened:
        activation = opened.activation()
        offer = activation.begin(HERE, login, asked("Activation code"), opened.now)
        let_in(opened, Method.ACTIVATION, offer)
        assert isinstance(offer, Offer)
        say(
            "Enter this secret in an application that shows codes. With a hardware token you were given, skip it."
        )
        say(f"  {offer.secret}")
        say(f"  {offer.uri}")
        password = asked("New password, 12 characters or more", twice=True)
        code = asked("The code that it shows now")
        done = activation.with_code(HERE, offer.ticket, password, code, opened.now)
        with opened.database.transaction() as connection:
            end(connection, done.begun.id)
            opened.journal.ended(connection, done.account, WITH_COMMAND, opened.now)
    say("Recovery codes, each for one sign-in without the token. Keep them on paper, apart from it:")
    for recovery_code in done.recovery_codes:
        say(f"  {recovery_code}")


@app.command("here")
def here(by: By) -> None:
    """Print the code that you read to whoever grants you a role, to show that the account is in your hands."""
    with acting(by) as (opened, person):
        say(presence_code(opened.keys, person, opened.now))


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """The accounts, closed ones too."""
    with desk() as opened, opened.database.transaction() as connection:
        accounts = list_accounts(connection)
    if as_json:
        say_json({"accounts": [account._asdict() for account in accounts]})
        return
    for account in accounts:
        say(f"{account.login}  {account.display_name}  {'active' if account.is_active else 'closed'}")
    if not accounts:
        say("No accounts yet. Begin with: throughcare account bootstrap")


@app.command("close")
def close(login: Login, by: By) -> None:
    """Close an account for good; its sessions end at once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        account = active_account(connection, login).id
        shut_account(connection, person, account, opened.now)
        opened.log(connection, "account-closed", person, account_named(account))
    say(f"Account {login} is closed.")


@app.command("grant")
def grant_role(
    login: Login,
    role: Role,
    by: By,
    facility: Facility = None,
    days: Days = None,
    mandate: Mandate = None,
) -> None:
    """Grant a role from now on."""
    with acting(by) as (opened, person):
        with opened.database.transaction() as connection:
            account = active_account(connection, login)
        presence = (
            asked(f"The code that {login} sees (throughcare account here)") if is_clinical(role) else ""
        )
        with opened.database.transaction() as connection:
            at = opened.now
            wanted = Wanted(role, facility, at, _end(role, days, at), mandate)
            given = grant(connection, opened.keys, person, account.id, wanted, at, presence=presence)
            _log_grant(opened, connection, "role-granted", person, given)
    if given.waits(at):
        say(f"This waits to be confirmed within 7 days: throughcare account confirm-grant {given.id}")
    else:
        say(f"Granted. To take it away: throughcare account revoke {given.id}")


@app.command("confirm-grant")
def confirm_role(id_: Id, by: By) -> None:
    """Confirm what an administrator has granted, as an auditor or a medical lead."""
    with acting(by) as (opened, person):
        presence = asked("The code that the person sees (throughcare account here)")
        with opened.database.transaction() as connection:
            given = confirm_grant(connection, opened.keys, person, id_, opened.now, presence=presence)
            _log_grant(opened, connection, "role-confirmed", person, given)
    say("Confirmed: the grant is in effect.")


@app.command("revoke")
def revoke(id_: Id, by: By) -> None:
    """Take a role away, at once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        given = revoke_grant(connection, person, id_, opened.now)
        _log_grant(opened, connection, "role-revoked", person, given)
    say("Revoked.")


@app.command("grants")
def grants(as_json: AsJson = False) -> None:
    """Every grant of a role there ever was."""
    with desk() as opened, opened.database.transaction() as connection:
        found = [(account_with(connection, one.account), one) for one in list_grants(connection)]
        at = opened.now
    if as_json:
        say_json({"grants": [{**one._asdict(), "login": account.login} for account, one in found]})
        return
    for account, one in found:
        say(
            f"{one.id}  {account.login}  {one.role}  {one.facility or 'everywhere'}  {_state(account, one, at)}"
        )


@app.command("reset")
def reset(login: Login, by: By) -> None:
    """Forget a person's password, tokens and keys; of accounts that treat or watch, once somebody else confirms."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        account = active_account(connection, login).id
        outcome = ask_reset(connection, person, account, opened.now)
        change = "reset-asked" if isinstance(outcome, Asked) else "reset-done"
        opened.log(connection, change, person, account_named(account))
    if isinstance(outcome, Asked):
        say(f"This waits to be confirmed within a day: throughcare account confirm-reset {outcome.id}")
        return
    _say_reset(outcome)


@app.command("confirm-reset")
def confirm_asked_reset(id_: Id, by: By) -> None:
    """Confirm a reset that somebody else has asked for, and print the new activation code, this once."""
    with acting(by) as (opened, person), opened.database.transaction() as connection:
        outcome = confirm_reset(connection, person, id_, opened.now)
        opened.log(connection, "reset-done", person, account_named(outcome.account))
    _say_reset(outcome)


app.command("sessions")(account_sessions.sessions)
app.command("end-sessions")(account_sessions.end_all_sessions)
app.command("devices")(account_sessions.devices)
app.command("add-device")(account_sessions.add_device)
app.command("revoke-device")(account_sessions.revoke)
app.command("import-tokens")(account_tokens.import_tokens)
app.command("assign-token")(account_tokens.assign)
app.command("resync-token")(account_tokens.resync)


def _log_grant(opened: Desk, connection: Connection, change: str, by: UUID, given: Grant) -> None:
    """Which role, where and until when, with the grant's id."""
    opened.log(
        connection,
        change,
        by,
        account_named(given.account),
        granted=given.role,
        where=given.facility,
        until=None if given.ends_at is None else instant(given.ends_at),
        mandate=given.mandate,
        grant=str(given.id),
    )


def _say_reset(done: Reset) -> None:
    say(done.activation_code)
    say("Give the code to the person, on paper, yourself: throughcare account activate LOGIN")


def _end(role: str, days: int | None, at: datetime) -> datetime | None:
    if days is None and not is_clinical(role):
        return None
    return at + timedelta(days=365 if days is None else days)


def _state(account: Account, one: Grant, at: datetime) -> str:
    if one.revoked_at is not None:
        return "revoked"
    if not account.is_active or (one.ends_at is not None and one.ends_at <= at):
        return "over"
    if one.needs_confirmation and one.confirmed_at is None:
        return "waits to be confirmed" if one.waits(at) else "was not confirmed"
    return "in effect" if one.starts_at <= at else "begins later"
