"""Who is who."""

from dataclasses import replace
from datetime import date, timedelta

from services.demo.country import places
from services.demo.country.cases.by_hand import Case
from services.demo.country.days import at
from services.demo.country.facts import Human, PatientRecord
from services.demo.country.names import FAMILY, FAMILY_CYRILLIC
from services.demo.country.state import Country


def two_scripts_linked(case: Case) -> None:
    """One person under two ids, in Latin and in Cyrillic letters, linked: tested twice, one person."""
    human = case.human()
    latin = case.record(human, given="Vesna", links=((f"demo-person-{case.slug}-1-cyrillic", "seealso"),))
    cyrillic = case.record(human, nth="-cyrillic", given="Весна", family=FAMILY_CYRILLIC)
    case.test(latin, at(case.before(40), "10:00"), "negative")
    case.test(cyrillic, at(case.before(20), "10:00"), "negative", facility=places.WEST)


def same_national_id(case: Case) -> None:
    """One person with two records that carry the same national id and no link."""
    human = case.human(sex="male")
    first = case.record(human, given="Dren", national_id="DEMO-SAME")
    second = case.record(human, nth="-b", given="Dren", national_id="DEMO-SAME")
    case.test(first, at(case.before(50), "10:00"), "negative")
    case.test(second, at(case.before(10), "10:00"), "negative")


def same_name_same_birth(case: Case) -> None:
    """Two people of one name and one day of birth: never one."""
    for _ in range(2):
        patient = case.person("Marko", sex="male", birth=date(1990, 1, 1))
        case.test(patient, at(case.before(30), "10:00"), "negative")


def merged_then_unmerged(case: Case) -> None:
    """Two people whose records were merged by mistake for a month, and told apart again."""
    first, second = case.person("Ana"), case.person("Ana")
    record = next(one for one in case.country.facts if one.id == first)
    assert isinstance(record, PatientRecord)
    merged, parted = at(case.before(30), "10:00"), at(case.end + timedelta(days=5), "10:00")
    case.again(record, merged, links=((second, "replaced-by"),))
    case.again(record, parted, links=())
    for patient, clock in ((first, "10:00"), (second, "11:00")):
        case.test(patient, at(case.before(45), clock), "negative")
    case.days |= {"merged": merged.date(), "parted": parted.date()}


def colliding_ids(case: Case) -> None:
    """Two systems that both have a Patient demo-1, two people; the second system's file is loaded apart."""
    here, there = case.human(sex="male"), f"demo-human-{case.slug}-2"
    written = at(case.calendar.first, "09:00")
    record = PatientRecord(
        id="demo-1", patient="demo-1", recorded_at=written, given="Petar", family=FAMILY, sex="male",
        birth=date(1979, 3, 3),
    )  # fmt: skip
    case.country.add(case.country.humans[here], [record])
    case.test("demo-1", at(case.before(25), "10:00"), "negative")
    ours = next(one for one in case.country.facilities if one.id == places.HOSPITAL)
    other = Country(case.calendar, (replace(ours, name="DEMO District Hospital"),))
    other.add(
        Human(there, "female", date(1995, 8, 8)),
        [replace(record, given="Nora", sex="female", birth=date(1995, 8, 8))],
    )
    apart = Case(other, case.family, case.name)
    apart.test("demo-1", at(case.before(15), "10:00"), "negative", facility=places.HOSPITAL)
    case.country.other = other
    case.country.humans[there] = other.humans[there]
    case.humans.append(there)


CASES = (
    two_scripts_linked,
    same_national_id,
    same_name_same_birth,
    merged_then_unmerged,
    colliding_ids,
)
