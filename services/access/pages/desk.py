"""What the pages on people work with."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from threading import Lock

from services.access.people.activation import Activation
from services.access.people.another_proof import AnotherProof
from services.access.people.errors import PasskeysNotOffered
from services.access.people.fresh_proof import FreshProof
from services.access.people.hashing import Hashing
from services.access.people.journal import Journal
from services.access.people.keys import CredentialKeys, credential_keys
from services.access.people.oidc.client import OidcClient
from services.access.people.oidc.provider import Provider
from services.access.people.oidc.steps import SignInElsewhere
from services.access.people.passkeys.relying_party import RelyingParty, relying_party
from services.access.people.password_change import PasswordChange
from services.access.people.pins import Pins
from services.access.people.second_person import SecondPerson
from services.access.people.session_state import checked_lock
from services.access.people.sign_in import SignIn
from services.settings import Settings
from services.shared.database import Database

DESK_LOCKS_AFTER = timedelta(minutes=30)
"""Where a browser is no registered tablet there is no PIN, so it locks later, and then asks for a full sign-in. Proposed."""


def this_instant() -> datetime:
    """The clock of the server."""
    return datetime.now(UTC)


class Desk:
    """One for each application, in ``app.state.desk``."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        hashing: Callable[[], Hashing] = Hashing,
        clock: Callable[[], datetime] = this_instant,
    ) -> None:
        self.database = database
        self.base_url = settings.base_url
        self.tablet_locks_after = checked_lock(timedelta(minutes=settings.lock_after_minutes))
        self.now = clock
        self.provider = _provider(settings)
        """The organisation's identity provider; None where sign-ins by way of it are off."""
        self._home = settings.home
        self._make_hashing = hashing
        self._one_hashing = Lock()
        self._hashing: Hashing | None = None

    @property
    def hashing(self) -> Hashing:
        """One for all, or it would bound nothing; made when first needed, because that takes the time of a hash."""
        with self._one_hashing:
            if self._hashing is None:
                self._hashing = self._make_hashing()
            return self._hashing

    @cached_property
    def keys(self) -> CredentialKeys:
        """The keys of the installation."""
        return credential_keys(self._home)

    @cached_property
    def party(self) -> RelyingParty | None:
        """Who passkeys are for; None where browsers offer none."""
        try:
            return relying_party(self.base_url)
        except PasskeysNotOffered:
            return None

    def locks_after(self, *, on_tablet: bool) -> timedelta:
        """How long without a touch a session stays open."""
        return self.tablet_locks_after if on_tablet else DESK_LOCKS_AFTER

    def sign_in(self, journal: Journal) -> SignIn:
        """The steps of signing in."""
        return SignIn(self.database, self.hashing, self.keys, self.party, journal)

    def sign_in_elsewhere(self, provider: Provider, journal: Journal) -> SignInElsewhere:
        """The steps of signing in by way of the identity provider."""
        return SignInElsewhere(
            self.database, self.keys, provider, journal, offers_passkeys=self.party is not None
        )

    def fresh_proof(self) -> FreshProof:
        """Proving again who one is, before one's credentials change."""
        return FreshProof(self.database, self.hashing, self.keys, self.party)

    def another_proof(self, journal: Journal) -> AnotherProof:
        """Adding a further second factor."""
        return AnotherProof(self.database, self.keys, self.party, journal)

    def activation(self, journal: Journal) -> Activation:
        """The steps of using an account for the first time."""
        return Activation(self.database, self.hashing, self.keys, self.party, journal)

    def pins(self, journal: Journal) -> Pins:
        """Choosing a PIN, and unlocking with it."""
        return Pins(self.database, self.hashing, self.keys, self.tablet_locks_after, journal)

    def second_person(self, journal: Journal) -> SecondPerson:
        """Proving who signs second."""
        return SecondPerson(self.database, self.hashing, self.keys, journal)

    def password_change(self, journal: Journal) -> PasswordChange:
        """Choosing another password."""
        return PasswordChange(self.database, self.hashing, self.keys, journal)


def _provider(settings: Settings) -> Provider | None:
    if not settings.oidc_issuer:
        return None
    registered = OidcClient(
        settings.oidc_issuer,
        settings.oidc_client_id,
        settings.oidc_client_secret.get_secret_value(),
        settings.base_url,
        frozenset(settings.oidc_two_factors_acr.split()),
        frozenset(settings.oidc_two_factors_amr.split()),
    )
    return Provider(registered)
