"""This program's way into a token: it signs in once, and once more if the token was lost meanwhile."""

import time
from collections.abc import Callable
from typing import TypeVar

import pkcs11
from pkcs11 import Mechanism, PKCS11Error, Session

from services.shared.hsm.errors import (
    ModuleUnusable,
    NoGcm,
    PinLocked,
    PinNotSet,
    PinRefused,
    TokenSilent,
    TokenUnusable,
)
from services.shared.hsm.module import module_of
from services.shared.hsm.pin import pin_of, refuse_risk
from services.shared.hsm.uri import TokenAddress

WAIT_S = 5.0
"""How long a token that could not be reached is not looked for again: requests would queue up behind it."""

REFUSALS: dict[type[PKCS11Error], type[TokenUnusable]] = {
    pkcs11.PinIncorrect: PinRefused,
    pkcs11.PinInvalid: PinRefused,
    pkcs11.PinLenRange: PinRefused,
    pkcs11.PinExpired: PinRefused,
    pkcs11.PinLocked: PinLocked,
    pkcs11.UserPinNotInitialized: PinNotSet,
}
"""After one of these the PIN is never tried again by this program."""

Made = TypeVar("Made")


class Connection:
    """Threads may share it: one at a time works with the token."""

    def __init__(self, address: TokenAddress) -> None:
        self.address = address
        self._module = module_of(address)
        self._session: Session | None = None
        self._looked_in = 0
        self._refused: type[TokenUnusable] | None = None
        self._failed: type[TokenUnusable] = TokenSilent
        self._failed_at = -WAIT_S

    def twice(self, work: Callable[[Session], Made]) -> Made:
        """What the work returns, begun anew in another session if the token fails in this one. Raises TokenUnusable."""
        with self._module.lock:
            try:
                return work(self._current())
            except PKCS11Error:
                self._session = None
            try:
                return work(self._current())
            except PKCS11Error:
                raise self._fails(TokenSilent) from None

    def writing(self) -> Session:
        """Another session, in which keys can be made; to be closed. Within ``twice``. Raises PKCS11Error."""
        return self._module.token(self.address).open(rw=True)

    def _current(self) -> Session:
        if self._session is None or self._looked_in != self._module.started:
            self._session = self._sign_in()
        return self._session

    def _sign_in(self) -> Session:
        if self._refused:
            raise self._refused(self.address.label)
        if time.monotonic() < self._failed_at + WAIT_S:
            raise self._failed(self.address.label)
        try:
            return self._new_session()
        except TokenUnusable as failure:
            raise self._fails(type(failure)) from None

    def _fails(self, failure: type[TokenUnusable]) -> TokenUnusable:
        self._failed, self._failed_at = failure, time.monotonic()
        return failure(self.address.label)

    def _new_session(self) -> Session:
        # All of it within: SoftHSM does not find a token that another program is signing in to.
        with pin_of(self.address) as pin:
            if self._looked_in == self._module.started:
                self._start_module()
            self._looked_in = self._module.started
            try:
                return self._opened(pin)
            except tuple(REFUSALS) as refused:
                self._refused = REFUSALS[type(refused)]
                raise self._refused(self.address.label) from None
            except PKCS11Error:
                raise TokenSilent(self.address.label) from None

    def _start_module(self) -> None:
        try:
            self._module.start()
        except PKCS11Error:
            raise ModuleUnusable(self.address.label) from None

    def _opened(self, pin: str) -> Session:
        token = self._module.token(self.address)
        if Mechanism.AES_GCM not in token.slot.get_mechanisms():
            raise NoGcm(self.address.label)
        refuse_risk(token.flags, self.address.label)
        try:
            return token.open(user_pin=pin)
        except pkcs11.UserAlreadyLoggedIn:
            return token.open()  # whoever is signed in is this program, whose sessions share that
