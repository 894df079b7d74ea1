"""What a provider says of itself (OpenID Connect Discovery 1.0). Pure."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from services.access.people.errors import ProviderUnreachable
from services.access.remote import is_safe

WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True)
class Metadata:
    """The addresses of a provider."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    secret_in_body: bool
    """Whether it takes the client's secret in the body only, and not in the header."""
    states_issuer: bool
    """Whether its answers say from whom they are (RFC 9207)."""


def configuration_of(issuer: str) -> str:
    """Where the issuer says what it offers."""
    return issuer.removesuffix("/") + WELL_KNOWN


def metadata(text: bytes, issuer: str) -> Metadata:
    """What the document says, if it is the issuer's own and nobody on the way reads what is sent there.

    Raises ProviderUnreachable.
    """
    stated = _object(text)
    if stated.get("issuer") != issuer:
        raise ProviderUnreachable
    methods = stated.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Metadata(
        _address(stated, "authorization_endpoint"),
        _address(stated, "token_endpoint"),
        _address(stated, "jwks_uri"),
        secret_in_body=isinstance(methods, list) and "client_secret_basic" not in methods,
        states_issuer=stated.get("authorization_response_iss_parameter_supported") is True,
    )


def _object(text: bytes) -> dict[str, Any]:
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError):
        raise ProviderUnreachable from None
    if not isinstance(stated, dict):
        raise ProviderUnreachable
    return stated


def _address(stated: dict[str, Any], name: str) -> str:
    url = stated.get(name)
    if not isinstance(url, str) or not url.isprintable() or not is_safe(url) or not urlsplit(url).hostname:
        raise ProviderUnreachable
    return url
