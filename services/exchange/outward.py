"""What a system outside is told: of what its own facility keeps, what is stored; of all else, what may leave the house.

The decision shows it whole resources, by what people agreed to. ``clinical.disclosure.leaving`` takes out of each what
tells of custody and names what it may not see; ``clinical.disclosure.asking`` says what it may ask, so that no question
tells what was taken out.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Any

import psycopg

from clinical.disclosure import WHOLE, Agreement, House, leaving_alone
from clinical.disclosure.asking import (
    CODES,
    IDENTIFIER,
    MODIFIERS,
    askable,
    may_be_followed,
    may_come_along,
    refusal_of,
    sortable,
)
from clinical.disclosure.house import mentions
from clinical.labels import PASSING_ON
from clinical.labels.label import SETS
from fhir_store.arrays import array
from fhir_store.definitions import served_types
from fhir_store.errors import BadSearchValue, UnsupportedModifier, UnsupportedParameter
from fhir_store.json_text import ResourceText, parse
from fhir_store.read import Stored
from fhir_store.search.context import Context
from fhir_store.search.page import matching
from fhir_store.search.parameters import parameters
from fhir_store.search.resource import WAYS
from fhir_store.search.telling import Types
from fhir_store.search.written import alternatives, parts
from fhir_store.search_values import param_id, search_parameters
from fhir_store.sql import EVERYTHING, NOTHING, Sql
from services.access.decision import agreed_labels
from services.shared.house import KnownHouse

Json = Mapping[str, Any]
Name = tuple[str, str]
"""Type and id."""

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
class Outward:
    """Tells the system of one facility outside (``fhir_store.search.telling``)."""

    cursor: psycopg.Cursor[Any]
    house: KnownHouse
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
        told = {(one.type, one.id, one.version) for one in found}
        asked = [*told, *((*name, None) for name in {*named} - {(one.type, one.id) for one in found})]
        patients = sorted({patient for one in found for patient in one.patients})
        agreed, changed = agreed_labels(self.facility, NOW), self.house.changed()
        self.cursor.execute(
            KNOWN.format(seen=self.seen.text, agreed=agreed.text, changed=changed.text),
            (
                *self.seen.args,
                *(array(name[place] for name in asked) for place in range(3)),
                *agreed.args,
                patients,
                *changed.args,
            ),
        )
        kept: dict[tuple[str, str, int | None], _Kept] = {}
        labels: dict[str, int] = {}
        house = None
        for type_, id_, version, bits, now, then, seen, snapshot, is_changed in self.cursor.fetchall():
            if type_ is not None:
                own = self.is_own(now) and self.is_own(then)
                kept[type_, id_, version] = _Kept(bits, own, seen)
            elif id_ is not None:
                labels[id_] = bits
            else:
                house = snapshot, is_changed
        assert house is not None
        return _Known(kept, labels, self.house.at(self.cursor, *house))

    # --- asking

    def criterion(
        self,
        types: Types,
        name: str,
        modifier: str,
        value: str,
        way: Callable[[str], Sql],
        context: Context,
    ) -> Sql:
        """What a parameter asks of ``c``, if it may be asked; of an identifier, only as far as it is told."""
        _refuse(types, name, askable)
        if modifier not in MODIFIERS:
            raise UnsupportedModifier(_label(types), sorted(filter(None, MODIFIERS)))
        kind = WAYS[name][0] if name in WAYS else parameters(types)[name].kind
        refusal = refusal_of(kind, name, modifier, value)
        if refusal is not None:
            raise BadSearchValue(refusal)
        if name == IDENTIFIER:
            return self._identified(types, modifier, value, way, context)
        return self._named(modifier, value, way) if name in CODES else way(value)

    def link(self, types: Types, name: str, targets: Sequence[str]) -> None:
        """Chains go through whose record something is, and no other way."""
        if not may_be_followed(name, targets):
            raise UnsupportedParameter(_label(types), ["patient", "subject:Patient"])

    def comes_along(self, type_: str, name: str) -> bool:
        """All but what is named by an element that every document has anew."""
        return may_come_along(type_, name)

    def order(self, types: Types, name: str) -> None:
        """By what may be asked, but for who it is."""
        _refuse(types, name, sortable)

    def _named(self, modifier: str, value: str, way: Callable[[str], Sql]) -> Sql:
        """A code that names a prison is taken out wherever it stands, so nothing has it."""
        names = mentions(self.house.now(self.cursor).names)
        if names is None or not names.search(value):
            return way(value)
        others = [one for one in alternatives(value) if not names.search(one)]
        if others:
            return way(",".join(others))
        return EVERYTHING if modifier == "not" else NOTHING

    def _identified(
        self, types: Types, modifier: str, value: str, way: Callable[[str], Sql], context: Context
    ) -> Sql:
        if modifier:
            raise UnsupportedModifier(_label(types), [])
        asked = {tuple(parts(one)) for one in alternatives(value)}
        found = matching(self.cursor, types, way(value), context)
        keys = [key for key, told in found if asked & _identifiers(parse(told.text).value)]
        return Sql("c.key = ANY(%s)", (keys,))


@cache
def not_coming_along() -> tuple[int, ...]:
    """The numbers of the reference parameters that lead nowhere."""
    return tuple(
        param_id(type_, name)
        for type_ in served_types()
        for name, one in search_parameters(type_).items()
        if one.kind == "reference" and not may_come_along(type_, name)
    )


def _refuse(types: Types, name: str, allowed: Callable[[str], frozenset[str]]) -> None:
    common = frozenset.intersection(*map(allowed, types))
    if name not in common:
        raise UnsupportedParameter(_label(types), sorted(common))


def _label(types: Types) -> str:
    return f"{types[0]} here" if len(types) == 1 else "these types together here"


def _identifiers(resource: Json) -> set[tuple[str, ...]]:
    listed = resource.get(IDENTIFIER, [])
    each = listed if isinstance(listed, list) else [listed]
    return {(one.get("system", ""), one.get("value", "")) for one in each}


@dataclass(frozen=True)
class _Known:
    """What is known of all that one answer tells and names."""

    kept: Mapping[tuple[str, str, int | None], _Kept]
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
        left = leaving_alone(text, self._agreement(stored.patients), house)
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

    def _agreement(self, patients: Iterable[str]) -> Agreement:
        """Of several patients, what each of them agreed to."""
        labels = [SETS[self.agreed.get(patient, 0)] for patient in patients]
        return Agreement(frozenset.intersection(*labels)) if labels else WHOLE


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
