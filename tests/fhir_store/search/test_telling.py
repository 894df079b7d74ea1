"""Where somebody is told only a part of what they find: pages, totals, includes and conditions are of what is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, product

import psycopg
import pytest
from pages import pages
from resources import an_observation

from fhir_store.conditional import Condition, the_match
from fhir_store.errors import BadSearchValue, SeveralMatches, UnsupportedParameter
from fhir_store.read import Stored
from fhir_store.search import Context, parse_query, search
from fhir_store.search.page import MOST_COUNTED, matching
from fhir_store.sql import NOTHING, Sql


@dataclass
class NotThose:
    """Is told of everything but what has one of some ids, and in capitals."""

    hidden: frozenset[str]
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def left(self, found: Sequence[Stored]) -> list[Stored | None]:
        return [None if one.id in self.hidden else replace(one, text=one.text.upper()) for one in found]

    def criterion(self, types: tuple[str, ...], name: str, modifier: str, value: str, way: Callable[[str], Sql], context: Context) -> Sql:  # fmt: skip
        self.asked.append((name, modifier, value))
        if value == "refused":
            raise BadSearchValue
        return NOTHING if value == "nothing" else way(value)

    def link(self, types: tuple[str, ...], name: str, targets: Sequence[str]) -> None:
        if name == "performer":
            raise UnsupportedParameter(types[0], [])

    def comes_along(self, type_: str, name: str) -> bool:
        return name != "focus"

    def order(self, types: tuple[str, ...], name: str) -> None:
        if name == "code":
            raise UnsupportedParameter(types[0], [])


IDS = [f"o{number:02}" for number in range(20)]


@pytest.fixture
def told(keep: Callable[..., None], context: Context) -> Callable[..., Context]:
    """The context of somebody who is told of all but some of twenty observations."""
    keep(*(an_observation(one, derivedFrom=[{"reference": f"Observation/{other}"}], focus=[{"reference": "Observation/o00"}]) for one, other in zip(IDS, IDS[1:] + IDS[:1], strict=True)))  # fmt: skip
    return lambda *hidden: replace(context, telling=NotThose(frozenset(hidden)))


MOST = IDS[:3] + IDS[5:18] + IDS[19:]
"""All but three, so that pages have to look further."""


def test_a_page_is_as_full_as_there_is_something_to_tell_and_the_last_one_says_so(
    cursor: psycopg.Cursor, told: Callable[..., Context]
) -> None:
    sorts = (None, "-_id", "date", "_lastUpdated,-_id")
    for count, sort, hidden in product((1, 2, 3, 17, 50), sorts, ((), ("o03",), MOST, IDS, IDS[-3:])):
        asked = [("_count", str(count)), *([("_sort", sort)] if sort else [])]
        expected = sorted(set(IDS) - set(hidden), reverse="-" in (sort or ""))
        query = parse_query("Observation", asked, context=told(*hidden))
        found = [[one.id for one in page.matches] for page in pages(cursor, query)]
        assert list(chain.from_iterable(found)) == expected
        assert all(len(page) == count for page in found[:-1])
        assert found[-1] or not expected


def test_what_is_told_is_what_is_left(cursor: psycopg.Cursor, told: Callable[..., Context]) -> None:
    query = parse_query("Observation", [("_id", "o01"), ("_include", "*")], context=told())
    page = search(cursor, query)
    assert [one.text == one.text.upper() for one in (*page.matches, *page.included)] == [True, True]


@pytest.mark.parametrize("how", [("_total", "accurate"), ("_total", "estimate"), ("_summary", "count"), ("_count", "0")])  # fmt: skip
def test_a_total_counts_what_is_told(
    cursor: psycopg.Cursor, told: Callable[..., Context], how: tuple[str, str]
) -> None:
    assert search(cursor, parse_query("Observation", [how], context=told(*MOST))).total == len(IDS) - len(MOST)  # fmt: skip
    after = [how, ("_sort", "-_id")]
    assert search(cursor, parse_query("Observation", after, context=told())).total == len(IDS)


def test_more_than_are_looked_at_are_counted_as_they_are_found(
    cursor: psycopg.Cursor, told: Callable[..., Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    query = parse_query("Observation", [("_summary", "count")], context=told("o00"))
    monkeypatch.setattr("fhir_store.search.page.MOST_COUNTED", len(IDS))
    assert search(cursor, query).total == len(IDS) - 1
    monkeypatch.setattr("fhir_store.search.page.MOST_COUNTED", len(IDS) - 1)
    assert search(cursor, query).total == len(IDS)
    assert MOST_COUNTED == 1_000


def test_what_comes_along_comes_with_what_is_told(
    cursor: psycopg.Cursor, told: Callable[..., Context]
) -> None:
    def included(*hidden: str, **asked: str) -> list[str]:
        query = parse_query("Observation", [("_id", "o01,o05"), *asked.items()], context=told(*hidden))
        return [one.id for one in search(cursor, query).included]

    assert included(_include="Observation:derived-from") == ["o02", "o06"]
    assert included("o05", _include="Observation:derived-from") == ["o02"], "nor what a hidden match leads to"
    assert included("o02", _include="Observation:derived-from") == ["o06"]
    assert included(_include="*") == ["o02", "o06"], "by no parameter that leads nowhere"
    with pytest.raises(UnsupportedParameter):
        included(_include="Observation:focus")
    assert included("o04", _revinclude="Observation:derived-from") == ["o00"]


def test_a_condition_means_what_is_told(cursor: psycopg.Cursor, told: Callable[..., Context]) -> None:
    condition = Condition("Observation", (("code", "urn:x|cows"),))
    assert the_match(cursor, condition, told(*IDS)) is None
    assert the_match(cursor, condition, told(*IDS[:-1])) == IDS[-1]
    with pytest.raises(SeveralMatches):
        the_match(cursor, condition, told(*IDS[:-2]))


def test_every_question_is_asked_of_whoever_tells(
    cursor: psycopg.Cursor, told: Callable[..., Context]
) -> None:
    context = told()
    for asked in (
        ("code:not", "x"), ("subject.family", "y"), ("_has:Observation:derived-from:status", "final"), ("_has:Observation:focus:derived-from.status", "final"), ("_id", "z"),
    ):  # fmt: skip
        parse_query("Observation", [asked], context=context)
    assert context.telling is not None
    assert {("code", "not", "x"), ("status", "", "final"), ("_id", "", "z"), ("family", "", "y")} <= set(context.telling.asked)  # type: ignore[attr-defined]  # fmt: skip
    assert search(cursor, parse_query("Observation", [("code", "nothing")], context=context)).matches == ()
    for refused, error in (
        ([("code", "refused")], BadSearchValue),
        ([("performer.name", "x")], UnsupportedParameter),
        ([("_has:Observation:performer:_id", "x")], UnsupportedParameter),
        ([("_sort", "code")], UnsupportedParameter),
    ):
        with pytest.raises(error):
            parse_query("Observation", refused, context=context)
    lenient = parse_query("Observation", [("_sort", "code"), ("status", "final")], context=context, lenient=True)  # fmt: skip
    assert lenient.used == (("status", "final"),)


def test_whatever_satisfies_a_condition_is_told_with_its_key(
    cursor: psycopg.Cursor, told: Callable[..., Context]
) -> None:
    found = matching(cursor, ("Observation",), Sql("c.id > %s", ("o15",)), told("o17"))
    assert [one.id for _, one in found] == ["o16", "o18", "o19"]
    assert all(isinstance(key, int) for key, _ in found)
