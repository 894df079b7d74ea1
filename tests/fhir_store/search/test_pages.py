"""The order of matches, and pages of them while others write."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from fhir_store.errors import BadSearchValue
from fhir_store.search import Context, Position, matching_keys, parse_query, search

Keep = Callable[..., None]
Find = Callable[..., list[str]]


def observation(id_: str, date: str | None = None, *names: str, **members: Any) -> dict[str, Any]:
    more = {"effectiveDateTime": date} if date else {}
    return {
        "resourceType": "Observation",
        "id": id_,
        "status": members.pop("status", "final"),
        "code": {"coding": [{"code": name} for name in names]} if names else {"text": "x"},
        **more,
        **members,
    }


WORLD = [
    observation("e", "2026-03-01", "b"),
    observation("d", "2026-01-01", "a", "z"),
    observation("c", None, "b", status="amended"),
    observation("b", "2026-03-01", "c"),
    observation("a", None),
    observation("f", "2026-02-01", "c"),
]


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        (None, "e d c b a f"),
        ("_id", "a b c d e f"),
        ("-_id", "f e d c b a"),
        ("date", "d f e b c a"),
        ("-date", "b e f d c a"),
        ("code", "d e c b f a"),
        ("-code", "d f b c e a"),
        ("-date,_id", "b e f d a c"),
        ("date,-_id", "d f e b c a"),
        ("status,-code,_id", "c d b f e a"),
        ("_lastUpdated,date,code", "d f e b c a"),
        ("subject", "e d c b a f"),
    ],
)
@pytest.mark.parametrize("count", [1, 2, 4, 50])
def test_pages_follow_the_order(keep: Keep, find: Find, sort: str | None, found: str, count: int) -> None:
    keep(*WORLD)
    parameters = [("_sort", sort)] if sort else []
    assert find("Observation", *parameters, ("_count", str(count))) == found.split()


def test_last_updated_orders_by_when_a_version_came(keep: Keep, find: Find) -> None:
    for one in WORLD:
        keep(one)
    keep(observation("c", "2026-01-01"))
    assert find("Observation", ("_sort", "-_lastUpdated"), ("_count", "2")) == ["c", "f", "a", "b", "d", "e"]
    assert find("Observation", ("_sort", "_lastUpdated"), ("_count", "2")) == ["e", "d", "b", "a", "f", "c"]


@pytest.mark.parametrize(
    ("prefix", "found"), [("ge", "now"), ("lt", ""), ("le", "now"), ("sa", ""), ("eq", "now"), ("ne", "")]
)
def test_last_updated_is_a_moment(
    keep: Keep, find: Find, cursor: psycopg.Cursor[Any], prefix: str, found: str
) -> None:
    keep(observation("now"))
    cursor.execute("UPDATE fhir_store.current_resource SET last_updated = '2026-05-04T12:00:00Z'")
    assert find("Observation", ("_lastUpdated", f"{prefix}2026-05-04")) == found.split()


def test_a_reader_sees_each_old_resource_once_while_others_write(
    keep: Keep, cursor: psycopg.Cursor[Any], context: Context
) -> None:
    old = [observation(f"old-{n}", "2026-01-01") for n in range(20)]
    keep(*old)
    query = parse_query("Observation", [("_count", "3")], context=context)
    seen, turn = [], 0
    while True:
        page = search(cursor, query)
        seen += [one.id for one in page.matches]
        keep(observation(f"new-{turn}"), observation(f"old-{turn}", "2026-02-02"))
        if page.after is None:
            break
        query, turn = replace(query, after=page.after), turn + 1
    assert [id_ for id_ in seen if id_.startswith("old")] == [one["id"] for one in old]


@pytest.mark.parametrize(
    ("parameters", "total", "shown"),
    [
        ([("_count", "2")], None, 2),
        ([("_count", "2"), ("_total", "none")], None, 2),
        ([("_count", "2"), ("_total", "accurate")], 6, 2),
        ([("_count", "0")], 6, 0),
        ([("_summary", "count")], 6, 0),
        ([("code", "b"), ("_count", "1"), ("_total", "accurate")], 2, 1),
    ],
)
def test_totals(
    keep: Keep,
    cursor: psycopg.Cursor[Any],
    context: Context,
    parameters: list[tuple[str, str]],
    total: int | None,
    shown: int,
) -> None:
    keep(*WORLD)
    page = search(cursor, parse_query("Observation", parameters, context=context))
    assert page.total == total
    assert len(page.matches) == shown


def test_an_estimate_is_a_number(keep: Keep, cursor: psycopg.Cursor[Any], context: Context) -> None:
    keep(*WORLD)
    page = search(cursor, parse_query("Observation", [("_total", "estimate")], context=context))
    assert isinstance(page.total, int)


def test_keys_tell_none_one_and_several_apart(
    keep: Keep, cursor: psycopg.Cursor[Any], context: Context
) -> None:
    keep(*WORLD)
    found = {
        code: [
            one.id
            for one in matching_keys(cursor, parse_query("Observation", [("code", code)], context=context))
        ]
        for code in ("none", "a", "b")
    }
    assert found == {"none": [], "a": ["d"], "b": ["e", "c"]}


@pytest.mark.parametrize("written", [None, 7, "7", [], ["7"], [1, 2], {"key": 1}])
def test_what_is_no_position_is_refused(written: object) -> None:
    with pytest.raises(BadSearchValue):
        Position.from_json(written)


@pytest.mark.parametrize("sort", ["date", "_id", "date,code"])
def test_a_position_of_another_search_is_refused(
    cursor: psycopg.Cursor[Any], context: Context, sort: str
) -> None:
    query = parse_query("Observation", [("_sort", sort)], context=context)
    with pytest.raises(BadSearchValue):
        search(cursor, replace(query, after=Position(("a", "b", "c"), 1)))
