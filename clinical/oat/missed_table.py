"""What so many missed days mean for a product: the protocol's table, from "as ordered" to "the order is suspended".

A parameter ``oat.missed-days.<product>`` has rows ``{ from = 3, means = "prescriber" }``, the fewest days first; a row of
``reduced`` also says ``percent`` of the dose and, if it likes, ``at-most-mg``. ``oat.missed-days.induction.<product>`` holds in
induction, and the stricter of both counts. Not set: from the first missed day on a prescriber decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from clinical.oat.product import Product
from clinical.protocols import BadProtocol, Protocol

TABLE = "oat.missed-days"
INDUCTION = "oat.missed-days.induction"
WHOLE_MG = Decimal(1)


class Level(StrEnum):
    """What they mean, the mildest first."""

    NORMAL = "normal"
    """As ordered, if awake and not intoxicated."""
    REDUCED = "reduced"
    """A prescriber orders less."""
    PRESCRIBER = "prescriber"
    """A prescriber sees the person before anything is given."""
    RE_INDUCTION = "re-induction"
    """Only an order that begins an induction anew."""
    AUTO_SUSPENDED = "auto-suspended"
    """The same, and the order is suspended at day close."""

    @property
    def strictness(self) -> int:
        """How strict it is."""
        return STRICTNESS[self]


STRICTNESS = {level: number for number, level in enumerate(Level)}


@dataclass(frozen=True)
class Meaning:
    """What a count of missed days means.

    Attributes:
        level: what is to be done.
        percent: of a reduced dose, how much of the dose is left.
        at_most_mg: of a reduced dose, the most.
        not_set: the parameters that nobody set, so that the stricter path was taken.
    """

    level: Level
    percent: int | None = None
    at_most_mg: Decimal | None = None
    not_set: tuple[str, ...] = ()


NORMAL = Meaning(Level.NORMAL)


def meaning_of(days: int, product: Product, protocol: Protocol, *, in_induction: bool) -> Meaning:
    """What so many missed days mean. Raises BadProtocol."""
    tables = [f"{TABLE}.{product.code}"] + ([f"{INDUCTION}.{product.code}"] if in_induction else [])
    found = [_by_table(days, name, protocol) for name in tables]
    strictest = max(found, key=lambda meaning: meaning.level.strictness)
    not_set = tuple(name for meaning in found for name in meaning.not_set)
    return Meaning(strictest.level, strictest.percent, strictest.at_most_mg, not_set)


def suggested_mg(planned: Decimal, meaning: Meaning) -> Decimal | None:
    """What a prescriber may order in place of the planned dose, in whole mg; None: the table says nothing. For display only."""
    if meaning.percent is None:
        return None
    share = planned * meaning.percent / 100
    least = share if meaning.at_most_mg is None else min(share, meaning.at_most_mg)
    return least.quantize(WHOLE_MG, ROUND_DOWN)


def _by_table(days: int, name: str, protocol: Protocol) -> Meaning:
    rows = protocol.made(_rows, name)
    if rows is None:
        return Meaning(Level.PRESCRIBER if days else Level.NORMAL, not_set=(name,))
    applying = [meaning for first, meaning in rows if first <= days]
    return applying[-1] if applying else NORMAL


def _rows(protocol: Protocol, name: str) -> tuple[tuple[int, Meaning], ...] | None:
    """From how many days on what is meant, the fewest first."""
    rows = protocol.table(name)
    if rows is None:
        return None
    _check(name, rows)
    return tuple((row["from"], _meaning(row)) for row in rows)


def _meaning(row: Mapping[str, Any]) -> Meaning:
    at_most = row.get("at-most-mg")
    return Meaning(Level(row["means"]), row.get("percent"), None if at_most is None else Decimal(at_most))


def _check(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """A table that grows milder with more missed days is a slip of the pen, and would be a dangerous one."""
    if problem := next(_problems(rows), None):
        raise BadProtocol(f"{name}: {problem}")


def _problems(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        if type(row.get("from")) is not int or row["from"] < 1:
            yield "each row says from how many days on, 1 or more."
            return
        if row.get("means") not in list(Level):
            yield f"each row means one of {', '.join(Level)}."
            return
        if (row["means"] == Level.REDUCED) != ("percent" in row):
            yield "percent belongs to rows that mean reduced, and to no others."
        elif "percent" in row and (type(row["percent"]) is not int or not 1 <= row["percent"] <= 99):
            yield "percent is a whole number from 1 to 99."
        if "at-most-mg" in row and type(row["at-most-mg"]) not in (int, Decimal):
            yield "at-most-mg is a number."
    for fewer, more in pairwise(rows):
        if fewer["from"] >= more["from"]:
            yield "the rows stand in the order of their days."
        if Level(fewer["means"]).strictness > Level(more["means"]).strictness:
            yield "more missed days never mean less."
