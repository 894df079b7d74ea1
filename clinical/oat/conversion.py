"""Doses of one product that correspond to those of another: for display only. No order is ever made of it.

A parameter ``oat.conversion.buprenorphine`` has rows ``{ from-mg = 8, to-mg = 10, weekly = 16, monthly = 64 }``: of a daily dose
under the tongue the weekly and the monthly depot, where there is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from clinical.protocols import BadProtocol, Protocol
from clinical.words import N_, Sentence

TABLE = "oat.conversion.buprenorphine"

DISPLAY_ONLY = Sentence(
    N_("For orientation only. The prescriber decides the dose; nothing is ordered by this table")
)

DEPOTS = {"weekly": "buprenorphine-depot-weekly", "monthly": "buprenorphine-depot-monthly"}


@dataclass(frozen=True)
class Corresponding:
    """A dose of a product, by its code, that corresponds to the one that was asked."""

    product: str
    mg: Decimal


@dataclass(frozen=True)
class Shown:
    """What is shown, and that it is for orientation only; nothing where the table has no row for the dose."""

    doses: tuple[Corresponding, ...]
    says: Sentence = DISPLAY_ONLY
    not_set: tuple[str, ...] = ()


def depots_for(daily_mg: Decimal, protocol: Protocol) -> Shown:
    """The depots that correspond to a daily dose of buprenorphine under the tongue. Raises BadProtocol."""
    rows = protocol.table(TABLE)
    found = (dose for row in rows or () if _applies(row, daily_mg) for dose in _doses(row))
    return Shown(tuple(found), not_set=protocol.not_set(TABLE))


def _applies(row: Mapping[str, Any], mg: Decimal) -> bool:
    for name in ("from-mg", "to-mg"):
        if type(row.get(name)) not in (int, Decimal):
            raise BadProtocol(f"{TABLE}: each row says from-mg and to-mg.")
    return bool(row["from-mg"] <= mg <= row["to-mg"])


def _doses(row: Mapping[str, Any]) -> Iterator[Corresponding]:
    for name, product in DEPOTS.items():
        if name in row:
            yield Corresponding(product, Decimal(row[name]))
