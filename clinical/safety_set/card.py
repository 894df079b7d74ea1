"""The emergency card of a person: what whoever stands at the bed must know at once, in the order of what harms first.

It is made of resources of the safety set as the reader may see them, whole or reduced. What is over is left out; what
is not recorded is not known to be absent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from clinical.concepts import words
from clinical.record_line import amount, when
from clinical.safety_set.kind import Kind, kind_of
from clinical.safety_set.standing import counts_until, since

Json = Mapping[str, Any]

GIVEN = frozenset({"completed", "in-progress", "stopped"})
NO_WARNING = frozenset({"entered-in-error", "cancelled"})


@dataclass(frozen=True)
class CardLine:
    """One thing to know.

    Attributes:
        text: what.
        more: how much, what to do, of an allergy the code of how bad; empty if that is not known or not shown.
        when: as FHIR writes it; empty if that is not known.
        source: the Organization that keeps the record; None if it is not known or not shown.
        not_taken: of a last dose, how many were recorded as not taken since.
    """

    text: str = field(repr=False)
    more: str = field(default="", repr=False)
    when: str = ""
    source: str | None = None
    not_taken: int = 0


@dataclass(frozen=True)
class Card:
    """The parts of the card."""

    holds: tuple[CardLine, ...]
    allergies: tuple[CardLine, ...]
    last_doses: tuple[CardLine, ...]
    """Of each medicine the last that was given, the latest first."""
    sedatives: tuple[CardLine, ...]
    medicines: tuple[CardLine, ...]
    pregnancy: tuple[CardLine, ...]
    warnings: tuple[CardLine, ...]


@dataclass(frozen=True)
class Known:
    """A resource of the safety set as the reader may see it, and who keeps it, if that may be said."""

    resource: Json
    kept_by: str | None = None


def card_of(known: Iterable[Known], at: datetime, zone: ZoneInfo) -> Card:
    """The card at an instant; dates without a zone are days in ``zone``."""
    everything = list(known)

    def of(*kinds: Kind) -> Iterator[Known]:
        return (one for one in everything if kind_of(one.resource) in kinds)

    def counting(kind: Kind) -> Iterator[Known]:
        return (one for one in of(kind) if _counts(kind, one, at, zone))

    def current(kind: Kind) -> tuple[CardLine, ...]:
        return _distinct(map(_medicine, counting(kind)))

    return Card(
        holds=_distinct(_line(one) for one in of(Kind.HOLD) if one.resource.get("status") == "active"),
        allergies=_distinct(map(_allergy, counting(Kind.ALLERGY))),
        last_doses=_last_doses(of(Kind.MEDICINE, Kind.SEDATIVE), zone),
        sedatives=current(Kind.SEDATIVE),
        medicines=current(Kind.MEDICINE),
        pregnancy=_distinct(map(_found, counting(Kind.PREGNANCY))),
        warnings=_distinct(_warning(one) for one in of(Kind.WARNING) if _warns(one.resource)),
    )


def _line(one: Known, more: str = "") -> CardLine:
    return CardLine(_what(one.resource), more, when(one.resource), one.kept_by)


def _what(resource: Json) -> str:
    return words(resource.get("medicationCodeableConcept") or resource.get("code") or {})


def _medicine(one: Known) -> CardLine:
    return _line(one, amount(one.resource))


def _allergy(one: Known) -> CardLine:
    return _line(one, str(one.resource.get("criticality", "")))


def _found(one: Known) -> CardLine:
    return _line(one, words(one.resource.get("valueCodeableConcept", {})))


def _warning(one: Known) -> CardLine:
    actions = [words(mitigation.get("action", {})) for mitigation in one.resource.get("mitigation", ())]
    return _line(one, "; ".join(action for action in actions if action))


def _warns(resource: Json) -> bool:
    return resource.get("status") not in NO_WARNING


def _counts(kind: Kind, one: Known, at: datetime, zone: ZoneInfo) -> bool:
    until = counts_until(one.resource, kind, zone)
    return until is not None and at < until


def _last_doses(medicines: Iterable[Known], zone: ZoneInfo) -> tuple[CardLine, ...]:
    doses = [one for one in medicines if one.resource["resourceType"] == "MedicationAdministration"]
    doses.sort(key=lambda one: since(one.resource, zone), reverse=True)
    last: dict[str, CardLine] = {}
    not_taken: dict[str, int] = {}
    for dose in doses:
        what, status = _what(dose.resource), dose.resource.get("status")
        if what in last:
            continue
        if status == "not-done":
            not_taken[what] = not_taken.get(what, 0) + 1
        elif status in GIVEN:
            last[what] = CardLine(
                what, amount(dose.resource), when(dose.resource), dose.kept_by, not_taken.get(what, 0)
            )
    return tuple(last.values())


def _distinct(lines: Iterable[CardLine]) -> tuple[CardLine, ...]:
    """The newest of those that say the same."""
    newest = sorted(lines, key=lambda line: line.when, reverse=True)
    said: dict[tuple[str, str], CardLine] = {}
    for line in newest:
        said.setdefault((line.text, line.more), line)
    return tuple(said.values())
