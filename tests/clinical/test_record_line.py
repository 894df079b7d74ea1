"""A record as a line."""

from typing import Any

import pytest
from resources import a_dose, a_patient, a_stay, an_observation

from clinical.record_line import RecordLine, quantity, record_line


@pytest.mark.parametrize(
    ("resource", "line"),
    [
        (
            a_dose("d"),
            RecordLine("MedicationAdministration", "2026-03-01T06:10:00+01:00", "methadone, 60 mg", ""),
        ),
        (
            a_dose("d", status="not-done", statusReason=[{"text": "court"}]),
            RecordLine("MedicationAdministration", "2026-03-01T06:10:00+01:00", "methadone, 60 mg, court", "not-done"),
        ),
        (a_stay("s"), RecordLine("Encounter", "2026-01-05T14:00:00+01:00", "held in a prison", "")),
        (
            an_observation("o", valueQuantity={"value": 6, "unit": "score"}, issued="2026-02-01T10:00:00Z"),
            RecordLine("Observation", "2026-02-01T10:00:00Z", "cows, 6 score", ""),
        ),
        (a_patient("p"), RecordLine("Patient", "", "", "")),
    ],
)  # fmt: skip
def test_type_date_and_a_short_text(resource: dict[str, Any], line: RecordLine) -> None:
    made = record_line(resource)
    assert (made.type, made.when, made.status) == (line.type, line.when, line.status)
    assert made.text == line.text


def test_no_free_text_of_a_clinician_gets_into_it() -> None:
    noted = an_observation("o", note=[{"text": "secret"}], valueString="secret", code={"text": "asked"})
    assert record_line(noted).text == "asked"


def test_a_quantity_keeps_its_sign() -> None:
    assert quantity({"comparator": "<", "value": 20, "unit": "copies/mL"}) == "<20 copies/mL"
    assert quantity({"unit": "mg"}) == ""
