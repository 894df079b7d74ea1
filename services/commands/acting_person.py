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

from fhir_store.walls import Wall
from services.access.people.activation import Activation
from services.access.people.errors import PasskeysNotOffered
from services.access.people.hashing import Hashing
from services.access.people.keys import CredentialKeys, credential_keys
from services.access.people.outcomes import Refused, SecondFactorNeeded, SignedIn, TryLater
from services.access.people.passkeys.relying_party import RelyingParty, relying_party
from services.access.people.sessions import end
from services.access.people.sign_in import SignIn
from services.access.people.throttling import Source
from services.commands.failure import CommandFailed
from services.settings import Settings, load_settings
from services.shared.database import Database
from services.shared.installation import open_database

HERE = Source("command line")

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

    @property
    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)

    def sign_in(self) -> SignIn:
        """The steps of signing in."""
        return SignIn(self.database, Hashing(), self.keys, self.party)

    def activation(self) -> Activation:
        """The steps of using an account for the first time."""
        return Activation(self.database, Hashing(), self.keys, self.party)


@contextmanager
def desk() -> Iterator[Desk]:
    """The installation's accounts, with nobody signed in."""
    settings = load_settings()
    with open_database(settings) as database:
        # Whoever sees to accounts sees nothing of a patient, whatever a statement asks for.
        yield Desk(database.behind(Wall.NOBODY), credential_keys(settings.home), _party(settings))


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


def asked(what: str, *, hidden: bool = True, twice: bool = False) -> str:
    """What the person at the keyboard types; standard output stays free for what is printed once."""
    return str(typer.prompt(what, hide_input=hidden, confirmation_prompt=twice, err=True))


def let_in(outcome: object) -> None:
    """Return unless somebody was refused. Raises CommandFailed."""
    if isinstance(outcome, TryLater):
        seconds = int(outcome.wait.total_seconds()) + 1
        raise CommandFailed(f"Too many tries. Wait {seconds} seconds, then try again.")
    if isinstance(outcome, Refused):
        raise CommandFailed(
            "That was not accepted. Check login name, password and code; each code passes once."
        )


def _signed_in(opened: Desk, by: str) -> SignedIn:
    signing_in = opened.sign_in()
    needed = signing_in.password(HERE, by, asked(f"Password of {by}"), opened.now)
    let_in(needed)
    assert isinstance(needed, SecondFactorNeeded)
    code = asked("One-time code, or a recovery code")
    step = signing_in.recovery_code if "-" in code else signing_in.code
    outcome = step(HERE, needed.ticket, code, opened.now)
    let_in(outcome)
    assert isinstance(outcome, SignedIn)
    return outcome


def _party(settings: Settings) -> RelyingParty | None:
    try:
        return relying_party(settings.base_url)
    except PasskeysNotOffered:
        return None
