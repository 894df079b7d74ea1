"""Rooms under the name that custody sees."""

from typing import Any

from clinical.custody.call_room import call_room, room_projection

NAMED = {"url": "urn:throughcare:extension:custody-name", "valueString": " Medical room A "}


def rows(**elements: Any) -> list[dict[str, Any]]:
    room = {
        "resourceType": "Location",
        "id": "r1",
        "name": "Methadone",
        "alias": ["HIV clinic"],
        "description": "ART and methadone",
        "managingOrganization": {"reference": "Organization/prison"},
        **elements,
    }
    return [dict(row) for row in room_projection().rows(room)]


def test_the_own_name_of_a_room_never_gets_in() -> None:
    assert rows() == [{"facility_id": "prison", "custody_name": None}]
    assert {column.name for column in call_room.columns} == {
        "source_type",
        "source_id",
        "facility_id",
        "custody_name",
    }


def test_what_was_said_on_purpose_does() -> None:
    assert (
        rows(extension=[{"url": "urn:x", "valueString": "HIV"}, NAMED])[0]["custody_name"] == "Medical room A"
    )
    assert rows(extension=[{**NAMED, "valueString": " "}])[0]["custody_name"] is None
    assert rows(extension=[{"url": NAMED["url"]}])[0]["custody_name"] is None


def test_a_place_of_no_facility_is_no_room() -> None:
    assert rows(managingOrganization={"display": "DEMO"}) == []
