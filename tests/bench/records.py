"""Records of a country as NDJSON: people, their stays, a dose a day, an observation now and then."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from resources import a_dose, a_patient, a_stay, an_observation

DOSES = 235
OBSERVATIONS = 13
EACH = 1 + 1 + DOSES + OBSERVATIONS
"""Resources of one person; 94 % are doses."""

UCUM = "http://unitsofmeasure.org"
FIRST_DAY = date(2025, 1, 1)
NAMES = ("Amar", "Besa", "Ćiro", "Đurđa", "Edin", "Fatos", "Goran", "Hana")


def write_records(folder: Path, people: int) -> int:
    """Write the records of so many people, one file a type; returns the number of resources."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {type_: (folder / f"{type_}.ndjson").open("w", encoding="utf-8") for type_ in TYPES}
    for person in range(people):
        for resource in _record(person):
            files[resource["resourceType"]].write(json.dumps(resource, ensure_ascii=False) + "\n")
    for file in files.values():
        file.close()
    return people * EACH


TYPES = ("Patient", "Encounter", "MedicationAdministration", "Observation")


def _record(person: int) -> Iterator[dict[str, Any]]:
    id_ = f"p{person}"
    name = [{"family": f"DEMO{person}", "given": [NAMES[person % len(NAMES)]]}]
    identifier = [{"system": "urn:demo:person", "value": str(person)}]
    yield a_patient(id_, name=name, identifier=identifier, birthDate=f"19{60 + person % 40}-05-03")
    yield a_stay(f"s{person}", patient=id_, prison=f"prison-{person % 20}")
    for n in range(DOSES):
        at = f"{FIRST_DAY + timedelta(days=n)}T06:10:00+01:00"
        yield a_dose(f"d{person}-{n}", patient=id_, at=at, context={"reference": f"Encounter/s{person}"})
    for n in range(OBSERVATIONS):
        yield an_observation(
            f"o{person}-{n}",
            patient=id_,
            effectiveDateTime=f"{FIRST_DAY + timedelta(days=18 * n)}T09:00:00+01:00",
            valueQuantity={"value": 40 + n, "unit": "copies/mL", "system": UCUM, "code": "{copies}/mL"},
        )
