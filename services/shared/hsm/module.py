"""A vendor's PKCS#11 library, loaded once for the program."""

import threading
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pkcs11
from pkcs11 import PKCS11Error, Token

from services.shared.hsm.errors import SeveralTokens, TokenAbsent
from services.shared.hsm.uri import TokenAddress

if TYPE_CHECKING:
    from pkcs11._pkcs11 import lib as Library  # noqa: N812 - that is a class

_choosing = threading.Lock()


class Module:
    """The library is told that one thread at a time calls it, so whoever does holds ``lock``.

    ``started`` counts how often it was started. All that was got from it before the last time is void, and worse: its
    numbers may be those of something else by now, so that another key would be used.
    """

    def __init__(self, path: Path) -> None:
        self.lock = threading.RLock()
        self.started = 0
        self._path = path

    def start(self) -> None:
        """Let the library look at what is plugged in. Every session of this program with it ends. Raises PKCS11Error."""
        if self.started:
            with suppress(PKCS11Error):  # it may have ended by itself
                self._library.finalize()
        self._library.initialize()
        self.started += 1

    def token(self, address: TokenAddress) -> Token:
        """The token, as it is now. Raises TokenAbsent, SeveralTokens, PKCS11Error."""
        serial = address.serial.encode() if address.serial else None
        found = list(self._library.get_tokens(token_label=address.label, token_serial=serial))
        if not found:
            raise TokenAbsent(address.label)
        if len(found) > 1:
            raise SeveralTokens(address.label)
        return found[0]

    @cached_property
    def _library(self) -> "Library":
        return pkcs11.lib(str(self._path))


def module_of(address: TokenAddress) -> Module:
    """The library of a token, not loaded yet if nobody has started it."""
    with _choosing:
        return _module(address.module)


@cache
def _module(path: Path) -> Module:
    return Module(path)
