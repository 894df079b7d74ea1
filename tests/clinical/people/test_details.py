"""Who somebody is, written into a Patient and read from it; and put right without losing what was written."""

from typing import Any

import pytest
from resources import text_of

from clinical.people import Details, Doubt, Number, NumberKind, details_of, identity_of, patient_of
from clinical.people.code import code_from
from clinical.people.correction import corrected
from clinical.people.doubt import EXTENSION
from clinical.people.numbers import system_of
from clinical.protocols import Parameter, Protocol, Status
from fhir_store.gate import check

PRISON, NATIONAL = Number(NumberKind.PRISON, "N-100"), Number(NumberKind.NATIONAL, "0203984")
SOMEBODY = Details("Ana Maria", "Kovač", "Petar", "1984-03-02", "female", (PRISON, NATIONAL))
LAW = Protocol({"people.identifier-system.national": Parameter("urn:oid:1.2.3", "a test", Status.PROPOSED)})


def written(details: Details) -> dict[str, Any]:
    made = {**patient_of(details, "north", LAW), "id": "p1"}
    check(text_of(made).value)
    return made


@pytest.mark.parametrize(
    "details",
    [
        SOMEBODY,
        Details(sex="unknown", doubt=Doubt.UNKNOWN),
        Details("Ana", "", born="1984", doubt=Doubt.DISPUTED),
    ],
)
def test_what_is_written_is_read_again(details: Details) -> None:
    assert details_of(written(details)) == details


def test_the_country_names_the_system_of_its_numbers() -> None:
    systems = {one["value"]: one["system"] for one in written(SOMEBODY)["identifier"]}
    assert systems == {"N-100": "urn:throughcare:prison-number", "0203984": "urn:oid:1.2.3"}
    assert system_of(NumberKind.NATIONAL) == "urn:throughcare:national-number"


def test_the_fathers_name_tells_people_of_one_name_apart_on_a_screen() -> None:
    shown = identity_of(written(SOMEBODY))
    assert (shown.name, shown.father, shown.number, shown.born) == (
        "Ana Maria Kovač",
        "Petar",
        "N-100",
        "1984",
    )


def test_the_code_of_a_card_is_never_shown_as_a_number() -> None:
    code = Number(NumberKind.CODE, code_from(1))
    assert identity_of(written(Details("A", "B", numbers=(code,)))).number == ""
    assert identity_of(written(Details("A", "B", numbers=(code, NATIONAL)))).number == "0203984"
    temporary = Number(NumberKind.TEMPORARY, "T-0001-0002")
    assert identity_of(written(Details("A", "B", numbers=(NATIONAL, temporary)))).number == "T-0001-0002"


def test_a_word_of_doubt_that_is_not_known_is_a_dispute() -> None:
    assert identity_of({"extension": [{"url": EXTENSION, "valueCode": "hm"}]}).doubt is Doubt.DISPUTED
    assert identity_of({"extension": [{"url": "urn:x", "valueCode": "unknown"}]}).doubt is Doubt.NONE


def test_an_earlier_name_is_another_name_and_a_text_is_a_name_too() -> None:
    names = [{"use": "old", "family": "Perić", "given": ["Ana"]}, {"text": "Ana K."}]
    found = details_of({"name": names})
    assert found.names == ("Ana K.", "Ana Perić")


def test_a_correction_keeps_the_earlier_name_and_number_as_old_ones() -> None:
    before = {**written(SOMEBODY), "telecom": [{"system": "phone", "value": "1"}]}
    now = corrected(before, Details("Ana", "Perić", "Petar", "1984", "female", (PRISON,)))
    check(text_of(dict(now)).value)
    assert now["telecom"] == before["telecom"]
    assert details_of(now).names == ("Ana Perić", "Ana Maria Kovač")
    assert [(one["value"], one.get("use")) for one in now["identifier"]] == [
        ("0203984", "old"),
        ("N-100", None),
    ]
    assert details_of(now).numbers == (PRISON,)


def test_a_correction_leaves_the_card_and_the_temporary_number() -> None:
    kept = (Number(NumberKind.TEMPORARY, "T-0001-0002"), Number(NumberKind.CODE, code_from(7)))
    before = written(Details("", "", numbers=kept, doubt=Doubt.UNKNOWN))
    now = corrected(before, SOMEBODY)
    assert set(details_of(now).numbers) == {*kept, PRISON, NATIONAL}
    assert details_of(now).doubt is Doubt.NONE
    assert "extension" not in now


def test_a_name_in_another_script_stays_beside_the_one_that_is_corrected() -> None:
    before = {
        **written(SOMEBODY),
        "name": [{"family": "Kovač", "given": ["Ana"]}, {"family": "Ковач", "given": ["Ана"]}],
    }
    assert details_of(corrected(before, Details("Anna", "Kovač"))).names == (
        "Anna Kovač",
        "Ана Ковач",
        "Ana Kovač",
    )
    assert corrected(before, Details("Ana", "Kovač"))["name"] == before["name"]
