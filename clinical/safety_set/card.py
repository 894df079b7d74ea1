"""The emergency card of a person: what whoever stands at the bed must know at once, in the order of what harms first.

It is made of resources of the safety set as the reader may see them, whole or reduced. What is over is left out; what
is not recorded is not known to be absent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clinical.concepts import words
from clinical.record_line import amount, when
from clinical.safety_set.kind import Kind, kind_of
from fhir_store.search_values import date_bounds

Json = Mapping[str, Any]

HANDED_OUT = timedelta(days=60)
"""How long what was handed out is taken to be still in somebody's hands. Proposed."""

PREGNANCY = timedelta(days=300)
"""How long what was found of a pregnancy still counts. Proposed."""

ONGOING = frozenset({"active", "on-hold", "intended", "unknown"})
GIVEN = frozenset({"completed", "in-progress", "stopped"})
OVER = frozenset({"inactive", "resolved", "remission"})
WRONG = frozenset({"refuted", "entered-in-error"})
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

    def current(kind: Kind) -> tuple[CardLine, ...]:
        return _distinct(_medicine(one) for one in of(kind) if _is_taken(one.resource, at, zone))

    return Card(
        holds=_distinct(_line(one) for one in of(Kind.HOLD) if one.resource.get("status") == "active"),
        allergies=_distinct(_allergy(one) for one in of(Kind.ALLERGY) if _holds_still(one.resource)),
        last_doses=_last_doses(of(Kind.MEDICINE, Kind.SEDATIVE), zone),
        sedatives=current(Kind.SEDATIVE),
        medicines=current(Kind.MEDICINE),
        pregnancy=_distinct(_found(one) for one in of(Kind.PREGNANCY) if _is_recent(one.resource, at, zone)),
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


def _holds_still(resource: Json) -> bool:
    return (
        not _codes(resource, "clinicalStatus") & OVER and not _codes(resource, "verificationStatus") & WRONG
    )


def _warns(resource: Json) -> bool:
    return resource.get("status") not in NO_WARNING


def _is_taken(resource: Json, at: datetime, zone: ZoneInfo) -> bool:
    match resource["resourceType"]:
        case "MedicationRequest" | "MedicationStatement":
            return resource.get("status") in ONGOING
        case "MedicationDispense":
            return resource.get("status") == "completed" and _since(resource, zone) > at - HANDED_OUT
    return False


def _is_recent(resource: Json, at: datetime, zone: ZoneInfo) -> bool:
    if resource["resourceType"] == "Condition":
        return _holds_still(resource)
    return resource.get("status") not in WRONG and _since(resource, zone) > at - PREGNANCY


def _since(resource: Json, zone: ZoneInfo) -> datetime:
    """When it was, or the beginning of all time."""
    return date_bounds(when(resource) or "0001", zone)[0]


def _last_doses(medicines: Iterable[Known], zone: ZoneInfo) -> tuple[CardLine, ...]:
    doses = [one for one in medicines if one.resource["resourceType"] == "MedicationAdministration"]
    doses.sort(key=lambda one: _since(one.resource, zone), reverse=True)
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


def _codes(resource: Json, element: str) -> frozenset[str]:
    return frozenset(coding.get("code", "") for coding in resource.get(element, {}).get("coding", ()))
