"""Who acts when accounts are changed from the command line: somebody who signs in for it, as on a page.

Whoever may run commands on the server is not thereby anybody's administrator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy import Connection

from services.access.audit.event import Json
from services.access.people.activation import Activation
from services.access.people.errors import PasskeysNotOffered
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys, credential_keys
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, TryLater
from services.access.people.passkeys.relying_party import RelyingParty, relying_party
from services.access.people.sessions import end
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.commands.failure import CommandFailed
from services.commands.operator import journal_at
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database

HERE = Source("command line")

WITH_COMMAND = "with its command"
"""How a session of the command line ends."""

PASSWORD = "password"  # noqa: S105
"""The first step, as the log names it."""

By = Annotated[
    str,
    typer.Option(
        help="Your own login name: the password and a code are asked for, and each code passes once."
    ),
]


@dataclass(frozen=True)
class Desk:
    """What a command on accounts works with."""

    database: Database
    keys: CredentialKeys
    party: RelyingParty | None
    journal: Journal

    @property
    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)

    def log(self, connection: Connection, change: str, by: UUID, *of: str, **said: Json) -> None:
        """Log what a person changed, in the transaction in which it is changed."""
        self.journal.changed(connection, change, by, self.now, *of, **said)

    def sign_in(self) -> SignIn:
        """The steps of signing in."""
        return SignIn(self.database, Hashing(), self.keys, self.party, self.journal)

    def activation(self) -> Activation:
        """The steps of using an account for the first time."""
        return Activation(self.database, Hashing(), self.keys, self.party, self.journal)


@contextmanager
def desk() -> Iterator[Desk]:
    """The installation's accounts, with nobody signed in."""
    settings = load_settings()
    with open_database(settings) as database:
        yield Desk(database, credential_keys(settings.home), _party(settings), journal_at(settings))


@contextmanager
def acting(by: str) -> Iterator[tuple[Desk, UUID]]:
    """The installation's accounts, and who acts; the session ends with the command. Raises CommandFailed, Busy."""
    with desk() as opened:
        signed_in = _signed_in(opened, by)
        try:
            yield opened, signed_in.account
        finally:
            with opened.database.transaction() as connection:
                end(connection, signed_in.begun.id)
                opened.journal.ended(connection, signed_in.account, WITH_COMMAND, opened.now)


def asked(what: str, *, hidden: bool = True, twice: bool = False) -> str:
    """What the person at the keyboard types; standard output stays free for what is printed once."""
    return str(typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True))


def let_in(opened: Desk, method: str, outcome: object) -> None:
    """Return unless somebody was refused, which is logged. Raises CommandFailed."""
    if isinstance(outcome, TryLater):
        opened.journal.throttled(opened.database, method, opened.now)
        seconds = int(outcome.wait.total_seconds()) + 1
        raise CommandFailed(f"Too many tries. Wait {seconds} seconds, then try again.")
    if isinstance(outcome, Refused):
        opened.journal.refused(opened.database, method, outcome, opened.now)
        raise CommandFailed(
            "That was not accepted. Check login name, password and code; each code passes once."
        )


def _signed_in(opened: Desk, by: str) -> SignedIn:
    signing_in = opened.sign_in()
    needed = signing_in.password(HERE, by, asked(f"Password of {by}"), opened.now)
    let_in(opened, PASSWORD, needed)
    assert isinstance(needed, SecondFactorNeeded)
    code = asked("One-time code, or a recovery code")
    by_paper = "-" in code
    step = signing_in.recovery_code if by_paper else signing_in.code
    outcome = step(HERE, needed.ticket, code, opened.now)
    let_in(opened, Method.RECOVERY_CODE if by_paper else Method.CODE, outcome)
    assert isinstance(outcome, SignedIn)
    return outcome


def _party(settings: Settings) -> RelyingParty | None:
    try:
        return relying_party(settings.base_url)
    except PasskeysNotOffered:
        return None
