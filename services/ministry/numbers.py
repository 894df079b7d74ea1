"""The counts of a confidential view, looked up by what they are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from cascade import measures
from cascade.confidential_view import ConfidentialView
from cascade.tables import Period

ALL = "all"
NAMED = ("measure", "profile", "every", "last", "cut_by", "figure")
Key = tuple[str, str, str, date, str, str, str]


@dataclass(frozen=True)
class Count:
    """How many, out of how many; ``of`` None: a count without a denominator."""

    n: int
    of: int | None = None

    def __add__(self, other: "Count") -> "Count":
        """Both together: of disjoint groups or, of a flow, of two periods. A stock is never added over periods."""
        return Count(self.n + other.n, None if self.of is None or other.of is None else self.of + other.of)


@dataclass(frozen=True)
class Numbers:
    """What was counted in one view."""

    view: ConfidentialView

    def count(
        self,
        measure: str,
        figure: str,
        period: Period,
        *,
        by: str = "",
        value: str = ALL,
        profile: str | None = None,
    ) -> Count | None:
        """A figure of a measure for a period of the view; None: this version does not count it.

        Args:
            measure: the name of its module.
            figure: a key of the measure's ``figures``.
            period: one of the view's.
            by: the dimension that it is cut by; none for the country.
            value: of that dimension. One that nobody is in has no row, and is 0.
            profile: of the measure; its first if none is named.
        """
        if measure not in measures.names():
            return None
        taken = profile or next(iter(measures.measure(measure).profiles))
        every = "year" if period in self.view.shown.years else "quarter"
        country = self._counts.get((measure, taken, every, period.last, "", figure, ALL))
        if not by or country is None:
            return country
        nobody = Count(0, None if country.of is None else 0)
        return self._counts.get((measure, taken, every, period.last, by, figure, value), nobody)

    @cached_property
    def _counts(self) -> dict[Key, Count]:
        frame = self.view.figures
        counts: dict[Key, Count] = {}
        for cut_by, rows in frame.groupby("cut_by"):
            value = rows[str(cut_by)] if cut_by else pd.Series(ALL, index=rows.index)
            counts.update(_read(rows, value))
        return counts


def _read(rows: pd.DataFrame, values: pd.Series) -> Iterable[tuple[Key, Count]]:
    named = rows[list(NAMED)].itertuples(index=False, name=None)
    for name, value, n, of in zip(named, values, rows["numerator"], rows["denominator"], strict=True):
        measure, profile, every, last, cut_by, figure = name
        yield (
            (measure, profile, every, last, cut_by, figure, str(value)),
            Count(int(n), None if pd.isna(of) else int(of)),
        )
