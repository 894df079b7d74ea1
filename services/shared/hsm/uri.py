"""Where keys lie in a token: a PKCS#11 URI (RFC 7512), which names the file of the PIN and never holds the PIN.

``pkcs11:token=record;object=north?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/throughcare/pin``
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

SCHEME = "pkcs11:"

IN_PATH = {"token", "serial", "object", "type"}
IN_QUERY = {"module-path", "pin-source"}
SECRET_KEY = "secret-key"  # noqa: S105


class NotUnderstood(ValueError):
    """It is no address of keys in a token. What was written is not repeated: somebody may have put a PIN there."""


@dataclass(frozen=True)
class TokenAddress:
    """A token, and the file of its PIN.

    Attributes:
        module: The vendor's library.
        label: What the token is called.
        serial: Its serial number, where several are called the same.
        pin_file: Holds the PIN in one line.
    """

    module: Path
    label: str
    serial: str | None
    pin_file: Path


@dataclass(frozen=True)
class TokenUri:
    """The keys of one installation in a token: version 3 of ``object`` north is the object labelled north-3."""

    address: TokenAddress
    object: str

    def label(self, version: int) -> str:
        """What the key of a version is called in the token."""
        return f"{self.object}-{version}"


def token_uri(text: str) -> TokenUri:
    """The address that a URI says. Raises NotUnderstood, also for what would have to be ignored."""
    path, _, query = text.removeprefix(SCHEME).partition("?")
    said = {**_attributes(path, ";", IN_PATH), **_attributes(query, "&", IN_QUERY)}
    if not text.startswith(SCHEME) or said.get("type", SECRET_KEY) != SECRET_KEY:
        raise NotUnderstood
    address = TokenAddress(
        module=_absolute(_needed(said, "module-path")),
        label=_needed(said, "token"),
        serial=said.get("serial"),
        pin_file=_file(_needed(said, "pin-source")),
    )
    return TokenUri(address, _needed(said, "object"))


def _attributes(text: str, separator: str, known: set[str]) -> Mapping[str, str]:
    pairs = [part.partition("=") for part in text.split(separator)] if text else []
    found = {name: unquote(value, errors="strict") for name, _, value in pairs}
    if len(found) < len(pairs) or not found.keys() <= known:
        raise NotUnderstood
    return found


def _needed(said: Mapping[str, str], name: str) -> str:
    if not said.get(name):
        raise NotUnderstood
    return said[name]


def _file(source: str) -> Path:
    """Of ``file:/path`` and ``file:///path``. A program that prints the PIN (``|command``) is not run."""
    scheme, _, place = source.partition(":")
    if scheme != "file":
        raise NotUnderstood
    return _absolute(place.removeprefix("//"))


def _absolute(path: str) -> Path:
    if not path.startswith("/") or "\0" in path:
        raise NotUnderstood
    return Path(path)
