"""The SQL finds what plain Python loops find, in the same order, whatever the world and the question."""

import json
import os
from collections.abc import Mapping
from typing import Any

import plain
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import pages

from fhir_store.json_text import parse
from fhir_store.search import Context, matching_keys, parse_query, search
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.shared.database import Database

EXAMPLES = int(os.environ.get("SEARCH_EXAMPLES", "60"))

NAMES = ["Ana", "ANA", "Ana Marija", "Marija", "Đorđe", "Djordje", "Ćiro", "ciro", "O'Hara"]
SYSTEMS = ["", "urn:a", "urn:b"]
CODES = ["x", "y", "z"]
DAYS = ["2026", "2026-03", "2026-03-28", "2026-03-29", "2026-03-30", "2025-12-31"]
MOMENTS = [
    "2026-03-29T00:30:00Z",
    "2026-03-28T23:00:00Z",
    "2026-03-29T10:00:00.5+02:00",
    "2026-01-01T00:00:00+01:00",
]
NUMBERS = ["5", "5.0", "5.4", "5.45", "5.5", "-1", "0", "100", "99.5"]
UNITS = ["mg", "g"]
PATIENTS = 3


def coding(system: str, code: str) -> dict[str, str]:
    return {"system": system, "code": code} if system else {"code": code}


codes = st.lists(st.builds(coding, st.sampled_from(SYSTEMS), st.sampled_from(CODES)), max_size=2).map(
    lambda codings: {"coding": codings} if codings else {"text": "said"}
)
when = st.one_of(
    st.just({}),
    st.sampled_from(DAYS + MOMENTS).map(lambda day: {"effectiveDateTime": day}),
    st.sampled_from(
        [("2026-03-28", "2026-03-30"), ("2025-12-31", "2026-03"), ("2026-03-29", "2026-03-29")]
    ).map(lambda ends: {"effectivePeriod": {"start": ends[0], "end": ends[1]}}),
)
amount = st.one_of(
    st.just({}),
    st.builds(
        lambda number, unit, comparator: {
            "valueQuantity": {"value": json.loads(number), "unit": unit}
            | ({"comparator": comparator} if comparator else {})
        },
        st.sampled_from(NUMBERS),
        st.sampled_from(UNITS),
        st.sampled_from(["", "", "<", ">="]),
    ),
)
observations = st.builds(
    lambda status, code, date, value, patient: {
        "resourceType": "Observation",
        "status": status,
        "code": code,
        **date,
        **value,
        "subject": {"reference": f"Patient/p{patient}"},
    },
    st.sampled_from(["final", "amended"]),
    codes,
    when,
    amount,
    st.integers(0, PATIENTS),
)
people = st.builds(
    lambda given, family: {
        "resourceType": "Patient",
        **(
            {"name": [({"given": given} if given else {}) | ({"family": family} if family else {})]}
            if given or family
            else {}
        ),
    },
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.sampled_from([None, *NAMES]),
)
worlds = st.builds(
    lambda patients, results: [
        *({**one, "id": f"p{n}"} for n, one in enumerate(patients)),
        *({**one, "id": f"o{n}"} for n, one in enumerate(results)),
    ],
    st.lists(people, max_size=PATIENTS),
    st.lists(observations, max_size=8),
)

alternatives = lambda one: st.lists(one, min_size=1, max_size=2).map(",".join)  # noqa: E731
truth = st.sampled_from(["true", "false"])
some_codes = alternatives(
    st.one_of(
        st.sampled_from(CODES),
        st.builds("{}|{}".format, st.sampled_from(SYSTEMS), st.sampled_from(CODES)),
        st.sampled_from(["urn:a|", "urn:b|"]),
    )
)
prefixes = st.sampled_from(["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"])
some_dates = alternatives(st.builds("{}{}".format, prefixes, st.sampled_from(DAYS + MOMENTS)))
some_amounts = alternatives(
    st.builds(
        "{}{}{}".format,
        st.one_of(prefixes, st.just("ap")),
        st.sampled_from(NUMBERS),
        st.sampled_from(["||", "||mg", "||g"]),
    )
)
some_names = alternatives(st.sampled_from([*NAMES, "an", "dj", "c"]))


def parameter(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    return value.map(lambda written: (name, written))


of_people = st.one_of(
    parameter("name", some_names),
    parameter("name:exact", some_names),
    parameter("name:contains", some_names),
    parameter("name:missing", truth),
)
of_results = st.one_of(
    parameter("code", some_codes),
    parameter("code:not", some_codes),
    parameter("status", st.sampled_from(["final", "amended", f"{plain.STATUSES}|final", "|final"])),
    parameter("date", some_dates),
    parameter("date:missing", truth),
    parameter("value-quantity", some_amounts),
    parameter("value-quantity:missing", truth),
    of_people.map(lambda one: (f"subject:Patient.{one[0]}", one[1])),
)


def order(*names: str) -> st.SearchStrategy[str]:
    signed = [sign + name for name in names for sign in ("", "-")]
    distinct = st.lists(st.sampled_from(signed), max_size=2, unique_by=lambda name: name.removeprefix("-"))
    return distinct.map(",".join)


questions = st.one_of(
    st.tuples(st.just("Patient"), st.lists(of_people, max_size=2), order("_id", "name")),
    st.tuples(
        st.just("Observation"),
        st.lists(of_results, max_size=2),
        order("_id", "date", "code", "status", "value-quantity"),
    ),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    # The database is empty before every example: each is rolled back.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(world=worlds, asked=st.lists(questions, min_size=4, max_size=12), count=st.sampled_from([1, 2, 3, 50]))
def test_the_sql_finds_what_plain_loops_find(
    database: Database,
    store: Store,
    world: list[Mapping[str, Any]],
    asked: list[tuple[str, list[tuple[str, str]], str]],
    count: int,
) -> None:
    writes = [Write(parse(json.dumps(one).encode()), id=one["id"]) for one in world]
    with database.transaction() as connection:
        save(connection, store, writes, Author("a"))
        cursor = raw_cursor(connection)
        for type_, parameters, sort in asked:
            how = [("_count", str(count)), *([("_sort", sort)] if sort else [])]
            query = parse_query(type_, [*parameters, *how], context=Context(store.zone))
            found = [one.id for page in pages(cursor, query) for one in page.matches]
            expected = plain.found(world, type_, parameters, sort)
            assert found == expected, (parameters, sort)
            assert [one.id for one in matching_keys(cursor, query)] == expected[:2]
            total = parse_query(type_, [*parameters, ("_summary", "count")], context=Context(store.zone))
            assert search(cursor, total).total == len(expected)
        connection.rollback()
