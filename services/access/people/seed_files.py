"""Seeds of hardware tokens as their maker delivers them: CSV with a line for each token. Pure.

Columns, by name: ``serial``, ``seed`` (hex or base 32), and if they differ from what is usual ``kind`` (totp),
``digits`` (6), ``period`` (30, seconds), ``algorithm`` (SHA1), ``counter`` (0, of a HOTP token).
"""

import base64
import binascii
import csv
from collections.abc import Iterable
from typing import NamedTuple

from services.access.people.errors import SeedRefused
from services.access.people.one_time_codes import ALGORITHMS, Generator, Kind

SHORTEST_SEED_BYTES = 16
"""As RFC 4226, section 4, requires."""


class Seed(NamedTuple):
    """One token of a delivery."""

    serial: str
    generator: Generator
    last_counter: int


def read_seeds(lines: Iterable[str]) -> list[Seed]:
    """Every token of a file, or none. Raises SeedRefused with the number of the first line that cannot be used."""
    rows = csv.DictReader(lines)
    if not {"serial", "seed"} <= set(rows.fieldnames or ()):
        raise SeedRefused("The first line must name the columns, at least: serial,seed")
    return [_seed(row, number) for number, row in enumerate(rows, start=2)]


def _seed(row: dict[str, str], number: int) -> Seed:
    try:
        generator = Generator(
            _kind(row.get("kind") or "totp"),
            _secret(row["seed"]),
            _algorithm(row.get("algorithm") or "SHA1"),
            _whole(row.get("digits") or "6", 6, 8),
            _whole(row.get("period") or "30", 1, 120),
        )
        next_counter = _whole(row.get("counter") or "0", 0, 2**62)
        if not row["serial"].strip() or not row["serial"].isprintable():
            raise ValueError
    except (ValueError, AttributeError):
        # The cause would repeat the seed.
        raise SeedRefused(
            f"Line {number} of the file cannot be used: give a serial number, a seed of 16 bytes or more in hex or "
            "base 32, and totp or hotp with 6 to 8 digits."
        ) from None
    return Seed(row["serial"].strip(), generator, next_counter - 1)


def _kind(written: str) -> Kind:
    found: dict[str, Kind] = {"totp": "totp", "hotp": "hotp"}
    try:
        return found[written.strip().lower()]
    except KeyError:
        raise ValueError from None


def _algorithm(written: str) -> str:
    name = written.strip().upper().replace("-", "")
    if name not in ALGORITHMS:
        raise ValueError
    return name


def _whole(written: str, least: int, most: int) -> int:
    number = int(written)
    if not least <= number <= most:
        raise ValueError
    return number


def _secret(written: str) -> bytes:
    seed = written.replace(" ", "").replace("-", "")
    try:
        secret = bytes.fromhex(seed)
    except ValueError:
        secret = _from_base32(seed)
    if len(secret) < SHORTEST_SEED_BYTES:
        raise ValueError
    return secret


def _from_base32(seed: str) -> bytes:
    letters = seed.rstrip("=")
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8), casefold=True)
    except binascii.Error:
        raise ValueError from None
