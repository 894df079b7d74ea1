"""The labels of resources that are written together, and of what refers to places that got labels.

The store knows no label: ``Store.labels`` says what there is, as bits. What a resource refers to is looked up here,
since a place tells what somebody is treated for. Outside of a rebuild labels only grow by it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import psycopg

from fhir_store.references import references
from fhir_store.store import Store

Resource = Mapping[str, Any]
Known = Mapping[str, int]
"""Labels by literal reference."""

NOTHING: Known = {}

KNOWN = """
SELECT c.type || '/' || c.id, c.labels
FROM unnest(%s::text[], %s::text[]) AS wanted (type, id) JOIN fhir_store.current_resource c USING (type, id)
"""

# All versions: one that is corrected later says no more where somebody went, and the earlier ones still do.
TELL_ON = """
WITH told AS (
    SELECT r.key, bit_or(place.labels) AS labels
    FROM unnest(%s::text[], %s::text[], %s::int[]) AS place (type, id, labels)
    JOIN fhir_store.index_reference r ON r.target_type = place.type AND r.target_id = place.id
    GROUP BY r.key
), gained AS (
    SELECT t.key, t.labels & CASE WHEN k.type = ANY(%s) THEN ~0 ELSE ~%s END AS labels
    FROM told t JOIN fhir_store.current_resource k USING (key)
), versions AS (
    UPDATE fhir_store.resource_version v SET labels = v.labels | g.labels
    FROM gained g WHERE v.key = g.key AND v.labels | g.labels <> v.labels
)
UPDATE fhir_store.current_resource c SET labels = c.labels | g.labels
FROM gained g WHERE c.key = g.key AND c.labels | g.labels <> c.labels
RETURNING c.type, c.id, g.labels
"""


def labels_together(cursor: psycopg.Cursor[Any], store: Store, resources: Sequence[Resource]) -> list[int]:
    """The labels of resources that are written by one save, in their order; one may refer to another."""
    if not store.passing_on:
        return [store.labels(one, NOTHING) for one in resources]
    named = named_in(store, resources)
    known = _known(cursor, set(named.values()))
    places = [one for one in resources if one["resourceType"] in store.passing_on]
    known = settled(store, places, known) if places else known
    known = as_written(named, known)
    return [store.labels(one, known) for one in resources]


def settled(store: Store, places: Sequence[Resource], known: Known) -> Known:
    """What is known with the labels of places, which may lie in one another."""
    found = dict(known)
    # Each time round reaches one place further down; places that go in circles end it, too.
    for _ in places:
        now = {f"{one['resourceType']}/{one['id']}": store.labels(one, found) for one in places}
        if all(found.get(name) == labels for name, labels in now.items()):
            break
        found |= now
    return found


def named_in(store: Store, resources: Iterable[Resource]) -> dict[str, str]:
    """The references to what passes labels on, as they are written, with what each means without a version."""
    written = {reference for one in resources for reference in references(one)}
    return {
        one: "/".join(parts[:2])
        for one in written
        if (parts := one.split("/"))[0] in store.passing_on and len(parts) > 1
    }


def as_written(named: Mapping[str, str], known: Known) -> Known:
    """What is known, by the references as they are written."""
    return {written: known[name] for written, name in named.items() if name in known}


def _known(cursor: psycopg.Cursor[Any], names: Collection[str]) -> Known:
    """The labels of those that are here, deleted or not."""
    if not names:
        return NOTHING
    types, ids = zip(*(name.split("/") for name in names), strict=True)
    return dict(cursor.execute(KNOWN, (list(types), list(ids))).fetchall())


Place = tuple[str, str, int]
"""Type, id, and the labels that it did not have before."""


def pass_on(cursor: psycopg.Cursor[Any], store: Store, places: Sequence[Place]) -> None:
    """Give the labels that places got to all that refers to them, and so on."""
    while gaining := [one for one in places if one[0] in store.passing_on and one[2]]:
        types, ids, labels = zip(*gaining, strict=True)
        told = (list(types), list(ids), list(labels), sorted(store.kept_among), store.among_them)
        places = cursor.execute(TELL_ON, told).fetchall()
