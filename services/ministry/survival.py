"""The survival tables of a view, looked up by day."""

from collections.abc import Iterable
from typing import Any

from cascade.confidential_view import ConfidentialView
from cascade.survival import Step, survival_on
from services.ministry.rules import LEAST_AT_RISK, LEAST_DENOMINATOR


def survival_tables(
    view: ConfidentialView, measure: str, profile: str, settings: Iterable[str]
) -> dict[str, tuple[Step, ...]]:
    """The survival table of each setting that people started in, if anybody did; ``all``: of everyone."""
    frame = view.curves
    mine = frame[(frame["measure"] == measure) & (frame["profile"] == profile)]
    found = {}
    for setting in settings:
        rows = mine[mine["setting"] == setting].sort_values("day").to_dict("records")
        if rows:
            found[setting] = tuple(_step(row) for row in rows)
    return found


def _step(row: dict[Any, Any]) -> Step:
    bounds = [
        None if row[name] is None or row[name] != row[name] else float(row[name])
        for name in ("lower", "upper")
    ]
    return Step(
        int(row["day"]),
        int(row["at_risk"]),
        int(row["events"]),
        int(row["censored"]),
        float(row["survival"]),
        *bounds,
    )


def at_risk(steps: tuple[Step, ...], day: int) -> int:
    """How many are still followed on a day: the first day on which anything happens later has them all."""
    return next((step.at_risk for step in steps if step.day >= day), 0)


def share_on(steps: tuple[Step, ...], day: int) -> float | None:
    """The share without a gap after a day; None where too few are left to say."""
    few = steps[0].at_risk < LEAST_DENOMINATOR or at_risk(steps, day) < LEAST_AT_RISK
    return None if few else survival_on(steps, day)


def bounds_on(steps: tuple[Step, ...], day: int) -> tuple[float | None, float | None]:
    """The bounds of that share."""
    return next(((step.lower, step.upper) for step in reversed(steps) if step.day <= day), (None, None))
