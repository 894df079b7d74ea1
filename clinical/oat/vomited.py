"""After a dose was vomited: nothing is given again by itself. This says what a prescriber may authorise by the protocol.

A parameter ``oat.vomited.<product>`` has rows ``{ below-minutes = 10, percent = 100 }``, the shortest time first; what was vomited
after the last of them, or seen by nobody, is not given again. Not set: the protocol says nothing, and a prescriber decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise
from typing import Any

from clinical.oat.happened import Happened
from clinical.protocols import BadProtocol, Protocol
from clinical.words import N_, Sentence

TABLE = "oat.vomited"
MINUTE = timedelta(minutes=1)
WHOLE_MG = Decimal(1)


@dataclass(frozen=True)
class MayAuthorise:
    """What a prescriber may authorise.

    Attributes:
        at_most_mg: the most; 0: nothing by the protocol; None: the protocol says nothing.
        says: why, in a plain sentence.
        not_set: the parameters that nobody set.
    """

    at_most_mg: Decimal | None
    says: Sentence
    not_set: tuple[str, ...] = ()


def after_vomiting(dose: Happened, vomited: Happened, protocol: Protocol) -> MayAuthorise:
    """What a prescriber may authorise after a dose was vomited. Raises BadProtocol.

    Args:
        dose: as it was taken.
        vomited: what was vomited; ``observed`` says whether health staff saw it.
        protocol: of the country.
    """
    name = f"{TABLE}.{dose.product.code}" if dose.product else TABLE
    rows = protocol.table(name)
    if rows is None or dose.mg is None:
        return MayAuthorise(
            None, Sentence(N_("A prescriber decides whether to give again")), protocol.not_set(name)
        )
    _check(name, rows)
    if vomited.observed is not True:
        return MayAuthorise(Decimal(), Sentence(N_("Nobody saw it: nothing is given again by the protocol")))
    minutes = (vomited.occurred_at - dose.occurred_at) // MINUTE
    return _by_table(dose.mg, minutes, rows)


def _by_table(mg: Decimal, minutes: int, rows: tuple[Mapping[str, Any], ...]) -> MayAuthorise:
    percent = next((row["percent"] for row in rows if 0 <= minutes < row["below-minutes"]), 0)
    at_most = (mg * percent / 100).quantize(WHOLE_MG, ROUND_DOWN)
    text = N_("Vomited after %(minutes)s minutes: a prescriber may authorise at most %(mg)s mg")
    return MayAuthorise(at_most, Sentence(text, {"minutes": minutes, "mg": at_most}))


def _check(name: str, rows: tuple[Mapping[str, Any], ...]) -> None:
    """The later it was vomited, the more has been taken up, and the less may be given again."""
    for row in rows:
        minutes, percent = row.get("below-minutes"), row.get("percent")
        if type(minutes) is not int or type(percent) is not int or minutes < 1 or not 0 <= percent <= 100:
            raise BadProtocol(f"{name}: each row says below-minutes, 1 or more, and percent, 0 to 100.")
    for sooner, later in pairwise(rows):
        if sooner["below-minutes"] >= later["below-minutes"] or sooner["percent"] < later["percent"]:
            raise BadProtocol(
                f"{name}: the rows stand in the order of their minutes, and percent never rises."
            )
