"""What is known of places before anything leaves: which are prisons, and which tell what somebody is treated for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from clinical.disclosure.custody import tells_of_custody
from clinical.labels import Label, labels_of, places_of

Json = Mapping[str, Any]

BELONGS = ("partOf", "managingOrganization", "providedBy", "organization", "location")
"""Elements by which a place or a role says where it belongs."""

PLACES = frozenset({"Organization", "Location", "HealthcareService", "PractitionerRole"})

SHORTEST_NAME = 4
"""In characters: a shorter name of a prison would be found in words that have nothing to do with it."""


@dataclass(frozen=True)
class House:
    """What the sender knows.

    Attributes:
        places: the labels of places and Medications by literal reference, as ``places_of`` gives them.
        prisons: the literal references of prisons and of what belongs to them.
        names: what prisons are called, and other words that tell, such as the name of a prison's server.
        contacts: addresses, telephone numbers and identifiers of prisons, as JSON.
        outside: references that the recipient may see though what they name is not sent along.
    """

    places: Mapping[str, frozenset[Label]] = field(default_factory=dict)
    prisons: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    contacts: tuple[Json, ...] = ()
    outside: frozenset[str] = frozenset()

    def knowing(self, resources: Iterable[tuple[frozenset[str], Json]]) -> "House":
        """The same house, knowing also the places among some resources, each given with its addresses."""
        known = list(resources)
        prisons = self._prisons_among(known)
        of_prison = [one for names, one in known if names & prisons]
        return House(
            places={**self.places, **self._labels_among(known)},
            prisons=prisons,
            names=self.names | {name for one in of_prison for name in _names(one)},
            contacts=(*self.contacts, *(contact for one in of_prison for contact in _contacts(one))),
            outside=self.outside,
        )

    def _prisons_among(self, known: list[tuple[frozenset[str], Json]]) -> frozenset[str]:
        """Prisons, and step by step what belongs to them."""
        found = self.prisons
        places = [(names, one) for names, one in known if one.get("resourceType") in PLACES]
        while grown := frozenset(
            name
            for names, one in places
            if not names <= found and (tells_of_custody(one) or _belongs_to(one) & found)
            for name in names
        ):
            found |= grown
        return found

    def _labels_among(self, known: list[tuple[frozenset[str], Json]]) -> Mapping[str, frozenset[Label]]:
        directory = places_of(one for _, one in known)
        labels: dict[str, frozenset[Label]] = {}
        for names, one in known:
            if one.get("resourceType") == "Medication":
                of_it = labels_of(one)
            else:
                of_it = directory.get(f"{one.get('resourceType')}/{one.get('id')}", frozenset())
                if not of_it:
                    continue
            labels |= dict.fromkeys(names, of_it)
        return labels


NO_HOUSE = House()
"""Nothing is known of places but what is sent along."""


@cache
def mentions(words: frozenset[str]) -> re.Pattern[str] | None:
    """Finds any of the words in a text, where it stands as a whole, in whatever letters. None: there are no words."""
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _belongs_to(place: Json) -> frozenset[str]:
    return frozenset(
        one["reference"]
        for element in BELONGS
        for one in _listed(place.get(element))
        if isinstance(one.get("reference"), str)
    )


def _names(place: Json) -> Iterator[str]:
    for name in (place.get("name"), *place.get("alias", ())):
        if isinstance(name, str) and len(name) >= SHORTEST_NAME:
            yield name


def _contacts(place: Json) -> Iterator[Json]:
    for element in ("address", "telecom", "identifier"):
        yield from _listed(place.get(element))


def _listed(value: Any) -> list[Json]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]
