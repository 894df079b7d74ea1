"""Testing after reception, of those received before a sentence and after one."""

from collections.abc import Sequence
from dataclasses import dataclass

from cascade.placing import UNKNOWN
from cascade.tables import Period
from services.ministry.numbers import Count, Numbers
from services.ministry.section import Aside, Cell, Column, Table
from services.ministry.words import out_of, share_cell
from services.shared.languages import gettext as _

MEASURE = "testing_steps"
STEPS = ("offered", "tested", "returned", "positive")
ALWAYS = ("pretrial", "sentenced")
"""The others are told if there are any."""


@dataclass(frozen=True)
class Received:
    """People received with a legal status, and how far testing reached them; each count is out of all of them."""

    legal_status: str
    steps: dict[str, Count]

    @property
    def n(self) -> int:
        """How many were received."""
        return self.steps["tested"].of or 0


def by_legal_status(numbers: Numbers, year: Period) -> tuple[Received, ...]:
    """Those received in a year by their legal status after it; none if they are not counted."""
    found = []
    for status in (*ALWAYS, "other", UNKNOWN):
        counts = {
            step: one
            for step in STEPS
            if (one := numbers.count(MEASURE, step, year, by="legal_status", value=status)) is not None
        }
        if len(counts) == len(STEPS):
            found.append(Received(status, counts))
    return tuple(one for one in found if one.n or one.legal_status in ALWAYS)


def _names() -> dict[str, str]:
    return {
        "pretrial": _("Pre-trial"),
        "sentenced": _("Sentenced"),
        "other": _("Another legal status"),
        UNKNOWN: _("Legal status not said"),
    }


def legal_status_aside(found: Sequence[Received]) -> Aside:
    """Who was tested of those received."""
    rows = [
        (_names()[one.legal_status], out_of(one.steps["tested"]) if one.n else _("nobody received"))
        for one in found
    ]
    return Aside(_("Tested, of those received, by legal status"), tuple(rows))


def legal_status_table(found: Sequence[Received]) -> Table:
    """A row for each legal status."""
    return Table(
        _("HIV testing after reception into prison, by legal status"),
        (
            Column("legal_status", _("Legal status")),
            Column("received", _("Received from liberty"), "count"),
            Column("offered", _("Offered a test"), "count"),
            Column("offered_share", _("Of those received"), "share"),
            Column("tested", _("Tested"), "count"),
            Column("tested_share", _("Of those received"), "share"),
            Column("returned", _("Result returned"), "count"),
            Column("positive", _("Positive"), "count"),
        ),
        tuple(_row(one) for one in found),
    )


def _row(one: Received) -> tuple[Cell, ...]:
    offered, tested, returned, positive = (one.steps[step] for step in STEPS)
    shares = (share_cell(offered), share_cell(tested))
    return (
        _names()[one.legal_status],
        one.n,
        offered.n,
        shares[0],
        tested.n,
        shares[1],
        returned.n,
        positive.n,
    )
