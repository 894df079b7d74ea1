"""What this installation is to the identity provider. Pure."""

from dataclasses import dataclass, field

CALLBACK = "/sign-in/elsewhere/back"


@dataclass(frozen=True)
class OidcClient:
    """As the provider has registered it."""

    issuer: str
    id: str
    secret: str = field(repr=False)
    base_url: str
    two_factors_acr: frozenset[str] = frozenset()
    """Values of acr by which the provider says that it has asked for two factors."""
    two_factors_amr: frozenset[str] = frozenset()
    """The same for amr."""

    @property
    def redirect_uri(self) -> str:
        """Where the provider leads a browser back to."""
        return f"{self.base_url}{CALLBACK}"
