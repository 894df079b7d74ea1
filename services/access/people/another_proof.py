"""Adding a further second factor to an account that is in use: an application that shows codes, a passkey, a key."""

from datetime import datetime
from uuid import UUID

from services.access.people.activation import Offer, offer_of, offered_generator
from services.access.people.errors import PasskeysNotOffered, ProofRefused
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.names import checked_name
from services.access.people.oath_tokens import add_token, new_secret
from services.access.people.one_time_codes import counter_of, counters_now
from services.access.people.passkeys.ceremonies import Ceremony
from services.access.people.passkeys.registration import (
    begin_registration,
    new_passkey,
    register,
    take_registration,
)
from services.access.people.passkeys.relying_party import RelyingParty
from services.access.people.proofs import check_room
from services.access.people.tickets import Ticket, close_ticket, count_try, find_ticket, open_ticket
from services.shared.database import Database
from services.shared.languages import N_

WRONG_CODE = N_("This code was not accepted. Wait for the next one, and check the clock of what shows it.")
OVER = N_("This took too long, or too many codes were tried. Begin again with a new secret.")


class AnotherProof:
    """The steps. Whether their holder has just proved who they are is for the caller to ask."""

    def __init__(
        self, database: Database, keys: CredentialKeys, party: RelyingParty | None, journal: Journal
    ) -> None:
        """``party`` is None where a browser offers no passkeys."""
        self._database = database
        self._keys = keys
        self._party = party
        self._journal = journal

    def begin_token(self, account: UUID, login: str, at: datetime) -> Offer:
        """A secret for an application, shown this once. Raises ProofRefused."""
        secret = new_secret()
        with self._database.transaction() as connection:
            check_room(connection, account)
            ticket = open_ticket(connection, self._keys, account, "another token", at, secret=secret)
        return offer_of(ticket, secret, login)

    def offered(self, account: UUID, ticket: str, at: datetime) -> Offer:
        """The same again, after a code that was not accepted. Raises ProofRefused."""
        found = self._found(account, ticket, at)
        assert found.secret is not None
        return offer_of(ticket, found.secret, found.login)

    def add_token(self, account: UUID, ticket: str, name: str, code: str, at: datetime) -> None:
        """Keep the token whose code was typed. Raises ProofRefused, NameRefused."""
        called = checked_name(name)
        found = self._found(account, ticket, at)
        with self._database.transaction() as connection:
            if not count_try(connection, ticket):
                raise ProofRefused(OVER)
        generator = offered_generator(found)
        counter = counter_of(generator, "".join(code.split()), counters_now(generator, at, last=-1, drift=0))
        if counter is None:
            raise ProofRefused(WRONG_CODE)
        with self._database.transaction() as connection:
            check_room(connection, account)
            if not close_ticket(connection, ticket):
                raise ProofRefused(OVER)
            add_token(
                connection, self._keys, generator, at, account=account, name=called, last_counter=counter
            )
            self._journal.changed(connection, "token-added", account, at)

    def begin_passkey(self, account: UUID, at: datetime) -> Ceremony:
        """Make a passkey or register a security key. Raises PasskeysNotOffered, ProofRefused."""
        if self._party is None:
            raise PasskeysNotOffered
        with self._database.transaction() as connection:
            check_room(connection, account)
            return begin_registration(connection, self._party, account, at)

    def add_passkey(self, account: UUID, name: str, handle: str, response: str, at: datetime) -> None:
        """Keep it. Raises PasskeyRefused, PasskeysNotOffered, ProofRefused, NameRefused."""
        if self._party is None:
            raise PasskeysNotOffered
        with self._database.transaction() as connection:
            challenge = take_registration(connection, handle, account, at)
        passkey = new_passkey(self._party, account, challenge, response)
        with self._database.transaction() as connection:
            check_room(connection, account)
            register(connection, passkey, name, at)
            self._journal.changed(connection, "passkey-added", account, at)

    def _found(self, account: UUID, ticket: str, at: datetime) -> Ticket:
        with self._database.transaction() as connection:
            found = find_ticket(connection, self._keys, ticket, "another token", at)
        if found is None or found.account != account or not found.may_try:
            raise ProofRefused(OVER)
        return found
