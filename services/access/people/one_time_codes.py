"""One-time codes of phones and hardware tokens: HOTP (RFC 4226) and TOTP (RFC 6238). Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pyotp import HOTP

Kind = Literal["totp", "hotp"]

ALGORITHMS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}

SKEW_STEPS = 1
"""How far the clock of a token may be off, in steps, either way: RFC 6238, section 5.2."""

LOOK_AHEAD = 10
"""How many codes of a HOTP token may have been shown to nobody: RFC 4226, section 7.4. Proposed."""

RESYNCHRONISED_STEPS = 20
"""How far off the clock of a TOTP token may be found by two codes in a row: 10 minutes. Proposed."""

RESYNCHRONISED_AHEAD = 100
"""How many lost codes of a HOTP token are found by two codes in a row. Proposed."""


@dataclass(frozen=True)
class Generator:
    """What a token computes its codes from."""

    kind: Kind
    secret: bytes = field(repr=False)
    algorithm: str = "SHA1"
    digits: int = 6
    period_s: int = 30


def code_at(generator: Generator, counter: int) -> str:
    """The code that the token shows at a counter (HOTP) or in a step of time (TOTP)."""
    secret = base64.b32encode(generator.secret).decode()
    otp = HOTP(secret, digits=generator.digits, digest=ALGORITHMS[generator.algorithm])
    return otp.at(counter)


def step(generator: Generator, at: datetime) -> int:
    """In which step of time an instant is."""
    return int(at.timestamp()) // generator.period_s


def counters_now(generator: Generator, at: datetime, *, last: int, drift: int) -> range:
    """At which counters a code is looked for. ``last`` was used last; ``drift`` is how many steps the clock is off."""
    if generator.kind == "hotp":
        return range(last + 1, last + 1 + LOOK_AHEAD)
    now = step(generator, at) + drift
    return range(now - SKEW_STEPS, now + SKEW_STEPS + 1)


def counters_anywhere(generator: Generator, at: datetime, *, last: int) -> range:
    """At which counters the first of two codes in a row is looked for."""
    if generator.kind == "hotp":
        return range(last + 1, last + 1 + RESYNCHRONISED_AHEAD)
    now = step(generator, at)
    return range(max(last + 1, now - RESYNCHRONISED_STEPS), now + RESYNCHRONISED_STEPS + 1)


def counter_of(generator: Generator, typed: str, counters: Iterable[int]) -> int | None:
    """The counter whose code was typed; every one is compared, so that time does not tell which."""
    found = None
    for counter in counters:
        if hmac.compare_digest(code_at(generator, counter).encode(), typed.encode(errors="replace")):
            found = counter
    return found


def counter_of_pair(generator: Generator, first: str, second: str, counters: Iterable[int]) -> int | None:
    """The counter of the second of two codes that follow each other."""
    for counter in counters:
        if code_at(generator, counter) == first and code_at(generator, counter + 1) == second:
            return counter + 1
    return None
