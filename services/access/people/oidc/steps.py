"""The steps of signing in elsewhere: begin, hear the answer, finish; or link one's account in place of signing in.

The answer comes by way of a page of the provider, and with such a request a browser sends no cookie but the one that
this is for. So the answer is only looked at there, and the browser is then led on by a page of ours.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from services.access.people.accounts import account_with
from services.access.people.errors import LinkRefused, ProviderUnreachable
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys
from services.access.people.oath_tokens import has_token
from services.access.people.oidc.handle import is_state_of, nonce_of
from services.access.people.oidc.id_token import Expected, NotStated, Stated, kid_of, stated
from services.access.people.oidc.links import count_use, link, linked_account
from services.access.people.oidc.provider import Provider
from services.access.people.oidc.unfinished import (
    Answered,
    Shown,
    begin_elsewhere,
    close_elsewhere,
    keep_stated,
    shown,
    take_answer,
)
from services.access.people.outcomes import Method, Refused, SecondFactorNeeded, SignedIn, TryLater, Why
from services.access.people.passkeys.kept import passkey_ids
from services.access.people.sessions import begin
from services.access.people.throttling import Source, Throttle, TooSoon
from services.access.people.tickets import open_ticket
from services.shared.database import Database


@dataclass(frozen=True)
class Answer:
    """What the provider's page has sent the browser back with."""

    state: str = field(repr=False)
    code: str = field(repr=False)
    issuer: str = ""
    """If the provider says from whom its answer is (RFC 9207)."""


class Leaving(NamedTuple):
    """A sign-in that has begun."""

    handle: str
    """For the browser's cookie, and for nothing else."""
    address: str
    """Of the provider's page."""

    def __repr__(self) -> str:
        return "Leaving()"


class Heard(NamedTuple):
    """The answer holds: the browser goes on from here."""

    linking: bool


class SignInElsewhere:
    """The steps."""

    def __init__(
        self,
        database: Database,
        keys: CredentialKeys,
        provider: Provider,
        journal: Journal,
        *,
        offers_passkeys: bool,
    ) -> None:
        self._database = database
        self._keys = keys
        self._provider = provider
        self._journal = journal
        self._offers_passkeys = offers_passkeys
        self._throttle = Throttle(database, keys.throttling)

    def begin(self, onward: str, at: datetime, *, linking: UUID | None = None) -> Leaving:
        """Lead a browser to the provider; with ``linking`` to link that account. Raises ProviderUnreachable."""
        with self._database.transaction() as connection:
            handle = begin_elsewhere(connection, linking, onward, at)
        return Leaving(handle, self._provider.address(handle, at))

    def hear(self, source: Source, handle: str, answer: Answer, at: datetime) -> Heard | Refused | TryLater:
        """The provider's answer, which counts once. Raises ProviderUnreachable, which costs no try."""
        counted = self._throttle.take(source, None, at)
        if isinstance(counted, TooSoon):
            return TryLater(counted.wait)
        try:
            outcome = self._heard(handle, answer, at)
        except ProviderUnreachable:
            with self._database.transaction() as connection:
                self._throttle.give_back(connection, counted)
            raise
        if isinstance(outcome, Heard):
            with self._database.transaction() as connection:
                self._throttle.give_back(connection, counted)
        return outcome

    def finish(
        self, source: Source, handle: str, at: datetime
    ) -> tuple[SignedIn | SecondFactorNeeded, str] | Refused:
        """A session, or the question for the second factor, and where the person wanted to go."""
        with self._database.transaction() as connection:
            found = shown(connection, handle, at)
            if found is None or found.linking is not None or not close_elsewhere(connection, handle):
                return Refused(Why.NOT_BEGUN_HERE)
            account = linked_account(connection, found.issuer, found.subject)
            if account is None or not _is_still_linked(connection, found, account):
                return Refused(Why.NOT_LINKED)
            count_use(connection, found.issuer, account, at)
            return self._in_or_further(connection, source, account, found, at), found.onward

    def to_be_linked(self, handle: str, account: UUID, at: datetime) -> bool:
        """Whether this browser has come back to link this account."""
        with self._database.transaction() as connection:
            found = shown(connection, handle, at)
        return found is not None and found.linking == account

    def link(self, handle: str, account: UUID, at: datetime) -> None:
        """Link the account to whoever has signed in there. Raises LinkRefused."""
        with self._database.transaction() as connection:
            found = shown(connection, handle, at)
            if found is None or found.linking != account or not close_elsewhere(connection, handle):
                raise LinkRefused
            if not account_with(connection, account, held=True).is_active:
                raise LinkRefused
            link(connection, found.issuer, found.subject, account, at)
            self._journal.changed(connection, "provider-linked", account, at)

    def _heard(self, handle: str, answer: Answer, at: datetime) -> Heard | Refused:
        # An answer that is not for this browser does not use up the one that is.
        if not is_state_of(handle, answer.state):
            return Refused(Why.NOT_BEGUN_HERE)
        with self._database.transaction() as connection:
            answered = take_answer(connection, handle, at)
        if answered is None:
            return Refused(Why.NOT_BEGUN_HERE)
        if not answer.code:
            return Refused(Why.PROVIDER_REFUSED, answered.linking)
        try:
            found = self._stated(handle, answer, answered, at)
        except NotStated:
            return Refused(Why.NOT_STATED, answered.linking)
        return self._kept(handle, answered, found)

    def _stated(self, handle: str, answer: Answer, answered: Answered, at: datetime) -> Stated:
        client = self._provider.client
        if answer.issuer != client.issuer and (answer.issuer or self._provider.states_issuer(at)):
            raise NotStated
        token = self._provider.id_token(handle, answer.code, at)
        expected = Expected(client, nonce_of(handle), answered.begun_at)
        return stated(token, self._provider.key(kid_of(token), at), expected, at)

    def _kept(self, handle: str, answered: Answered, found: Stated) -> Heard | Refused:
        issuer, linking = self._provider.client.issuer, answered.linking is not None
        with self._database.transaction() as connection:
            if not linking and linked_account(connection, issuer, found.subject) is None:
                return Refused(Why.NOT_LINKED)
            keep_stated(connection, handle, issuer, found)
        return Heard(linking)

    def _in_or_further(
        self, connection: Connection, source: Source, account: UUID, found: Shown, at: datetime
    ) -> SignedIn | SecondFactorNeeded:
        if found.two_factors:
            self._journal.signed_in(connection, account, Method.PROVIDER, source.device, at)
            return SignedIn(account, Method.PROVIDER, begin(connection, account, source.device, at))
        return SecondFactorNeeded(
            account,
            open_ticket(connection, self._keys, account, "second factor", at, after_provider=True),
            codes=has_token(connection, account),
            security_keys=self._offers_passkeys and bool(passkey_ids(connection, account)),
        )


def _is_still_linked(connection: Connection, found: Shown, account: UUID) -> bool:
    # Whoever closes the account or resets it waits for us, or we see it done.
    is_active = account_with(connection, account, held=True).is_active
    return is_active and linked_account(connection, found.issuer, found.subject) == account
