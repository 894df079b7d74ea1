"""What is known of places before anything leaves: which are prisons, and which tell what somebody is treated for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from typing import Any

from clinical.labels import Label, labels_of, places_of, tells_of_custody
from clinical.labels.custody import PLACES, belongs_to

Json = Mapping[str, Any]
Known = tuple[frozenset[str], Json]
"""A resource with its addresses."""

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
        hidden: references to what the recipient may not see, which are looked for in texts too.
    """

    places: Mapping[str, frozenset[Label]] = field(default_factory=dict)
    prisons: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    contacts: tuple[Json, ...] = ()
    outside: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def knowing(self, resources: Iterable[Known]) -> "House":
        """The same house, knowing also the places among some resources, each given with its addresses."""
        known = list(resources)
        prisons = self._prisons_among(known)
        places = {**self.places, **self._labels_among(known)}
        return replace(self._calling(prisons, known), places=places)

    def _calling(self, prisons: frozenset[str], known: Iterable[Known]) -> "House":
        """The same with these prisons, and how those among some resources are called and reached."""
        of_prison = [one for names, one in known if names & prisons]
        return replace(
            self,
            prisons=prisons,
            names=self.names | {name for one in of_prison for name in _names(one)},
            contacts=(*self.contacts, *(contact for one in of_prison for contact in _contacts(one))),
        )

    def _prisons_among(self, known: list[Known]) -> frozenset[str]:
        """Prisons, and step by step what belongs to them."""
        found = self.prisons
        places = [(names, one) for names, one in known if one.get("resourceType") in PLACES]
        while grown := frozenset(
            name
            for names, one in places
            if not names <= found and (tells_of_custody(one) or found.intersection(belongs_to(one)))
            for name in names
        ):
            found |= grown
        return found

    def _labels_among(self, known: list[Known]) -> Mapping[str, frozenset[Label]]:
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


def house_of(directory: Iterable[Json], earlier: Iterable[Json] = ()) -> House:
    """What a house knows by all of its places and roles (``PLACES``), without their labels.

    Who works in prisons only belongs to them: a name says where somebody was as well as the prison's does.

    Args:
        directory: each as it is now, or was last.
        earlier: other versions of the same, by which prisons were called and reached before.
    """
    now = [(frozenset({_address(one)}), one) for one in directory]
    prisons = NO_HOUSE._prisons_among(now)
    before = ((frozenset({_address(one)}), one) for one in earlier)
    called = NO_HOUSE._calling(prisons, chain(now, before))
    return replace(called, prisons=prisons | _staff([one for _, one in now], prisons))


def _staff(directory: Iterable[Json], prisons: frozenset[str]) -> frozenset[str]:
    """The Practitioners all of whose roles are in prisons."""
    inside, elsewhere = set[str](), set[str]()
    for one in directory:
        if one["resourceType"] == "PractitionerRole":
            named = one.get("practitioner", {}).get("reference")
            (inside if _address(one) in prisons else elsewhere).add(named)
    return frozenset(one for one in inside - elsewhere if isinstance(one, str))


def _address(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


@cache
def mentions(words: frozenset[str]) -> re.Pattern[str] | None:
    """Finds any of the words in a text, where it stands as a whole, in whatever letters. None: there are no words."""
    if not words:
        return None
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)


def _names(place: Json) -> Iterator[str]:
    """What a prison is called; not its rooms and wards, whose names are found in words that have nothing to do with it."""
    if not tells_of_custody(place):
        return
    for name in (place.get("name"), *place.get("alias", ())):
        if isinstance(name, str) and len(name) >= SHORTEST_NAME:
            yield name


def _contacts(place: Json) -> Iterator[Json]:
    for element in ("address", "telecom", "identifier"):
        yield from _listed(place.get(element))


def _listed(value: Any) -> list[Json]:
    listed = value if isinstance(value, list) else [value]
    return [one for one in listed if isinstance(one, dict)]
