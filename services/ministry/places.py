"""The facilities of a view, and the sizes that somebody states for them."""

from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from cascade.confidential_view import ConfidentialView
from cascade.tables import ALL_FACILITIES, Period
from services.ministry.words import KEY_LETTERS, facility_name


@dataclass(frozen=True)
class Place:
    """A facility. ``last_report_on`` None: it never reported anything."""

    key: str
    name: str
    setting: str
    oat: str
    art: bool
    hts: bool
    expected: bool
    last_report_on: date | None


@dataclass(frozen=True)
class Stated:
    """A size that somebody states, with the bounds and the source that they give."""

    n: float
    low: float | None
    high: float | None
    source: str | None


SETTINGS = ("prison", "community")


def places(view: ConfidentialView, setting: str | None = None) -> tuple[Place, ...]:
    """Facilities of a setting, or of both, by name: never in the order of a result."""
    found = [place for place in _places(view) if place.setting in ((setting,) if setting else SETTINGS)]
    return tuple(sorted(found, key=lambda place: (SETTINGS.index(place.setting), place.name, place.key)))


def _places(view: ConfidentialView) -> Iterator[Place]:
    names = _names(view)
    for row in view.facilities.to_dict("records"):
        yield Place(
            row["facility_key"],
            names[row["facility_key"]],
            row["setting"],
            row["oat"],
            bool(row["art"]),
            bool(row["hts"]),
            bool(row["expected_reporter"]),
            _day(row["last_report_on"]),
        )


def _names(view: ConfidentialView) -> dict[str, str]:
    """How each facility is called; those that the records give one and the same name are told apart by their keys."""
    recorded = {
        row["facility_key"]: None if pd.isna(row["name"]) else str(row["name"])
        for row in view.facilities.to_dict("records")
    }
    names = {key: facility_name(key, name) for key, name in recorded.items()}
    often = Counter(names.values())
    return {key: name if often[name] == 1 else f"{name} ({key[:KEY_LETTERS]})" for key, name in names.items()}


def newest_report_on(view: ConfidentialView) -> date | None:
    """The day of the newest record of any facility, also of those whose place is not recorded; None: there is none."""
    days = [day for value in view.facilities["last_report_on"] if (day := _day(value)) is not None]
    return max(days, default=None)


def stated_size(
    view: ConfidentialView, kind: str, period: Period, key: str = ALL_FACILITIES
) -> Stated | None:
    """The newest size stated for a day of the period; None if none is.

    Args:
        view: what was counted.
        kind: of ``cascade.tables.Population``.
        period: in which the day lies.
        key: of a facility, or all of them.
    """
    sizes = view.sizes
    mine = sizes[(sizes["kind"] == kind) & (sizes["facility_key"] == key)]
    of_period = [
        row
        for row in mine.to_dict("records")
        if period.first <= (_day(row["on_day"]) or date.min) <= period.last
    ]
    return _stated(max(of_period, key=lambda row: _day(row["on_day"]) or date.min)) if of_period else None


def stated_on(view: ConfidentialView, kind: str, on: date, key: str) -> Stated | None:
    """The size stated for that very day; None if none is."""
    sizes = view.sizes
    mine = sizes[(sizes["kind"] == kind) & (sizes["facility_key"] == key)]
    return next((_stated(row) for row in mine.to_dict("records") if _day(row["on_day"]) == on), None)


def _stated(row: dict[Hashable, Any]) -> Stated:
    low, high, source = (None if pd.isna(row[name]) else row[name] for name in ("low", "high", "source"))
    return Stated(float(row["n"]), low, high, source)


def _day(value: object) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload, arg-type]
