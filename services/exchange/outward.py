"""What a system outside is told: of what its own facility keeps, what is stored; of all else, what may leave the house.

The decision shows it whole resources, by what people agreed to. ``clinical.disclosure.leaving`` takes out of each what
tells of custody and names what it may not see; ``clinical.disclosure.asking`` says what it may ask, so that no question
tells what was taken out.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from clinical.disclosure import NOTHING, WHOLE, Agreement, House, leaving_alone
from clinical.labels import PASSING_ON
from clinical.labels.label import SETS
from fhir_store.arrays import array
from fhir_store.definitions import served_types
from fhir_store.json_text import ResourceText, parse
from fhir_store.read import Stored
from fhir_store.sql import Sql
from services.access.decision import agreed_labels
from services.access.roles.types import DIRECTORY
from services.exchange.outward_asking import AskedOutside

Name = tuple[str, str]
"""Type and id."""
Version = tuple[str, str, int | None]
"""With the number of a version of what is told; None for what is only named."""

NOW = Sql("now()")

# One statement for all that an answer names: whether it may be seen, how it is labelled, who keeps it and kept it then;
# what each patient agreed to; and whether what is known of prisons still holds.
KNOWN = """
SELECT c.type, c.id, w.version, c.labels, c.facility, CASE WHEN w.version IS NULL OR w.version = c.version THEN c.facility
    ELSE (SELECT v.facility FROM fhir_store.resource_version v WHERE v.key = c.key AND v.version = w.version) END,
    w.version IS NOT NULL OR ({seen}), NULL::text, NULL::boolean
FROM unnest(%s::text[], %s::text[], %s::int[]) AS w (type, id, version)
JOIN fhir_store.current_resource c USING (type, id) WHERE NOT c.deleted
UNION ALL
SELECT NULL, m.patient, NULL, {agreed}, NULL, NULL, NULL, NULL, NULL FROM unnest(%s::text[]) AS m (patient)
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, {changed}
"""

LONGEST_ADDRESS = 120
"""In characters. Longer texts are no addresses, and are not remembered."""

NO_WORDS = frozenset({"data", "div"})
"""Members in which nothing is looked for: bytes, and what is never told."""

ADDRESS = re.compile(r"(?:^|[^\w.-])([A-Z][A-Za-z]+)/([A-Za-z0-9\-.]{1,64})")


@dataclass(frozen=True)
class _Kept:
    """What is kept beside the body of what an answer tells or names."""

    labels: int
    own: bool
    seen: bool


@dataclass(frozen=True)
class Outward(AskedOutside):
    """Tells the system of one facility outside, and says what it may ask."""

    facility: str
    seen: Sql
    """Which resources ``c`` its role shows. Its scopes say what it may fetch, and not what may be named."""

    def left(self, found: Sequence[Stored]) -> list[Stored | None]:
        """What is told of each resource that it may see; None: nothing."""
        if not found:
            return []
        parsed = [parse(one.text) for one in found]
        named = {name for one in parsed for name in _named_in(one.value)}
        known = self._known(found, named)
        return [known.left(one, text) for one, text in zip(found, parsed, strict=True)]

    def composed(self, text: ResourceText) -> str | None:
        """What is told of a resource that was made of what is about nobody."""
        return leaving_alone(text, WHOLE, self.house.now(self.cursor))

    def is_own(self, kept_by: str | None) -> bool:
        """Whether its facility is the one that keeps something."""
        return kept_by == self.facility

    def _known(self, found: Sequence[Stored], named: Iterable[Name]) -> "_Known":
        kept: dict[Version, _Kept] = {}
        agreed: dict[str, int] = {}
        house = self.house.as_known
        for type_, id_, version, labels, now, then, seen, snapshot, changed in self._rows(found, named):
            if type_ is not None:
                kept[type_, id_, version] = _Kept(labels, self.is_own(now) and self.is_own(then), seen)
            elif id_ is not None:
                agreed[id_] = labels
            else:
                house = self.house.at(self.cursor, snapshot, changed)
        return _Known(kept, agreed, house)

    def _rows(self, found: Sequence[Stored], named: Iterable[Name]) -> Sequence[tuple[Any, ...]]:
        told = {(one.type, one.id, one.version) for one in found}
        others = {*named} - {(one.type, one.id) for one in found}
        asked: list[Version] = [*told, *((type_, id_, None) for type_, id_ in others)]
        patients = sorted({patient for one in found for patient in one.patients})
        agreed, changed = agreed_labels(self.facility, NOW), self.house.changed()
        names = (array(name[place] for name in asked) for place in range(3))
        self.cursor.execute(
            KNOWN.format(seen=self.seen.text, agreed=agreed.text, changed=changed.text),
            (*self.seen.args, *names, *agreed.args, patients, *changed.args),
        )
        return self.cursor.fetchall()


@dataclass(frozen=True)
class _Known:
    """What is known of all that one answer tells and names."""

    kept: Mapping[Version, _Kept]
    agreed: Mapping[str, int]
    """By patient, as bits."""
    prisons: House

    def left(self, stored: Stored, text: ResourceText) -> Stored | None:
        """What is told of one resource."""
        kept = self.kept.get((stored.type, stored.id, stored.version))
        if kept is None:
            return None
        if kept.own:
            return stored
        # Staff of prisons are in the directory, and would lead to whoever they treated.
        if f"{stored.type}/{stored.id}" in self.prisons.prisons:
            return None
        people = frozenset(f"Patient/{patient}" for patient in stored.patients)
        house = replace(self.house, outside=self.house.outside | people)
        left = leaving_alone(text, self._agreement(stored), house)
        return None if left is None else replace(stored, text=left)

    @cached_property
    def house(self) -> House:
        return replace(
            self.prisons,
            places={
                f"{type_}/{id_}": SETS[one.labels]
                for (type_, id_, _), one in self.kept.items()
                if type_ in PASSING_ON
            },
            outside=frozenset(self._addresses(seen=True)),
            hidden=frozenset(self._addresses(seen=False)),
        )

    def _addresses(self, *, seen: bool) -> Iterator[str]:
        return (f"{type_}/{id_}" for (type_, id_, _), one in self.kept.items() if one.seen is seen)

    def _agreement(self, stored: Stored) -> Agreement:
        """Of several patients, what each of them agreed to; of nobody's, only places, staff and forms are told."""
        labels = [SETS[self.agreed.get(patient, 0)] for patient in stored.patients]
        if not labels:
            return WHOLE if stored.type in DIRECTORY else NOTHING
        return Agreement(frozenset.intersection(*labels))


def _named_in(value: Any) -> Iterator[Name]:
    """The resources here that anything in a resource may name."""
    if isinstance(value, str):
        if "/" in value:
            yield from _addresses_in(value) if len(value) <= LONGEST_ADDRESS else _found_in(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NO_WORDS:
                yield from _named_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _named_in(part)


def _found_in(text: str) -> tuple[Name, ...]:
    served = served_types()
    return tuple((type_, id_.rstrip(".")) for type_, id_ in ADDRESS.findall(text) if type_ in served)


_addresses_in = lru_cache(maxsize=1 << 13)(_found_in)
