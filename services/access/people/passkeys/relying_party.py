"""Who a passkey is for: the installation at its address. Pure."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from services.access.people.errors import PasskeysNotOffered

NAME = "Throughcare"


@dataclass(frozen=True)
class RelyingParty:
    """What a browser binds a passkey to."""

    id: str
    """The host name."""
    origin: str
    """Scheme, host and port: what the browser states and we compare."""


def relying_party(base_url: str) -> RelyingParty:
    """The installation at its address. Raises PasskeysNotOffered where a browser offers none."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if not (parts.scheme == "https" or (parts.scheme == "http" and host == "localhost")) or _is_number(host):
        raise PasskeysNotOffered
    return RelyingParty(host, origin_of(base_url))


def origin_of(base_url: str) -> str:
    """The origin of an address as a browser writes it: small letters, no port where it is the usual one."""
    parts = urlsplit(base_url)
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True
