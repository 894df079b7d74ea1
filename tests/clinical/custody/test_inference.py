"""Who could be told from the others by where and when they are called."""

from datetime import date, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from clinical.custody.inference import (
    LARGEST_SHARE,
    SMALLEST_GROUP,
    Call,
    Habit,
    inferable,
    patterns_of,
    spare,
    to_add,
)

DAYS = 28
FIRST = date(2026, 3, 2)


def calls(person: str, room: str = "A", at: time = time(6), every: int = 1) -> list[Call]:
    return [Call(person, room, FIRST + timedelta(days=day), at) for day in range(0, DAYS, every)]


def everyone(*listed: list[Call]) -> list[Call]:
    return [one for some in listed for one in some]


def people(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number}" for number in range(count)]


def test_a_room_where_only_methadone_is_given_names_everyone_in_it() -> None:
    treated = people("t", 10)
    found = inferable(everyone(*map(calls, treated)), treated, DAYS)
    (group,) = found
    assert group.private == frozenset(treated)
    assert group.to_add == 24
    assert group.could_join == ()


def test_one_room_for_all_medicines_tells_nobody() -> None:
    listed = everyone(*map(calls, people("t", 3) + people("o", 7)))
    assert inferable(listed, people("t", 3), DAYS) == []


def test_another_hour_gives_away_what_one_room_hides() -> None:
    treated, others = people("t", 3), people("o", 17)
    listed = everyone(*map(calls, treated), *(calls(one, at=time(8)) for one in others))
    (group,) = inferable(listed, treated, DAYS)
    assert (group.private, group.to_add) == (frozenset(treated), 7)
    assert group.could_join == tuple(sorted(others)[:7])


def test_coming_daily_where_others_come_weekly_gives_it_away() -> None:
    treated, others = people("t", 2), people("o", 20)
    listed = everyone(*map(calls, treated), *(calls(one, every=7) for one in others))
    (group,) = inferable(listed, treated, DAYS)
    assert group.private == frozenset(treated)
    assert group.pattern == {Habit("A", 360, "daily")}


def test_a_pattern_of_one_names_its_person_and_only_if_there_is_something_to_hide() -> None:
    listed = everyone(calls("t"), calls("o", room="B"))
    (group,) = inferable(listed, ["t"], DAYS)
    assert (group.people, group.to_add, group.could_join) == (frozenset({"t"}), 4, ("o",))
    assert inferable(listed, [], DAYS) == []


def test_minutes_within_half_an_hour_are_one_habit_and_twice_a_day_is_once() -> None:
    listed = everyone(calls("a", at=time(6, 1)), calls("a", at=time(6, 29)), calls("b", at=time(6, 30)))
    found = patterns_of(listed, DAYS)
    assert found == {"a": {Habit("A", 360, "daily")}, "b": {Habit("A", 390, "daily")}}


def test_how_often_is_told_at_its_limits() -> None:
    def of(times: int) -> str:
        (habit,) = patterns_of(calls("a")[:times], DAYS)["a"]
        return habit.frequency

    assert [of(times) for times in (15, 14, 3, 2)] == ["daily", "weekly", "weekly", "rare"]


@given(st.integers(1, 60), st.integers(0, 60))
def test_what_is_to_be_added_suffices_and_one_less_does_not(private: int, others: int) -> None:
    people_ = private + others
    more = to_add(people_, private)
    assert to_add(people_ + more, private) == 0
    assert private / (people_ + more) <= LARGEST_SHARE + 1e-9
    assert people_ + more >= SMALLEST_GROUP
    if more:
        assert to_add(people_ + more - 1, private) > 0


@settings(max_examples=30, derandomize=True)
@given(st.integers(1, 8), st.integers(30, 40))
def test_who_follows_the_advice_tells_nobody(treated_count: int, others_count: int) -> None:
    treated, others = people("t", treated_count), people("o", others_count)
    listed = everyone(*map(calls, treated), *(calls(one, at=time(9)) for one in others))
    for group in inferable(listed, treated, DAYS):
        joined = set(group.could_join)
        listed = [one for one in listed if one.person not in joined] + everyone(*map(calls, sorted(joined)))
    assert inferable(listed, treated, DAYS) == []


def test_who_has_too_few_around_is_sent_where_there_are_enough() -> None:
    treated = people("t", 2)
    crowd = everyone(*(calls(one, room="B", at=time(8)) for one in people("o", 10)))
    weekly = everyone(*(calls(one, room="C", every=7) for one in people("w", 20)))
    (group,) = inferable(everyone(*map(calls, treated)) + crowd + weekly, treated, DAYS)
    assert group.could_go == ((frozenset({Habit("B", 480, "daily")}), 4),)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_pattern_hides_so_many_more_and_not_one_beyond(people_: int, private: int) -> None:
    private = min(private, people_)
    more = spare(people_, private)
    if more:
        assert to_add(people_ + more, private + more) == 0
        assert to_add(people_ + more + 1, private + more + 1) > 0
