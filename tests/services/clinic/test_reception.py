"""Reception on the pages: asked one by one, each answer kept at once, gone on with by others, and what follows from it."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from asking_consent import YES_OF_THE_PERSON
from at_stays import move, put, records, stays
from fastapi import FastAPI
from oat import an_order
from people_pages import Clock, PlainBrowser, Someone, someone
from stores import store_on
from ward import INSIDE, NORTH, SOUTH

from clinical.labels import Label, labels_of
from clinical.oat.attendance import Attendance
from clinical.oat.cows import POINTS, cows_of
from clinical.oat.order_resource import request_of
from clinical.oat.orders.known import Known, known_of
from clinical.oat.round.reader import Reader
from clinical.oat.round.reading import situations
from clinical.oat.slot import slots_on
from clinical.oat.stops import unverified_dose
from clinical.protocols import protocol_of
from clinical.reception.opioid_use import other_opioids_of
from clinical.reception.questions.withdrawal import question_of
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
ZONE = ZoneInfo("Europe/Podgorica")
FORM, OBSERVED = "QuestionnaireResponse", "Observation"


@pytest.fixture(autouse=True)
def country(kept: tuple[FastAPI, str]) -> Iterator[None]:
    """The country of the demonstration."""
    before, kept[0].state.law = kept[0].state.law, protocol_of("demonstration")
    yield
    kept[0].state.law = before


def open_reception(browser: PlainBrowser, number: str = "N-100") -> str:
    stays(browser, number)
    browser.send("/people/reception")
    assert browser.page.status_code == 200, browser.page.text
    return unescape(browser.main)


def asked(browser: PlainBrowser) -> str:
    found = re.search(r"<h1>(.*?)</h1>", browser.main)
    assert found is not None
    return unescape(found[1])


def ask(browser: PlainBrowser, question: str) -> str:
    browser.send("/people/reception/question", question=question)
    assert browser.page.status_code == 200, (question, browser.page.status_code)
    return unescape(browser.main)


def answer(browser: PlainBrowser, **typed: Any) -> str:
    fields = browser.fields("/people/reception/answer")
    browser.page = browser.http.post("/people/reception/answer", data={**fields, **typed})
    return unescape(browser.main)


def listed(browser: PlainBrowser) -> str:
    """The list, from any page of reception."""
    if 'class="questions"' not in browser.page.text:
        browser.send("/people/reception")
    return unescape(browser.main)


def tell(browser: PlainBrowser, question: str, **typed: Any) -> str:
    """From any page of reception: ask one question and keep the answer."""
    listed(browser)
    ask(browser, question)
    return answer(browser, **typed)


def the(desk: Desk, type_: str, code: str, status: str = "") -> list[dict[str, Any]]:
    found = [one for one in records(desk, type_) if f'"{code}"' in str(one).replace("'", '"')]
    return [one for one in found if not status or one["status"] == status]


def line_of(said: str, question: str) -> str:
    """What the list says of a question."""
    found = re.search(rf"<h3>{re.escape(question)}</h3>(.*?)</li>", said)
    assert found is not None, question
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1])).strip()


def cautions(desk: Desk) -> set[str]:
    """What the round has to know beside a dose."""
    with desk.database.snapshot() as connection:
        rows = raw_cursor(connection).execute(
            "SELECT kind FROM clinical.oat_caution WHERE patient_id = %s", (INSIDE,)
        )
        return {kind for (kind,) in rows.fetchall()}


def test_the_safety_set_is_asked_first_and_what_the_round_needs_comes_out_of_it(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse = sign_in("nurse")
    said = open_reception(nurse)
    assert "overdue" in said, "the stay began in January"
    assert said.count("not asked yet") > 15
    nurse.send("/people/reception/question")
    assert asked(nurse) == "Which opioids in the last two weeks?"
    assert "Choose at least one" in answer(nurse)
    assert "None of these was chosen together" in answer(nurse, choice=["heroin", "none"])
    assert not records(desk, FORM), "nothing is written of what cannot be read"
    answer(nurse, choice=["heroin", "tablets"])
    assert asked(nurse) == "When was the last opioid?"
    ahead = (clock.at + timedelta(days=1)).astimezone(ZONE)
    assert "ahead of now" in answer(nurse, day=f"{ahead:%Y-%m-%d}")
    (form,) = records(desk, FORM)
    assert form["status"] == "in-progress", "the answer before is kept already"
    last = clock.at - timedelta(hours=20)
    answer(nurse, day=f"{last.astimezone(ZONE):%Y-%m-%d}", time=f"{last.astimezone(ZONE):%H:%M}")
    assert asked(nurse) == "In opioid agonist treatment before coming here?"
    answer(nurse, choice="none")
    answer(nurse, choice="every-day")
    assert "Now: Watch for withdrawal today." in re.sub(r"<[^>]+>", "", unescape(nurse.main))
    before = cautions(desk)
    answer(nurse, choice=["benzodiazepines", "gabapentinoids"])
    answer(nurse, choice="pregnant")
    answer(nurse, choice="none")
    said = answer(nurse, choice=["insulin", "another"])
    assert "nothing missing" in said, "the safety set is done, the list is shown"
    assert cautions(desk) - before == {"sedative", "pregnancy"}
    (use,) = the(desk, OBSERVED, "opioid-use")
    assert {one.at for one in other_opioids_of(use, ZONE)} == {last.replace(second=0, microsecond=0)}
    (pregnant,) = the(desk, OBSERVED, "82810-3")
    assert pregnant["valueCodeableConcept"]["coding"][0]["code"] == "LA15173-0"
    assert {one["medicationCodeableConcept"]["coding"][0]["code"] for one in records(desk, "MedicationStatement")} == {"N05BA", "N02BF", "A10A"}  # fmt: skip
    tell(nurse, "allergies", choice=["penicillin"], text="Hazelnuts")
    tell(nurse, "allergies", text="Hazelnuts")
    standing = [
        one
        for one in records(desk, "AllergyIntolerance")
        if "clinicalStatus" in one and one["id"] != f"{INSIDE}-allergy"
    ]
    assert [one["code"] for one in standing] == [{"text": "Hazelnuts"}], "what was put right was an error"
    card = stays(nurse) and nurse.send("/people/record") and nurse.send("/people/card").text
    for seen in ("Hazelnuts", "benzodiazepines", "pregnancy status"):
        assert seen in card
    # Put right: no sedatives after all.
    nurse.send("/people/record")
    tell(nurse, "sedatives", choice="none")
    assert not the(desk, "MedicationStatement", "N05BA", "active")
    assert "sedative" not in cautions(desk)


def test_each_answer_is_kept_under_a_name_and_somebody_else_goes_on_where_it_was(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    for browser in (nurse, doctor):
        open_reception(browser)
    ask(nurse, "tb-symptoms")
    ask(doctor, "tb-symptoms")
    twice = nurse.fields("/people/reception/answer")
    answer(nurse, choice=["cough"])
    nurse.http.post("/people/reception/answer", data={**twice, "choice": ["cough"]})
    (form,) = records(desk, FORM)
    assert form["meta"]["versionId"] == "1", "a lost reply is sent again and written once"
    clock.goes_on(minutes=1)
    said = answer(doctor, choice=["none"])
    assert doctor.page.status_code == 422
    assert "Somebody else answered this meanwhile" in said
    assert "Cough" in said
    assert "nurse of the tests" in said
    assert "None of these" not in str(records(desk, FORM))
    answer(doctor, choice=["fever"])
    doctor.send("/people/reception")
    line = line_of(unescape(doctor.main), "Symptoms of tuberculosis?")
    assert line.startswith("Fever")
    assert "doctor of the tests" in line
    assert "A mask, a room of their own" in unescape(doctor.main)
    # Two who answer two questions at once lose neither.
    ask(nurse, "suicide")
    ask(doctor, "overdose-risk")
    answer(nurse, choice="none")
    answer(doctor, choice=["injects"])
    (form,) = records(desk, FORM)
    assert [one["linkId"] for one in form["item"]] == ["suicide", "tb-symptoms", "overdose-risk"]
    assert {Label.V, Label.ETH} <= labels_of(form)


def test_no_answer_is_an_answer_of_its_own_and_what_is_missing_stays_visible(
    sign_in: SignIn, desk: Desk
) -> None:
    nurse = sign_in("nurse")
    open_reception(nurse)
    for question, silence in (
        ("alcohol", "not-asked"),
        ("suicide", "cannot-answer"),
        ("tb-symptoms", "refuses"),
    ):
        tell(nurse, question, silence=silence)
    nurse.send("/people/reception")
    said = unescape(nurse.main)
    assert line_of(said, "How much alcohol in the last two weeks?").startswith("Not asked now")
    assert "Ask again" in line_of(said, "How much alcohol in the last two weeks?")
    assert "Ask again" in line_of(said, "Thoughts of suicide or of harming oneself?")
    assert "Change" in line_of(said, "Symptoms of tuberculosis?"), "who does not want to is left in peace"
    assert not the(desk, OBSERVED, "alcohol-use")
    nurse.send("/people/reception/question")
    assert asked(nurse) == "Which opioids in the last two weeks?", "the first that is missing"


def test_withdrawal_is_scored_once_every_finding_is_there_and_the_form_is_complete_with_the_last_answer(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse = sign_in("nurse")
    put(desk, {**next(one for one in records(desk, "Patient") if one["id"] == INSIDE), "gender": "male"})
    stays(nurse)
    move(nurse, "release-unplanned")
    nurse.send("/people/arrival")
    nurse.send("/people/arrived")
    tasks = {
        one["code"]["coding"][0]["code"]: one for one in records(desk, "Task") if one["status"] == "requested"
    }
    assert "reception-screen" in tasks
    nurse.send("/people/reception")
    assert "overdue" not in nurse.main
    assert "Pregnant" not in nurse.main
    tell(nurse, "opioid", choice=["heroin"])
    tell(nurse, "opioid-last", silence="refuses")
    for question, choice in (("oat", "none"), ("alcohol", "none"), ("sedatives", "none"), ("suicide", "earlier"), ("vital-medicines", "none"), ("tb-symptoms", "none"), ("allergies", "none"), ("hepatitis-b-offer", "refused"), ("hepatitis-c-offer", "accepted"), ("overdose-risk", "none")):  # fmt: skip
        tell(nurse, question, choice=[choice])
    first, *rest = POINTS
    tell(nurse, question_of(first), choice="4")
    began = clock.at
    clock.goes_on(minutes=10)
    for item in rest[:-1]:
        tell(nurse, question_of(item), choice=str(POINTS[item][1]))
    assert not the(desk, OBSERVED, "pulse")
    listed(nurse)
    assert "No score yet: 1 finding is missing." in unescape(nurse.main)
    assert records(desk, FORM)[-1]["status"] == "in-progress"
    tell(nurse, question_of(rest[-1]), choice="3")
    (found,) = the(desk, OBSERVED, "pulse")
    score = cows_of(found, ZONE)
    assert score is not None
    assert score.total == 4 + 9 + 3
    assert score.at == began, "it is as old as its oldest finding"
    assert 'COWS <span translate="no">16</span>' in nurse.main
    assert "Moderate withdrawal" in nurse.main
    assert [one["status"] for one in records(desk, FORM)] == ["completed"]
    done = {one["code"]["coding"][0]["code"] for one in records(desk, "Task") if one["status"] == "completed"}
    assert done == {"reception-screen"}
    tell(nurse, "tb-symptoms", choice=["cough"])
    assert [one["status"] for one in records(desk, FORM)] == ["amended"]


def test_hiv_is_asked_by_who_may_know_of_it_and_nobody_else_learns_whether_it_was(
    sign_in: SignIn, desk: Desk, people: dict[str, Someone]
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    before = open_reception(nurse)
    assert "Not by your role." in line_of(before, "A test of HIV?")
    assert "Not by your role." in line_of(before, "Takes antiretroviral treatment?")
    typed = {**nurse.fields("/people/reception/question"), "question": "hiv-offer"}
    assert nurse.http.post("/people/reception/question", data=typed).status_code == 403
    sent = {**typed, "choice": "accepted", "seen": ""}
    assert nurse.http.post("/people/reception/answer", data=sent).status_code == 403
    assert not the(desk, OBSERVED, "hiv-test-offer")

    said = open_reception(doctor)
    assert "After you have said what you need HIV data for." in line_of(said, "A test of HIV?")
    typed = {**doctor.fields("/people/reception/question"), "question": "hiv-offer"}
    assert doctor.http.post("/people/reception/question", data=typed).status_code == 403
    doctor.send("/people/record")
    doctor.send("/people/purpose", purpose="TREAT")
    doctor.send("/people/reception")
    tell(doctor, "hiv-offer", silence="not-asked")
    (offer,) = the(desk, OBSERVED, "hiv-test-offer")
    assert (offer["status"], "valueCodeableConcept" in offer) == ("registered", False)
    tell(doctor, "hiv-offer", choice="refused")
    tell(doctor, "antiretrovirals", choice="taken")
    (offer,) = the(desk, OBSERVED, "hiv-test-offer")
    (taken,) = records(desk, "MedicationStatement")
    assert offer["valueCodeableConcept"]["coding"][0]["code"] == "refused"
    for one in (offer, taken):
        assert Label.HIV in labels_of(one)
    assert not records(desk, FORM), "the form, which others read, says nothing of it"
    listed(doctor)
    assert "Does not want it" in line_of(unescape(doctor.main), "A test of HIV?")
    assert open_reception(nurse) == before, "the nurse sees what was to be seen before"

    people["adviser"] = someone(desk, "adviser", hiv_counsellor=NORTH)
    adviser = sign_in("adviser")
    stays(adviser)
    adviser.send("/people/record")
    adviser.send("/people/purpose", purpose="TREAT")
    adviser.send("/people/reception")
    said = unescape(adviser.main)
    assert "Does not want it" in line_of(said, "A test of HIV?")
    assert "Not by your role." in line_of(said, "Takes antiretroviral treatment?")
    assert "Not by your role." in line_of(said, "Thoughts of suicide or of harming oneself?")


def test_custody_and_who_does_not_treat_the_person_ask_nothing(sign_in: SignIn, desk: Desk) -> None:
    nurse = sign_in("nurse")
    open_reception(nurse)
    typed = nurse.fields("/people/reception/question")
    ask(nurse, "suicide")
    sent = {**nurse.fields("/people/reception/answer"), "choice": "none"}
    for login, status in (("guard", 403), ("leadsouth", 404), ("mandated", 403)):
        other = sign_in(login)
        csrf = re.search(r'name="csrf" value="([^"]+)"', other.open("/account").text)
        assert csrf is not None
        for path, data in (
            ("", typed),
            ("/question", typed),
            ("/answer", sent),
            ("/calls", typed),
            ("/called", typed),
        ):
            reply = other.http.post(f"/people/reception{path}", data={**data, "csrf": csrf[1]})
            assert reply.status_code == status, (login, path, reply.status_code)
    assert not records(desk, FORM)


def card(browser: PlainBrowser) -> str:
    browser.open("/people")
    browser.send("/people/find", sought="N-100")
    browser.send("/people/card")
    assert browser.page.status_code == 200
    return browser.main


def test_the_emergency_card_says_not_to_leave_alone_and_not_why_until_the_watch_is_over(
    sign_in: SignIn,
) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    assert "leave this person alone" not in card(nurse)
    open_reception(nurse)
    tell(nurse, "suicide", choice="plan")
    said = card(nurse)
    assert "Do not leave this person alone" in said
    assert "suicid" not in said.lower()
    open_reception(doctor)
    doctor.send("/people/reception/watch-over")
    assert "leave this person alone" not in card(nurse)


def test_a_watch_begins_with_the_answer_and_a_prescriber_ends_it(sign_in: SignIn, desk: Desk) -> None:
    nurse, doctor = sign_in("nurse"), sign_in("doctor")
    open_reception(nurse)
    assert "Do not leave the person alone." in tell(nurse, "suicide", choice="thoughts")
    (flag,) = the(desk, "Flag", "suicide-watch", "active")
    assert labels_of(flag) == {Label.R}
    tell(nurse, "suicide", choice="none")
    listed(nurse)
    assert "Suicide watch" in nurse.main, "an answer that is changed ends no watch"
    assert "/people/reception/watch-over" not in nurse.page.text
    typed = nurse.fields("/people/reception/question")
    assert nurse.http.post("/people/reception/watch-over", data=typed).status_code == 403
    open_reception(doctor)
    doctor.send("/people/reception/watch-over")
    assert "The watch is over." in doctor.main
    assert the(desk, "Flag", "suicide-watch", "inactive")
    assert "Suicide watch" not in doctor.main


# --- the claimed dose


def in_the_round(desk: Desk, clock: Clock, mg: int) -> str | None:
    """The stop of an unverified dose for an order of so many mg, as the round sees the person; None: there is none."""
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        reader = Reader(raw_cursor(connection), store.keyring, ZONE)
        record = situations(reader, [INSIDE], "north", clock.at)[INSIDE].record
    day = clock.at.astimezone(ZONE).date()
    (slot,) = slots_on([an_order(mg, start=day, end=day, patient=INSIDE)], day)
    attended = Attendance(record, clock.at, ZONE, day - timedelta(days=1), slot)
    found = unverified_dose.stop(attended, protocol_of("demonstration"))
    return found.released_by if found else None


WHERE_DOSES_ARE_ORDERED_AND_GIVEN = ("/people/chart", "/people/orders", "/people/stays", "the round's card")


def told_unverified(browser: PlainBrowser, desk: Desk) -> set[str]:
    """Where it is said that the last dose is unverified. The dose that is ordered is no more than the capped first one."""
    order = an_order(15, id="capped", patient=INSIDE, facility="north", start=date(2026, 1, 5), end=None)
    put(desk, request_of(order))
    found = set()
    for page in WHERE_DOSES_ARE_ORDERED_AND_GIVEN:
        if page == "the round's card":
            browser.open("/round/online?facility=north")
            browser.send("/round/online/card")
        else:
            browser.open("/people")
            browser.send("/people/find", sought="N-100")
            if page == "/people/orders":
                browser.send("/people/chart")
            browser.send(page)
        assert browser.page.status_code == 200, page
        if "Last dose unverified" in browser.main:
            found.add(page)
    put(desk, {**request_of(order), "status": "entered-in-error"})
    browser.open("/people")
    browser.send("/people/find", sought="N-100")
    browser.send("/people/stays")
    browser.send("/people/reception")
    return found


def test_a_claimed_dose_is_unverified_until_a_call_confirms_it_and_never_given_by_itself(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse = sign_in("nurse")
    open_reception(nurse)
    nurse.send("/people/reception/question", question="oat")
    answer(nurse, choice="methadone-oral-solution")
    yesterday = (clock.at - timedelta(days=1)).astimezone(ZONE)
    answer(nurse, day=f"{yesterday:%Y-%m-%d}", time="08:00")
    assert "in mg" in answer(nurse, mg="8000")
    answer(nurse, mg="80")
    answer(nurse, place=SOUTH)
    assert in_the_round(desk, clock, 80) == "prescriber"
    assert in_the_round(desk, clock, 16) == "prescriber"
    assert in_the_round(desk, clock, 15) is None, "the capped first dose, on a prescriber's order"
    listed(nurse)
    assert "Last dose unverified" in nurse.main
    doctor = sign_in("doctor")
    for one in (nurse, doctor):
        assert told_unverified(one, desk) == set(WHERE_DOSES_ARE_ORDERED_AND_GIVEN)
    listed(nurse)
    nurse.send("/people/reception/calls")
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(nurse.main)))
    for told in (
        "The claimed dose is not given.",
        "15 mg at most",
        "proposed, approved by nobody",
        "DEMO Prison South",
        "80 mg",
    ):
        assert told in said
    nurse.send("/people/reception/called", whom=SOUTH)
    assert "Choose what came of the call." in nurse.main
    assert nurse.page.status_code == 422
    clock.goes_on(minutes=5)
    sent = {
        **nurse.fields("/people/reception/called"),
        "whom": SOUTH,
        "outcome": "not-reached",
        "said": "No answer at night",
    }
    for _ in range(2):
        nurse.page = nurse.http.post("/people/reception/called", data=sent)
    assert nurse.main.count("Nobody was reached") == 1 + 1, (
        "the log, and the choice: sent twice, written once"
    )
    assert in_the_round(desk, clock, 80) == "prescriber"
    clock.goes_on(minutes=5)
    nurse.send(
        "/people/reception/called", whom=SOUTH, outcome="corrected", spoke_with="Sister DEMO", said="60, not 80",
        product="methadone-oral-solution", mg="60", day=f"{yesterday:%Y-%m-%d}", time="07:30",
    )  # fmt: skip
    assert "Last dose verified" in nurse.main
    assert "Sister DEMO" in nurse.main
    assert in_the_round(desk, clock, 60) is None
    assert told_unverified(nurse, desk) == set()
    nurse.send("/people/reception/calls")
    (claim,) = the(desk, OBSERVED, "claimed-dose")
    assert (claim["status"], claim["valueQuantity"]["value"]) == ("final", 60)
    assert {Label.OPIOIDUD, Label.R} <= labels_of(claim)
    # What is said after the call is a claim of its own, and nobody has confirmed it.
    clock.goes_on(minutes=5)
    nurse.send("/people/reception")
    tell(nurse, "oat-place", text="A clinic abroad")
    assert len(the(desk, OBSERVED, "claimed-dose")) == 1, "where it was says nothing new of the dose"
    tell(nurse, "oat-mg", mg="120")
    assert in_the_round(desk, clock, 60) == "prescriber"
    kept = sorted(
        (one["status"], one["valueQuantity"]["value"]) for one in the(desk, OBSERVED, "claimed-dose")
    )
    assert kept == [("final", 60), ("preliminary", 120)]


def test_who_is_intoxicated_at_reception_gets_nothing_until_looked_at_again(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    order = an_order(60, id="o", patient=INSIDE, facility="north", start=date(2026, 1, 5), end=None)
    put(desk, request_of(order))
    nurse = sign_in("nurse")

    def on_the_card(words: str) -> bool:
        nurse = sign_in("nurse")
        nurse.open("/round/online?facility=north")
        nurse.send("/round/online/card")
        return words in unescape(nurse.main)

    assert not on_the_card("Intoxicated. Nothing is given")
    open_reception(nurse)
    tell(nurse, "alcohol", choice="intoxicated")
    assert on_the_card("Intoxicated. Nothing is given")
    assert on_the_card("passes at")
    open_reception(nurse)
    tell(nurse, "alcohol", choice="every-day")
    assert not on_the_card("Intoxicated. Nothing is given")
    open_reception(nurse)
    tell(nurse, "alcohol", choice="intoxicated")
    clock.goes_on(minutes=61)
    assert not on_the_card("Intoxicated. Nothing is given")
    assert known_of_the_order(desk, clock).alcohol[0].code == "intoxicated"


def known_of_the_order(desk: Desk, clock: Clock) -> Known:
    """What an order is weighed against."""
    store = store_on(desk.database)
    with desk.database.snapshot() as connection:
        return known_of(Reader(raw_cursor(connection), store.keyring, ZONE), INSIDE, "north", clock.at)


def test_a_treatment_that_was_said_by_mistake_is_claimed_no_more(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    nurse = sign_in("nurse")
    open_reception(nurse)
    tell(nurse, "oat", choice="other")
    assert in_the_round(desk, clock, 16) == "prescriber", "also of what the person does not know"
    tell(nurse, "oat", choice="none")
    assert in_the_round(desk, clock, 80) is None
    tell(nurse, "oat", choice="morphine-slow-release")
    assert in_the_round(desk, clock, 16) == "prescriber"
    assert sorted(one["status"] for one in the(desk, OBSERVED, "claimed-dose")) == [
        "entered-in-error",
        "preliminary",
    ]


def test_who_comes_back_from_the_police_is_asked_anew_and_earlier_answers_are_only_told(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    opioid, suicide = "Which opioids in the last two weeks?", "Thoughts of suicide or of harming oneself?"
    nurse = sign_in("nurse")
    open_reception(nurse)
    tell(nurse, "opioid", choice="none")
    tell(nurse, "suicide", choice="none")
    for kind in ("court", "police"):
        stays(nurse)
        move(nurse, kind)
        clock.at += timedelta(days=1)
        nurse = sign_in("nurse")
        stays(nurse)
        move(nurse, f"{kind}-return")
        said = open_reception(nurse)
        for question in (opioid, suicide):
            asked_anew = kind == "police"
            line = line_of(said, question)
            assert ("not asked yet" in line) is asked_anew, (kind, question)
            assert ("Before, and perhaps no longer so:" in line) is asked_anew
    said = tell(nurse, "opioid", choice="heroin")
    said = listed(nurse)
    assert "Heroin" in line_of(said, opioid)
    assert "perhaps no longer so" not in line_of(said, opioid)
    assert "not asked yet" in line_of(said, suicide)
    assert len(records(desk, FORM)) == 2


def test_who_gets_the_record_on_a_sudden_release_is_asked_at_reception(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    said = open_reception(nurse)
    card = said[said.index("If the person is released tomorrow") :].split("</section>")[0]
    assert "Not asked yet" in card
    assert "named one, any, or none" in card
    nurse.send("/people/consent/ask", purpose="hand-over")
    nurse.send("/people/consent/record", **{**YES_OF_THE_PERSON, "answer": "refused"})
    said = open_reception(nurse)
    card = said[said.index("If the person is released tomorrow") :].split("</section>")[0]
    assert "Not asked yet" not in card
    assert "Refused" in card
