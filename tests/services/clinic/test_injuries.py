"""Injuries on the pages: three parts, the chart, signed once, another version in the place of a change, closed to custody."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from at_stays import records, stays
from people_pages import Clock, PlainBrowser, Someone, someone
from photo_files import a_drawing
from ward import NORTH

from clinical.labels import Label, labels_of
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
KEEP, ONE = "/people/injuries/keep", "/people/injuries/injury"


def begin(browser: PlainBrowser) -> str:
    stays(browser)
    browser.send("/people/record")
    browser.send("/people/injuries")
    browser.send("/people/injuries/begin")
    assert browser.page.status_code == 200, browser.page.text
    return unescape(browser.main)


def send(browser: PlainBrowser, path: str, **typed: Any) -> str:
    fields = browser.fields(path)
    photo = typed.pop("photo", None)
    files = {"photo": ("a.png", photo, "image/png")} if photo else None
    browser.page = browser.http.post(path, data={**fields, **typed}, files=files)
    return unescape(browser.main)


def forms(desk: Desk) -> list[dict[str, Any]]:
    return [one for one in records(desk, "QuestionnaireResponse") if "injuries" in one["questionnaire"]]


SAID = {"statement": "made", "words": "Two officers, yesterday evening,\nin the corridor"}
FOUND = {
    "kind": "bruise",
    "length": "35",
    "width": "20",
    "colour": ["blue", "purple"],
    "note": "two parallel lines",
}


def test_what_is_said_what_is_found_and_how_it_fits_is_signed_and_then_changed_by_nobody(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    begin(nurse)
    said = send(nurse, KEEP, act="sign", **SAID)
    assert nurse.page.status_code == 422
    assert "Part 2 is missing" in said
    assert "Part 3 is missing" in said
    assert "in the corridor" in said, "what was typed is kept"
    send(nurse, KEEP, act="add", consistency="highly-consistent", **SAID)
    assert "Choose where it is" in send(nurse, ONE, **{**FOUND, "note": ""})
    assert "Choose what kind" in send(nurse, ONE, **{**FOUND, "kind": "", "region": "forearm-left"})
    assert "whole millimetres" in send(nurse, ONE, **{**FOUND, "length": "three", "region": "forearm-left"})
    said = send(nurse, ONE, **FOUND, region="forearm-left", photo=a_drawing(240, 320))
    for told in (
        "1. Bruise: Forearm, left",
        "35 x 20 mm",
        "Blue",
        "two parallel lines",
        "Photograph of this injury",
    ):
        assert told in said
    send(nurse, KEEP, act="add", consistency="highly-consistent", **SAID)
    send(nurse, ONE, kind="cut", region="face")
    send(nurse, KEEP, act="remove-2", consistency="highly-consistent", **SAID)
    draft = nurse.fields(KEEP)
    clock.goes_on(minutes=5)
    said = send(nurse, KEEP, act="sign", consistency="highly-consistent", opinion="Fits a baton", **SAID)
    assert "Signed. Nothing in this version is changed any more." in said
    (form,) = forms(desk)
    assert (form["status"], len([one for one in form["item"] if one["linkId"] == "injury"])) == (
        "completed",
        1,
    )
    assert labels_of(form) == {Label.R, Label.V}
    (photo,) = records(desk, "Binary")
    assert labels_of(photo) == {Label.R, Label.V}
    nurse.page = nurse.http.post(KEEP, data={**draft, "opinion": "another", "act": "keep"})
    assert nurse.page.status_code == 409
    assert "sign another version" in nurse.page.text
    assert forms(desk) == [form]

    # Another version, by somebody else, leaves the first as it was.
    stays(doctor)
    doctor.send("/people/record")
    doctor.send("/people/injuries")
    doctor.send("/people/injuries/form", form=form["id"])
    paper = doctor.http.post("/people/injuries/pdf", data=doctor.fields("/people/injuries/pdf"))
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-disposition"] == 'inline; filename="injuries.pdf"'
    doctor.send("/people/injuries/begin")
    kept = {"consistency": "typical", "opinion": "Fits a baton", **SAID}
    assert "Say why there is another version." in send(doctor, KEEP, act="sign", **kept)
    clock.goes_on(minutes=5)
    send(doctor, KEEP, act="sign", reason="Seen again by daylight", **kept)
    before, after = sorted(forms(desk), key=lambda one: one["authored"])
    assert before == form
    assert after["identifier"] == before["identifier"]
    assert "doctor of the tests" in doctor.page.text
    doctor.send("/people/injuries")
    for told in ("version 2 of 2", "version 1 of 2", "Seen again by daylight", "Disclose without consent"):
        assert told in unescape(doctor.main)
    fields = {**doctor.fields("/people/injuries/begin"), "corrects": before["id"]}
    assert doctor.http.post("/people/injuries/begin", data=fields).status_code == 409, (
        "only the newest is followed"
    )


def test_nothing_found_is_a_finding_and_a_draft_is_put_away_unsigned(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    begin(nurse)
    said = send(nurse, KEEP, act="sign", statement="none", nothing_found="yes", consistency="no-opinion")
    assert "where none can be given, why" in said
    send(nurse, KEEP, act="sign", statement="none", nothing_found="yes", consistency="consistent")
    assert "no injury was found" in unescape(nurse.main)
    begin(nurse)
    assert sorted(one["status"] for one in forms(desk)) == ["completed", "in-progress"]
    nurse.send("/people/injuries")
    nurse.send("/people/injuries/discard")
    assert "It was never signed." in nurse.main
    assert sorted(one["status"] for one in forms(desk)) == ["completed", "stopped"]
    assert "A draft is open" not in nurse.main


def test_two_who_fill_in_one_draft_lose_nothing_unseen(sign_in: SignIn, desk: Desk) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    begin(nurse)
    begin(doctor)
    assert len(forms(desk)) == 1, "the open draft is gone on with"
    stale = doctor.fields(KEEP)
    send(nurse, KEEP, act="keep", **SAID)
    doctor.page = doctor.http.post(KEEP, data={**stale, "statement": "none", "act": "keep"})
    assert doctor.page.status_code == 409
    assert "in the corridor" in str(forms(desk))


def test_custody_and_who_does_not_treat_the_person_get_nothing_of_it(
    sign_in: SignIn, people: dict[str, Someone], desk: Desk
) -> None:
    nurse = sign_in("nurse")
    begin(nurse)
    send(nurse, KEEP, act="sign", nothing_found="yes", consistency="consistent", **SAID)
    typed = nurse.fields("/people/injuries/pdf")
    people["adviser"] = someone(desk, "adviser", hiv_counsellor=NORTH)
    for login, status in (("guard", 403), ("leadsouth", 404), ("mandated", 403), ("adviser", 403)):
        other = sign_in(login)
        csrf = re.search(r'name="csrf" value="([^"]+)"', other.open("/account").text)
        assert csrf is not None
        for path in ("", "/begin", "/form", "/keep", "/injury", "/discard", "/withdraw", "/pdf"):
            reply = other.http.post(f"/people/injuries{path}", data={**typed, "csrf": csrf[1]})
            assert reply.status_code == status, (login, path, reply.status_code)
            assert "corridor" not in reply.text


@pytest.mark.parametrize("login", ["nurse", "doctor"])
def test_a_form_of_somebody_else_is_none_of_this_person(sign_in: SignIn, login: str) -> None:
    nurse = sign_in(login)
    begin(nurse)
    typed = {**nurse.fields(KEEP), "form": "inside-stay"}
    assert nurse.http.post(KEEP, data={**typed, "act": "keep"}).status_code == 400


def test_a_form_on_the_wrong_person_is_withdrawn_by_who_signed_it_and_tells_nothing_any_more(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    begin(nurse)
    send(nurse, KEEP, act="sign", nothing_found="yes", consistency="consistent", **SAID)
    nurse.send("/people/injuries/begin")
    (form, draft) = sorted(forms(desk), key=lambda one: str(one["status"]))
    assert draft["status"] == "in-progress"
    # Somebody else signs another version, and does not take back what a colleague has found.
    stays(doctor)
    doctor.send("/people/record")
    doctor.send("/people/injuries")
    typed = {**doctor.fields("/people/injuries/form"), "form": form["id"], "why": "to be rid of it"}
    doctor.page = doctor.http.post("/people/injuries/form", data=typed)
    assert "corridor" in doctor.page.text
    assert "/people/injuries/withdraw" not in doctor.page.text
    reply = doctor.http.post("/people/injuries/withdraw", data=typed)
    assert reply.status_code == 403
    assert "Only who signed this form" in reply.text
    # Who signed it says why.
    stays(nurse)
    nurse.send("/people/record")
    nurse.send("/people/injuries")
    nurse.page = nurse.http.post(
        "/people/injuries/form", data={**typed, **nurse.fields("/people/injuries/form"), "form": form["id"]}
    )
    assert "how it came about" in send(nurse, "/people/injuries/withdraw", why=" ")
    assert nurse.page.status_code == 422
    clock.goes_on(minutes=5)
    again = {**nurse.fields("/people/injuries/withdraw"), "why": "The two were swapped at the door"}
    for _ in range(2):
        nurse.page = nurse.http.post("/people/injuries/withdraw", data=again)
        said = unescape(nurse.main)
        for told in ("Find the right person", "Entered in error: of another person", "swapped at the door"):
            assert told in said
        assert "No form is signed." in said
        assert "A draft is open" not in said
        assert "corridor" not in nurse.page.text
    statuses = sorted((one["status"], one["meta"]["versionId"]) for one in forms(desk))
    assert statuses == [("entered-in-error", "4"), ("stopped", "2")]
    assert nurse.http.post("/people/injuries/form", data={**again}).status_code == 400
    assert nurse.http.post("/people/injuries/pdf", data={**again}).status_code == 400
