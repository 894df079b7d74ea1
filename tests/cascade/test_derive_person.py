"""Who is one human, and what all of their records say together."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from spec.custody_records import custody
from spec.hiv_records import extension, programme
from spec.people_records import identifier, patient
from spec.world import administration

MARCH_1 = date(2025, 3, 1)


def people(world, *columns):
    return sorted(tuple(row[column] for column in columns) for row in world.tables["person"])


def humans(world):
    return len(world.tables["person"])


def test_a_person_is_told_with_sex_birth_and_death(derived):
    world = derived(patient(gender="female", birthDate="1990-02-28", deceasedDateTime="2025-03-01T23:30:00Z"))
    (row,) = world.tables["person"]
    assert (row["sex"], row["records"], row["link_basis"]) == ("female", 1, "single")
    assert row["birth_on"] == row["birth_lo"] == row["birth_hi"] == date(1990, 2, 28)
    assert row["died_on"] == row["died_lo"] == row["died_hi"] == date(2025, 3, 2)


def test_who_is_only_pointed_at_is_a_person_of_whom_nothing_is_known(derived):
    world = derived(administration("1"))
    assert people(world, "sex", "records", "link_basis", "birth_lo", "died_lo") == [
        ("unknown", 0, "single", None, None)
    ]
    assert [row["person_key"] for row in world.tables["person"]] == [world.dose["person_key"]]


def test_a_name_and_a_birth_date_link_nobody(derived):
    same = {"birthDate": "1990-02-28", "gender": "female", "name": [{"family": "DEMO", "given": ["amina"]}]}
    assert humans(derived(patient("1", **same), patient("2", **same))) == 2


@pytest.mark.parametrize(
    "links", [{"1": ["2"]}, {"2": ["1"]}, {"1": ["2"], "2": ["1"]}, {"1": ["1", "2", "lost"]}]
)
def test_a_link_in_either_direction_makes_two_records_one_human(derived, links):
    world = derived(*(patient(id_, links=links.get(id_, ())) for id_ in ("1", "2", "3")))
    known = [row for row in people(world, "records", "link_basis") if row[0] == 2]
    assert known == [(2, "confirmed_link")]
    assert humans(world) == 2


@pytest.mark.parametrize(
    ("one", "other", "n"),
    [
        (identifier("NI", "7"), identifier("NI", "7"), 1),
        (identifier("NI", "7"), identifier("NI", "8"), 2),
        (identifier("NI", "7"), identifier("NI", "7", "urn:example:other"), 2),
        (identifier("NI", "7"), identifier("PRN", "7"), 2),
        (identifier("PRN", "7"), identifier("PRN", "7"), 2),
        (identifier("NI", "7", None), identifier("NI", "7", None), 2),
        (identifier("NI", None), identifier("NI", None), 2),
        (identifier("NI", ""), identifier("NI", ""), 2),
    ],
)
def test_the_same_national_identifier_and_nothing_less_makes_two_records_one_human(derived, one, other, n):
    world = derived(patient("1", identifier=[one]), patient("2", identifier=[other]))
    assert humans(world) == n
    assert {basis for (basis,) in people(world, "link_basis")} == {"national_id" if n == 1 else "single"}


def test_links_and_identifiers_reach_over_several_steps(derived):
    world = derived(
        patient("5", links=["2"]),
        patient("2", national=["a"]),
        patient("4", national=["a", "b"]),
        patient("1", national=["b"]),
        patient("3", links=["1"]),
        patient("6", national=["c"]),
    )
    assert people(world, "records", "link_basis") == [(1, "single"), (5, "confirmed_link")]
    assert len({row["person_key"] for row in world.tables["person_source"]}) == 2


def test_a_long_chain_is_one_human(derived):
    ids = [f"{n * 7 % 40:02d}" for n in range(40)]
    chain = [patient(one, links=[other]) for one, other in pairwise(ids)]
    assert people(derived(*chain, patient(ids[-1])), "records") == [(40,)]


def test_every_record_says_whose_it_is_and_a_linked_one_counts_for_the_human(derived):
    world = derived(
        patient("amina", links=["besa"]),
        patient("besa"),
        patient("drita"),
        administration("1", person="amina", effective="2025-03-01"),
        administration("2", person="besa", effective="2025-03-02"),
        administration("3", person="drita", effective="2025-03-02"),
    )
    source = {row["record_key"]: row["person_key"] for row in world.tables["person_source"]}
    assert sorted(list(source.values()).count(key) for key in set(source.values())) == [1, 2]
    assert {row["person_key"] for row in world.tables["person"]} == set(source.values())
    assert len({dose["person_key"] for dose in world.doses}) == 2


def test_a_merge_that_was_undone_is_undone_and_stands_at_a_cut_before_that(derived):
    merged = patient("amina", links=["besa"], meta={"lastUpdated": "2025-02-01T08:00:00Z"})
    apart = patient("amina", meta={"lastUpdated": "2025-03-01T08:00:00Z"})
    besa = patient("besa", meta={"lastUpdated": "2025-01-01T08:00:00Z"})
    for cut, n in ((datetime(2025, 2, 15, tzinfo=UTC), 1), (datetime(2025, 3, 15, tzinfo=UTC), 2)):
        assert humans(derived(merged, apart, besa, data_as_of=cut)) == n


@pytest.mark.parametrize(
    ("sexes", "sex"),
    [
        (("female", "female"), "female"),
        (("female", "male"), "unknown"),
        (("female", "unknown"), "female"),
        ((None, "other"), "other"),
        (("weiblich", None), "unknown"),
    ],
)
def test_records_that_disagree_on_the_sex_leave_it_unknown(derived, sexes, sex):
    one, other = sexes
    assert people(derived(patient("1", gender=one, links=["2"]), patient("2", gender=other)), "sex") == [
        (sex,)
    ]


@pytest.mark.parametrize(
    ("said", "on", "first", "last"),
    [
        (["1990"], None, date(1990, 1, 1), date(1990, 12, 31)),
        (["1990-02"], None, date(1990, 2, 1), date(1990, 2, 28)),
        (["1990", "1990-02-03"], date(1990, 2, 3), date(1990, 2, 3), date(1990, 2, 3)),
        (["1990-05", "1990-02"], None, date(1990, 2, 1), date(1990, 2, 28)),
        (["1991-02-03", "1990-05-06"], date(1990, 5, 6), date(1990, 5, 6), date(1990, 5, 6)),
        (["1990-02-30"], None, None, None),
        ([None], None, None, None),
    ],
)
def test_of_several_births_the_most_precise_counts_then_the_earliest(derived, said, on, first, last):
    records = [patient(str(n), birthDate=birth, national=["a"]) for n, birth in enumerate(said)]
    assert people(derived(*records), "birth_on", "birth_lo", "birth_hi") == [(on, first, last)]


def left(way_out):
    return custody(start="2025-01-01", end="2025-03-01", way_out=way_out)


def died(**other):
    why = extension(exit_reason=("valueCode", "died"))
    return programme(
        "1", status="finished", period={"start": "2025-01-01", "end": "2025-03"}, extension=why, **other
    )


@pytest.mark.parametrize(
    ("records", "first", "last"),
    [
        ([patient()], None, None),
        ([patient(deceasedBoolean=False)], None, None),
        ([patient(deceasedDateTime="2025-03")], MARCH_1, date(2025, 3, 31)),
        ([patient(), left("death")], MARCH_1, MARCH_1),
        ([patient(), left("release-planned")], None, None),
        ([patient(), left("death") | {"status": "entered-in-error"}], None, None),
        ([patient(), died()], MARCH_1, date(2025, 3, 31)),
        ([patient(), died() | {"status": "entered-in-error"}], None, None),
        ([patient(deceasedDateTime="2025"), left("death")], MARCH_1, MARCH_1),
        ([patient("1", links=["amina"]), patient(deceasedDateTime="2025-03-01")], MARCH_1, MARCH_1),
    ],
)
def test_a_death_is_what_any_record_says_of_it_most_precisely(derived, records, first, last):
    assert people(derived(*records), "died_lo", "died_hi") == [(first, last)]


def test_who_died_on_no_known_day_died_between_birth_and_the_cut(derived):
    cut = datetime(2025, 6, 30, 22, 30, tzinfo=UTC)
    dead = {"deceasedBoolean": True}
    for birth, first in (("1990-02", date(1990, 2, 1)), (None, date(1900, 1, 1))):
        world = derived(patient(birthDate=birth, **dead), data_as_of=cut)
        assert people(world, "died_on", "died_lo", "died_hi") == [(None, first, date(2025, 7, 1))]


def test_who_was_written_down_as_dead_had_died_by_then(derived):
    def written(at, *, dead=True):
        return {"deceasedBoolean": dead, "meta": {"lastUpdated": at}}

    world = derived(
        patient("1", links=["2", "3"], **written("2025-05-01T22:30:00Z")),
        patient("2", **written("2025-06-01T08:00:00Z")),
        patient("3", **written("2025-01-01T08:00:00Z", dead=False)),
    )
    assert people(world, "died_hi") == [(date(2025, 5, 2),)]
