"""Two servers, read as one."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from spec.world import administration, episode_of_care, ndjson, organization

from cascade.compute import fill, open_database
from cascade.derive.cut import Cut
from cascade.errors import SourcesAlike
from cascade.sources.ndjson import Ndjson
from cascade.sources.several import Several

KEY = b"sixteen bytes or more"
CUT = Cut(datetime(2099, 1, 1, tzinfo=UTC), "UTC")
NATIONAL = {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NI"}]}}


def patient(id_, national_id=None):
    known = [{**NATIONAL, "system": "urn:nation", "value": national_id}] if national_id else []
    return {"resourceType": "Patient", "id": id_, "identifier": known}


def read(tmp_path: Path, **sources):
    """The people with how many records each has, and the name of the place of each dose."""
    for name, resources in sources.items():
        (tmp_path / f"{name}.ndjson").write_text(ndjson(resources), encoding="utf-8")
    own, *others = (Ndjson(tmp_path / f"{name}.ndjson") for name in sources)
    source = Several(own, dict(zip(list(sources)[1:], others, strict=True)))
    with open_database("UTC") as connection:
        account = fill(connection, source, CUT, key=KEY)
        people = connection.execute("SELECT records, link_basis FROM person ORDER BY ALL").fetchall()
        doses = "SELECT name FROM dose JOIN facility USING (facility_key) ORDER BY ALL"
        return people, connection.execute(doses).fetchall(), account


def test_one_id_of_two_servers_is_two_people_and_two_doses_at_two_places(tmp_path):
    here, there = (
        [
            patient("1"),
            organization("2", name=name),
            episode_of_care("3", "1", "2"),
            administration("4", person="1", episode="3"),
        ]
        for name in ("here", "there")
    )
    people, doses, account = read(tmp_path, here=here, there=there)
    assert people == [(1, "single"), (1, "single")]
    assert doses == [("here",), ("there",)]
    assert dict(account.outcomes("MedicationAdministration")) == {"used": 2}


def test_a_national_identifier_is_the_same_everywhere(tmp_path):
    people, _, _ = read(tmp_path, here=[patient("1", "7")], there=[patient("2", "7"), patient("3", "8")])
    assert people == [(1, "single"), (2, "national_id")]


def test_a_link_leads_to_a_record_of_the_same_server(tmp_path):
    linked = {**patient("1"), "link": [{"other": {"reference": "Patient/2"}, "type": "seealso"}]}
    people, _, _ = read(tmp_path, here=[linked, patient("2")], there=[patient("2")])
    assert people == [(1, "single"), (2, "confirmed_link")]


def test_three_servers_are_three(tmp_path):
    people, _, _ = read(tmp_path, here=[patient("1")], there=[patient("1")], yonder=[patient("1")])
    assert people == [(1, "single")] * 3


def test_names_that_do_not_keep_ids_apart_are_refused(tmp_path):
    (tmp_path / "one.ndjson").write_text("", encoding="utf-8")
    source = Ndjson(tmp_path)
    with pytest.raises(SourcesAlike):
        Several(source, {"a": source, "a|b": source})
    Several(source, {"a": source, "ab": source})
