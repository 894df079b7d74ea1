"""The form on injuries: what has to be there before it is signed, and which version of it counts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from oat import held

from clinical.injuries.form import (
    Consistency,
    InjuryForm,
    Missing,
    Statement,
    drafts,
    may_withdraw,
    missing_of,
    versions,
)
from clinical.injuries.injury import Colour, Injury, Kind
from clinical.injuries.region import BY_CODE, HEIGHT, REGIONS, WIDTH, Side
from clinical.injuries.resource import form_of, resource_of
from clinical.labels import Label, labels_of
from clinical.oat.shapes import written
from fhir_store.gate import check

NOW = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Podgorica")
BRUISE = Injury("forearm-left", Kind.BRUISE, 35, 20, (Colour.BLUE, Colour.RED), "two lines", "photo")
WHOLE = InjuryForm(
    patient="p",
    chain="chain",
    id="one",
    encounter="stay",
    statement=Statement.MADE,
    words="Two officers",
    injuries=(BRUISE, Injury("", Kind.OTHER, note="everywhere")),
    consistency=Consistency.TYPICAL,
    opinion="Fits a baton",
    by="doctor",
)


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ()),
        ({"statement": None}, (Missing.STATEMENT,)),
        ({"words": ""}, (Missing.STATEMENT,)),
        ({"statement": Statement.NONE, "words": ""}, ()),
        ({"statement": Statement.CANNOT, "words": ""}, ()),
        ({"injuries": ()}, (Missing.FINDINGS,)),
        ({"injuries": (), "nothing_found": True}, ()),
        ({"nothing_found": True}, (Missing.FINDINGS,)),
        ({"consistency": None}, (Missing.OPINION,)),
        ({"opinion": ""}, ()),
        ({"consistency": Consistency.NO_OPINION}, ()),
        ({"consistency": Consistency.NO_OPINION, "opinion": ""}, (Missing.OPINION,)),
        ({"corrects": "before"}, (Missing.REASON,)),
        ({"corrects": "before", "reason": "seen by daylight"}, ()),
    ],
)
def test_each_of_the_three_parts_has_to_be_there(
    changes: dict[str, object], missing: tuple[Missing, ...]
) -> None:
    assert missing_of(replace(WHOLE, **changes)) == missing  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "form", [WHOLE, replace(WHOLE, signed_at=NOW, corrects="before", reason="seen again")]
)
def test_a_form_is_read_as_it_was_written_and_leaves_the_house_by_no_agreement(form: InjuryForm) -> None:
    resource = resource_of(form, written(NOW))
    check(held(resource))
    assert labels_of(resource) == {Label.R, Label.V}
    assert form_of(held(resource), ZONE) == form
    assert form_of({**resource, "status": "stopped"}, ZONE) is None
    assert form_of({**resource, "questionnaire": "urn:another"}, ZONE) is None


def test_the_newest_signed_version_of_each_form_counts() -> None:
    first = replace(WHOLE, signed_at=NOW)
    second = replace(WHOLE, id="two", corrects="one", signed_at=NOW + timedelta(days=1))
    other = replace(WHOLE, id="other", chain="other", signed_at=NOW + timedelta(hours=1))
    draft = replace(WHOLE, id="three", corrects="two")
    assert versions([first, other, draft, second]) == ((other,), (second, first))
    assert drafts([first, other, draft, second]) == (draft,)


def test_every_region_lies_on_its_figure_and_has_its_place_on_the_page() -> None:
    css = (Path(__file__).parents[3] / "services/clinic/static/injuries.css").read_text()
    assert len(BY_CODE) == len(REGIONS)
    for side in Side:
        places = [(one.x, one.y) for one in REGIONS if one.side is side]
        assert len(set(places)) == len(places)
    for one in REGIONS:
        assert 0 < one.x < WIDTH
        assert 0 < one.y < HEIGHT
        place = f"left: {round(one.x / WIDTH * 100, 1):g}%;\n  top: {round(one.y / HEIGHT * 100, 1):g}%;"
        assert f".spot-{one.code} {{\n  {place}\n}}" in css


@pytest.mark.parametrize(
    ("signed", "drafted", "expected"),
    [
        (("nurse",), (), True),
        (("nurse", "nurse"), ("doctor",), True),
        (("nurse", "doctor"), (), False),
        (("doctor", "nurse"), (), False),
        (("doctor",), ("nurse",), False),
        ((), ("nurse",), False),
    ],
)
def test_a_form_is_withdrawn_only_by_who_signed_every_version_of_it(
    signed: tuple[str, ...], drafted: tuple[str, ...], expected: bool
) -> None:
    chain = [replace(WHOLE, by=by, signed_at=NOW) for by in signed] + [
        replace(WHOLE, by=by) for by in drafted
    ]
    assert may_withdraw(chain, "nurse") is expected
