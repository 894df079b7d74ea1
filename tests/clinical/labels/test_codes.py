"""Which codes mean which label: every line of the lists is needed by ``codes_by_label.txt``, and that has no other."""

from pathlib import Path

import pytest

from cascade.derive.codes import FOLDER as CASCADE_CODES
from clinical.code_lists import Line
from clinical.labels.label import SETS, Label, bits
from clinical.labels.meaning import compiled, lines, meant

SYSTEMS = {
    "ActCode": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "Confidentiality": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "ATC": "http://www.whocc.no/atc",
    "ICD-10": "http://hl7.org/fhir/sid/icd-10",
    "ICD-11": "http://id.who.int/icd/release/11/mms",
    "LOINC": "http://loinc.org",
    "SNOMED": "http://snomed.info/sct",
    "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "WHO-HIV": "http://smart.who.int/hiv/CodeSystem/HIVConcepts",
    "profile": "profile",
}
LINES = list(lines())
LISTS = compiled(LINES)


def _rows() -> list[tuple[str, str, str]]:
    text = (Path(__file__).parent / "codes_by_label.txt").read_text()
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return [
        (label, SYSTEMS.get(name, f"urn:throughcare:code-system:{name}"), code) for label, name, code in rows
    ]


ROWS = _rows()


def _holds(listed: list[tuple[Label, Line]], label: str, system: str, code: str) -> bool:
    of_label = Label(label.removeprefix("-"))
    lists = compiled(one for one in listed if one[0] is of_label)
    is_meant = of_label in SETS[meant(lists, system, code)]
    return is_meant is not label.startswith("-")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row))
def test_a_code_means_its_label(row: tuple[str, str, str]) -> None:
    assert _holds(LINES, *row)


@pytest.mark.parametrize(
    "place", range(len(LINES)), ids=lambda place: f"{LINES[place][0]} {LINES[place][1].code}"
)
def test_without_a_line_a_code_means_something_else(place: int) -> None:
    label, without = LINES[place][0], LINES[:place] + LINES[place + 1 :]
    of_label = [row for row in ROWS if row[0].removeprefix("-") == label]
    assert not all(_holds(without, *row) for row in of_label)


def test_every_system_of_a_list_is_looked_in() -> None:
    for label, line in LINES:
        for system in line.systems:
            code = line.code
            assert (label in SETS[meant(LISTS, system, code)]) is not line.excluded, (system, code)


def test_every_line_says_what_it_is_and_where_it_is_from() -> None:
    for _, line in LINES:
        assert line.meaning
        assert line.source
    assert {label for label, _ in LINES} == set(Label) - {Label.N}


ATC, ICD, LOINC = SYSTEMS["ATC"], SYSTEMS["ICD-10"], SYSTEMS["LOINC"]


@pytest.mark.parametrize(
    ("system", "code"),
    [
        *[(ATC, code) for code in ("J05AP55", "J05AP57", "J05AF10", "J05AE30", "J05AB01", "J05A", "J07BC01")],
        *[(ATC, code) for code in ("J04AB02", "J04AC01", "C07AB02", "N02BE01", "N02AA01", "N05BA01", "A10BA02")],
        *[(ICD, code) for code in ("B18.2", "B18.1", "B16", "B25", "Z22", "A53", "A15.0", "I10", "S52.5", "F17.2")],
        *[(LOINC, code) for code in ("13955-0", "16128-1", "11011-4", "20416-4", "5196-1", "85362-2", "8867-4")],
        (SYSTEMS["WHO-HIV"], "HIV.D.DE170"),
        (SYSTEMS["SNOMED"], "386661006"),
        (SYSTEMS["ActCode"], "AMB"),
        ("http://unitsofmeasure.org", "mg"),
        ("", "completed"),
        ("urn:somebody:else", "J05AR27"),
    ],
)  # fmt: skip
def test_hepatitis_and_ordinary_illness_mean_no_label(system: str, code: str) -> None:
    assert SETS[meant(LISTS, system, code)] == set()


@pytest.mark.parametrize("code", ["F11.2", "F112", "f11.2", "F11.20"])
def test_letter_case_and_dots_do_not_count(code: str) -> None:
    assert Label.OPIOIDUD in SETS[meant(LISTS, ICD, code)]


def test_a_code_without_a_system_is_looked_for_in_all() -> None:
    assert Label.HIV in SETS[meant(LISTS, "", "J05AR27")]


def test_what_is_about_opioids_or_alcohol_is_about_drugs() -> None:
    assert SETS[bits({Label.OPIOIDUD})] == {Label.OPIOIDUD, Label.ETH}
    assert SETS[bits({Label.ETHUD})] == {Label.ETHUD, Label.ETH}


MEDICINES = {"art_medication": Label.HIV, "oat_medication": Label.OPIOIDUD}
OTHERS = {"hiv_test": Label.HIV, "hiv_viral_load": Label.HIV, "hiv_test_offer": Label.HIV, "hiv": Label.HIV, "art": Label.HIV, "oat": Label.OPIOIDUD, "pep": Label.HIV, "prep": Label.HIV, "hiv_assay": Label.HIV}  # fmt: skip


def _counted_by_the_cascade() -> list[tuple[str, str, Label, bool]]:
    """What the cascade counts as HIV care or opioid treatment, from its own lists."""
    import tomllib

    found = []
    for folder in (*MEDICINES, "diagnosis", "observation", "hiv_assay", "programme", "medication_reason"):
        for file in sorted((CASCADE_CODES / folder).glob("*.toml")):
            content = tomllib.loads(file.read_text())
            for code, said in content["code"].items():
                label = MEDICINES.get(folder) or OTHERS[said["value"]]
                if not said.get("only_for_opioid_dependence"):
                    found += [
                        (system, code, label, said.get("excluded", False)) for system in content["systems"]
                    ]
    return found


def test_whatever_the_cascade_counts_has_its_label() -> None:
    counted = _counted_by_the_cascade()
    assert len(counted) > 60
    for system, code, label, excluded in counted:
        assert (label in SETS[meant(LISTS, system, code)]) is not excluded, (system, code)
