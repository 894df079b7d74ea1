"""Joining records of one person, and taking them apart: by links, and nothing else is touched. Pure.

Each record names every other one, in both directions, so that one reading finds all of them and each says it by itself.
One of them is the record to go on with: it ``replaces`` the others, which are ``replaced-by`` it and no longer active.
What was written in each stays in it. Taking apart is a new version of each without those links.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from clinical.custody.stay import target
from clinical.people.same_person import SAME

Json = Mapping[str, Any]


class MergeRefused(Exception):
    """Records are not joined so."""


class SameRecord(MergeRefused):
    """It is the same record, or the two are joined already."""


def merged(going_on: Json, records: Sequence[Json]) -> list[Json]:
    """New versions of all records of a person.

    Args:
        going_on: the record to go on with.
        records: all of them, with it. Raises SameRecord if there is no other.
    """
    ids = {one["id"] for one in records}
    if going_on["id"] not in ids or len(ids) < 2:
        raise SameRecord
    return [_joined(one, going_on["id"], ids) for one in records]


def _joined(record: Json, going_on: str, ids: Collection[str]) -> Json:
    is_it = record["id"] == going_on
    others = sorted(set(ids) - {record["id"]})
    links = [*_others(record, ids), *(_link(other, _type(other, going_on, is_it=is_it)) for other in others)]
    return {**record, "active": is_it, "link": links}


def _type(other: str, going_on: str, *, is_it: bool) -> str:
    if is_it:
        return "replaces"
    return "replaced-by" if other == going_on else "seealso"


def _link(other: str, type_: str) -> Json:
    return {"other": {"reference": f"Patient/{other}"}, "type": type_}


def parted(record: Json, rest: Sequence[Json]) -> list[Json]:
    """New versions of a person's records, without the links between one of them and the rest. It is active again; of the
    rest, if it was the one to go on with, the first is that now."""
    alone = _without(record, {one["id"] for one in rest})
    left = [_without(one, {record["id"]}) for one in rest]
    if any(one.get("active") for one in left):
        return [{**alone, "active": True}, *left]
    if len(left) > 1:
        return [{**alone, "active": True}, *merged(left[0], left)]
    return [{**one, "active": True} for one in (alone, *left)]


def _without(record: Json, ids: Collection[str]) -> Json:
    links = _others(record, ids)
    kept = {name: value for name, value in record.items() if name != "link"}
    return {**kept, "link": links} if links else kept


def _others(record: Json, ids: Iterable[str]) -> list[Json]:
    """The links of a record that do not join it with some others."""
    joined = set(ids)
    return [
        one
        for one in record.get("link", ())
        if one.get("type") not in SAME or target(one, "other", "Patient") not in joined
    ]
