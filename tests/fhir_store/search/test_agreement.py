"""The SQL finds what plain Python loops find, in the same order, whatever the world and the question."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import plain
import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pages import pages

from fhir_store.json_text import parse
from fhir_store.search import Context, Query, matching_keys, parse_query, search
from fhir_store.store import Author, Store
from fhir_store.write import Write, raw_cursor, save
from services.shared.database import Database

Resource = Mapping[str, Any]
Ask = Callable[..., tuple[psycopg.Cursor[Any], Query]]

EXAMPLES = int(os.environ.get("SEARCH_EXAMPLES", "24"))

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
    st.lists(people, min_size=1, max_size=PATIENTS),
    st.lists(observations, min_size=3, max_size=10),
)


def alternatives(one: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(one, min_size=1, max_size=2).map(",".join)


truth = st.sampled_from(["true", "false"])
some_codes = alternatives(
    st.one_of(
        st.sampled_from(CODES),
        st.builds("{}|{}".format, st.sampled_from(SYSTEMS), st.sampled_from(CODES)),
        st.sampled_from(["urn:a|", "urn:b|"]),
    )
)
PREFIXES = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb"]
prefixes = st.sampled_from(PREFIXES)
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


def asking(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, str]]:
    return value.map(lambda written: (name, written))


of_people = st.one_of(
    asking("name", some_names),
    asking("name:exact", some_names),
    asking("name:missing", truth),
)
of_results = st.one_of(
    asking("code", some_codes),
    asking("code:not", some_codes),
    asking("status", st.sampled_from(["final", "amended", f"{plain.STATUSES}|final", "|final"])),
    asking("date", some_dates),
    asking("date:missing", truth),
    asking("value-quantity", some_amounts),
    asking("value-quantity:missing", truth),
    of_people.map(lambda one: (f"subject:Patient.{one[0]}", one[1])),
)


def order(*names: str) -> st.SearchStrategy[str]:
    signed = [sign + name for name in names for sign in ("", "-")]
    distinct = st.lists(st.sampled_from(signed), max_size=2, unique_by=lambda name: name.removeprefix("-"))
    return distinct.map(",".join)


questions = st.one_of(
    st.tuples(st.just("Patient"), st.lists(of_people, max_size=2), order("_id")),
    st.tuples(
        st.just("Observation"),
        st.lists(of_results, min_size=1, max_size=2),
        order("_id", "date", "code", "status", "value-quantity"),
    ),
)


agreeing = settings(
    deadline=None,
    derandomize=True,
    # The database is empty before every example: each is rolled back.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@contextmanager
def searching(database: Database, store: Store, world: list[Resource]) -> Iterator[Ask]:
    """Ask this world and no other."""
    context = Context(store.zone, store.keyring)
    writes = [Write(parse(json.dumps(one).encode()), id=one["id"]) for one in world]
    with database.transaction() as connection:
        save(connection, store, writes, Author("a"))
        cursor = raw_cursor(connection)
        yield lambda type_, *parameters: (cursor, parse_query(type_, parameters, context=context))
        connection.rollback()


@settings(agreeing, max_examples=EXAMPLES)
@given(
    world=worlds,
    asked=st.lists(questions, min_size=25, max_size=35),
    count=st.sampled_from(["2", "3", "50"]),
)
def test_the_sql_finds_what_plain_loops_find(
    database: Database,
    store: Store,
    world: list[Resource],
    asked: list[tuple[str, list[tuple[str, str]], str]],
    count: str,
) -> None:
    with searching(database, store, world) as ask:
        for type_, parameters, sort in asked:
            order = [("_sort", sort)] if sort else []
            cursor, query = ask(type_, *parameters, *order, ("_count", count))
            expected = plain.found(world, type_, parameters, sort)
            assert [one.id for page in pages(cursor, query) for one in page.matches] == expected
            assert [one.id for one in matching_keys(cursor, query)] == expected[:2]
            assert search(*ask(type_, *parameters, ("_count", "0"))).total == len(expected)


ORDERED = [
    *(("date", prefix + day) for prefix in PREFIXES for day in DAYS + MOMENTS),
    *(("value-quantity", f"{prefix}{number}||") for prefix in [*PREFIXES, "ap"] for number in NUMBERS),
]


@settings(agreeing, max_examples=EXAMPLES // 3)
@given(results=st.lists(observations, min_size=8, max_size=12))
def test_every_prefix_means_what_plain_loops_say(
    database: Database, store: Store, results: list[Resource]
) -> None:
    world = [{**one, "id": f"o{n}"} for n, one in enumerate(results)]
    with searching(database, store, world) as ask:
        for parameter in ORDERED:
            found = [one.id for one in search(*ask("Observation", parameter)).matches]
            assert found == plain.found(world, "Observation", [parameter], ""), parameter
