"""Moves through the gate: receptions from liberty, transfers, and releases to liberty."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.demo.country.days import at
from services.demo.country.facts import Stay
from services.demo.country.truth.known import Someone, day_after
from services.demo.country.truth.where import over

LONGEST_TRANSFER = timedelta(hours=24)
NOT_FREED = ("deported", "transfer")
"""Ways out after which nobody is to be seen in the community."""


@dataclass(frozen=True)
class Reception:
    """Custody begins; ``legal_status``: that of the first day."""

    moved: datetime
    prison: str
    legal_status: str | None


@dataclass(frozen=True)
class Release:
    """Custody ends; ``legal_status``: the last one before, ``back``: the day on which custody began again."""

    moved: datetime
    prison: str
    exit: str
    legal_status: str | None
    back: date | None = None


def receptions(person: Someone) -> list[Reception]:
    """When somebody at liberty was received."""
    return [
        Reception(entered.start, entered.prison, entered.legal[0][0] if entered.legal else None)
        for left, entered in _pairs(person)
        if entered and not _goes_on(person, left, entered)
    ]


def releases(person: Someone) -> list[Release]:
    """When somebody got out alive; also who was deported. A stay that nobody closed has no day of release."""
    return [
        Release(
            left.end,
            left.prison,
            left.exit or "unknown",
            left.legal[-1][0] if left.legal else None,
            entered.start.date() if entered else None,
        )
        for left, entered in _pairs(person)
        if left
        and left.end
        and left.exit != "death"
        and not _died_in(person, left)
        and not _goes_on(person, left, entered)
    ]


def _pairs(person: Someone) -> list[tuple[Stay | None, Stay | None]]:
    """Each stay with that of those before it which lasted longest; and the last one with nothing after it."""
    stays = sorted(person.of(Stay), key=lambda one: (one.start.timestamp(), one.id))
    stays = [one for one in stays if person.death is None or one.start.date() <= person.death[1]]
    found: list[tuple[Stay | None, Stay | None]] = []
    longest: Stay | None = None
    for stay in stays:
        found.append((longest, stay))
        longest = max(
            filter(None, (longest, stay)), key=lambda one: (_until(person, one), one.start.timestamp())
        )
    return [*found, (longest, None)] if longest else []


def _until(person: Someone, stay: Stay) -> float:
    ended = over(person, stay)
    until = ended.timestamp() if ended else float("inf")
    return min(until, at(day_after(person.death[1]), "00:00").timestamp()) if person.death else until


def _goes_on(person: Someone, left: Stay | None, entered: Stay | None) -> bool:
    """Whether custody went on from one stay into the next: it had not ended, or nobody says otherwise of the way there."""
    if left is None or entered is None:
        return False
    until = _until(person, left)
    if entered.start.timestamp() < until:
        return True
    near = entered.start.timestamp() - until <= LONGEST_TRANSFER.total_seconds()
    return near and ((left.exit or "unknown") in ("transfer", "unknown") or entered.entry == "transfer")


def _died_in(person: Someone, stay: Stay) -> bool:
    """Whether the stay went on past the day of death on paper."""
    ended = over(person, stay)
    return person.death is not None and (ended is None or ended.date() > person.death[1])
