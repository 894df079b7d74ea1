"""The pages of the register, as browsers without scripts see them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from dispensary import METHADONE, NORTH, SOUTH, TABLETS, WEAKER, Dispensary, law
from people_pages import PASSWORD, PIN, PlainBrowser
from shift import Shift

from clinical.register.cup import Poured
from clinical.register.cups import pour
from clinical.register.draw import draw
from clinical.register.kind import Kind
from clinical.register.reading import holdings, lines_numbered
from clinical.register.stock import HeldIn, batch_with, issue_with
from clinical.register.tray import standing_at
from clinical.register.two_people import Hands
from services.register.acts import ACTS
from services.register.words import FLAWS

LINE_2 = r'<tr role="row" id="line-2".*?</tr>'
PAGE = re.compile(rb"/Type\s*/Page\b")
SignIn = Callable[..., PlainBrowser]
FLAWS_TOLD = {flaw.__name__: words for flaw, words in FLAWS.items()}
Log = Callable[..., list[dict[str, Any]]]


def signs(
    browser: PlainBrowser, code: str, second: str = "nurse2", secret: str = PASSWORD, **more: str
) -> int:
    """Sign what the page shows."""
    typed = {"second": second, "secret": secret} if second else {}
    return browser.send(f"/register/enter/{code}/sign", **typed, **more).status_code


def fills_in(browser: PlainBrowser, code: str, asked: str, **typed: str) -> int:
    """Fill in the form of an act, and look at what it would do."""
    browser.open(f"/register/enter/{code}?{asked}")
    assert browser.page.status_code == 200, browser.main
    return browser.send(f"/register/enter/{code}", **typed).status_code


def enters(browser: PlainBrowser, code: str, asked: str, **typed: str) -> str:
    """Fill in, look, and sign; where it leads."""
    assert fills_in(browser, code, asked, **typed) == 200, browser.main
    assert signs(browser, code) == 200, browser.main
    return browser.page.url.path


def kinds(north: Dispensary) -> list[Kind]:
    (book,) = north.run(lambda c: holdings(c, NORTH))
    return [one.kind for one in north.run(lambda c: lines_numbered(c, book.book.id, 1, 999))]


DELIVERY = {
    "atc": "N07BC02", "form": "oral-solution", "strength": "10", "lot": "L1", "expires_on": "2039-03-31",
    "amount": "1000", "supplier": "Pharma", "invoice": "17/2026",
}  # fmt: skip


@pytest.fixture
def colleague(shift: Shift) -> Shift:
    """A second nurse, who can sign."""
    shift.somebody("nurse2")
    return shift


def test_nothing_is_kept_yet(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    nurse.open("/register")
    assert "No book is kept here yet" in nurse.main
    assert "DEMO Prison North" in nurse.main


def test_a_delivery_is_looked_at_then_signed_by_two_and_stands_in_the_book(
    colleague: Shift, sign_in: SignIn, log: Log, north: Dispensary
) -> None:
    nurse = sign_in("nurse")
    assert fills_in(nurse, "receive", "", **DELIVERY) == 200
    assert "Not entered yet" in nurse.main
    assert "1,000" in nurse.main
    assert "and whoever signs second" in nurse.main
    assert north.run(lambda c: holdings(c, NORTH)) == []
    assert signs(nurse, "receive") == 200
    assert nurse.page.url.path.startswith("/register/book/")
    for shown in (
        "Methadone, oral solution, 10 mg/mL",
        "1,000 mL, 10,000 mg",
        "L1",
        "Pharma",
        "nurse of the tests",
        "nurse2 of the tests",
    ):
        assert shown in nurse.main, shown
    (written,) = log("write")
    assert (written["type"], written["facility"]) == ("stock register", "north")
    assert written["subjects"] == [f"account/{colleague.people['nurse2'].account}"]


def test_what_was_looked_at_is_what_is_written(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    batch = north.receives(1000)
    nurse = sign_in("nurse")
    typed = {"amount": "500", "container": "B1", "held_in": "bottle", "session": "morning"}
    day = str(north.day)
    fills_in(nurse, "issue", f"batch={batch}", round_on=day, **typed)
    row = re.search(LINE_2, nurse.main)
    assert row is not None
    assert signs(nurse, "issue") == 200
    after = re.search(LINE_2, nurse.main)
    assert after is not None

    def numbers(html: str) -> list[str]:
        return re.findall(r'class="number"><span.*?</span>(.*?)</td>', html)

    assert numbers(row[0]) == numbers(after[0]) == ["500", "500", "500", "<strong>1,000</strong>"]


def test_a_form_that_is_sent_twice_is_entered_once(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    looked = nurse.page
    for _ in range(2):
        nurse.page = looked
        assert signs(nurse, "receive") == 200
    assert kinds(north) == [Kind.RECEIVE]


def test_if_somebody_wrote_meanwhile_the_new_balances_are_looked_at_first(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    north.receives(1000)
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    north.receives(1)
    assert signs(nurse, "receive") == 409
    assert FLAWS_TOLD["BookChanged"] in nurse.main
    assert "2,001" in nurse.main
    assert signs(nurse, "receive") == 200


def test_without_a_second_person_nothing_is_entered(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    for second, secret, status, told in (
        ("", "", 422, FLAWS_TOLD["SecondPersonNeeded"]),
        ("nurse", PASSWORD, 403, "You sign already"),
        ("NURSE", PASSWORD, 403, "You sign already"),
        ("nurse2", "not the password of hers", 403, "Login name and PIN were not accepted"),
        ("nobody", PASSWORD, 403, "Login name and PIN were not accepted"),
    ):
        assert signs(nurse, "receive", second, secret) == status, second
        assert told in nurse.main
    assert north.run(lambda c: holdings(c, NORTH)) == []
    assert signs(nurse, "receive") == 200


@pytest.mark.parametrize("login", ["guard", "admin", "counsellor", "inspector", "south"])
def test_nobody_signs_second_who_does_not_keep_the_register_of_this_site(
    shift: Shift, sign_in: SignIn, north: Dispensary, login: str
) -> None:
    shift.somebody(login)
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    assert signs(nurse, "receive", login) == 403
    assert "does not keep the register here" in nurse.main
    assert north.run(lambda c: holdings(c, NORTH)) == []


@pytest.mark.parametrize("login", ["doctor", "pharmacist", "lead"])
def test_whoever_of_the_health_staff_keeps_it_signs(shift: Shift, sign_in: SignIn, login: str) -> None:
    shift.somebody(login)
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    assert signs(nurse, "receive", login) == 200


def test_on_a_tablet_the_second_signs_by_the_pin_that_they_chose_there(
    shift: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    shift.chooses_pin("nurse2")
    nurse = sign_in("nurse", on_tablet=True)
    fills_in(nurse, "receive", "", **DELIVERY)
    assert signs(nurse, "receive", secret=PASSWORD) == 403
    assert signs(nurse, "receive", secret="305918") == 403
    assert signs(nurse, "receive", secret=PIN) == 200
    assert kinds(north) == [Kind.RECEIVE]


def test_wrong_pins_are_slowed_down_and_logged(shift: Shift, sign_in: SignIn, log: Log) -> None:
    shift.chooses_pin("nurse2")
    nurse = sign_in("nurse", on_tablet=True)
    fills_in(nurse, "receive", "", **DELIVERY)
    statuses = [signs(nurse, "receive", secret="305918") for _ in range(6)]
    assert statuses == [403] * 5 + [429]
    assert signs(nurse, "receive", secret=PIN) == 429
    tried = [one for one in log("sign-in") if one["method"] == "second signature"]
    assert len(tried) == 7
    assert all(one["outcome"] != "0" for one in tried)
    shift.clock.goes_on(minutes=1)
    assert signs(nurse, "receive", secret=PIN) == 200


def test_a_round_by_its_forms(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    batch = north.receives(1000)
    nurse = sign_in("nurse")
    typed = {
        "amount": "500",
        "container": "B1",
        "held_in": "bottle",
        "session": "morning",
        "round_on": str(north.day),
    }
    enters(nurse, "issue", f"batch={batch}", **typed)
    ((out,),) = [one.out for one in north.run(lambda c: holdings(c, NORTH))]
    north.gives(out.id, 100)
    nurse.open("/register")
    assert "B1" in nurse.main
    assert "400 mL" in nurse.main
    nurse.open(f"/register/issue/{out.id}")
    assert "1 dose was drawn from it" in nurse.main
    enters(nurse, "spill", f"issue={out.id}", amount="5", reason="knocked-over")
    assert enters(nurse, "count-back", f"issue={out.id}", residue="395,5").startswith("/register/book/")
    assert kinds(north)[3:] == [Kind.SPILL, Kind.CLOSE, Kind.OVERAGE, Kind.RETURN]


def test_counting_back_shows_what_the_book_says_only_after_it_was_measured(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    out = north.issues(north.receives(1000), "431.7")
    nurse = sign_in("nurse")
    nurse.open(f"/register/enter/count-back?issue={out}")
    assert "431.7" not in nurse.main
    nurse.open(f"/register/enter/count?book={north.run(lambda c: holdings(c, NORTH))[0].book.id}")
    assert "568.3" not in nurse.main
    fills_in(nurse, "count-back", f"issue={out}", residue="300")
    assert "What was counted back differs from the book" in nurse.main
    assert "131.7 mL less than the book says" in nurse.main
    assert signs(nurse, "count-back") == 200
    assert nurse.page.url.path.startswith("/register/discrepancy/")


def test_alone_at_night_the_round_goes_on_and_waits_for_a_count_by_two(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    batch = north.receives(1000)
    nurse = sign_in("nurse")
    typed = {
        "amount": "500",
        "container": "B1",
        "held_in": "bottle",
        "session": "late",
        "round_on": str(north.day),
    }
    fills_in(nurse, "issue", f"batch={batch}", **typed)
    assert signs(nurse, "issue", "", alone="yes") == 200
    assert "alone: to be counted" in nurse.main
    nurse.open("/register")
    assert "1 line by one who was alone: count by two" in nurse.main
    book = north.run(lambda c: batch_with(c, batch)).book
    enters(nurse, "count", f"book={book}", **{f"batch-{batch}": "500"})
    assert "to be counted" not in nurse.main
    assert "alone on the shift" in nurse.main


def test_alone_nothing_is_received(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    assert 'name="alone"' not in nurse.main
    assert signs(nurse, "receive", "", alone="yes") == 422
    assert north.run(lambda c: holdings(c, NORTH)) == []


def test_where_the_law_asks_for_one_one_signs(shift: Shift, sign_in: SignIn, north: Dispensary) -> None:
    shift.application.state.law = law(two_people_receive=False)
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    assert "One signature is enough" in nurse.main
    assert signs(nurse, "receive", "") == 200
    assert kinds(north) == [Kind.RECEIVE]


def test_the_law_that_is_not_set_is_shown_with_numbers_that_nobody_approved(
    shift: Shift, sign_in: SignIn
) -> None:
    shift.application.state.law = law(two_people_dose=False, residue_tolerance_percent=2)
    nurse = sign_in("nurse")
    nurse.open("/register")
    listed = nurse.main.partition("The law of the country is not set")[2].partition("</p>")[0]
    assert "Issued to a round" in listed
    assert "Dose," not in listed
    assert "<strong>2</strong>" in nurse.main
    assert "approved by nobody yet" in nurse.main


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"amount": "six"}, "AmountRefused"),
        ({"amount": "0"}, "AmountRefused"),
        ({"expires_on": "March"}, "A day is written as year-month-day"),
        ({"lot": ""}, "Fill in every field"),
        ({"supplier": "x" * 121}, "Write it shorter"),
        ({"atc": "N02BE01"}, "Choose one of the list"),
        ({"form": "bottle"}, "Choose one of the list"),
    ],
)
def test_what_is_wrong_is_told_beside_what_was_typed(
    sign_in: SignIn, typed: dict[str, str], told: str
) -> None:
    nurse = sign_in("nurse")
    assert fills_in(nurse, "receive", "", **{**DELIVERY, **typed}) == 422
    assert FLAWS_TOLD.get(told, told) in nurse.main
    assert 'value="17/2026"' in nurse.main


def test_something_may_be_changed_after_looking(sign_in: SignIn) -> None:
    nurse = sign_in("nurse")
    fills_in(nurse, "receive", "", **DELIVERY)
    fields = nurse.fields("/register/enter/receive/sign")
    page = nurse.http.post("/register/enter/receive", data={**fields, "again": "yes"})
    assert page.status_code == 200
    assert 'value="17/2026"' in page.text
    assert '<option value="oral-solution" selected>' in page.text


def test_an_expired_batch_is_marked_and_has_no_button_to_issue_it(
    shift: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    over, good = (
        north.receives(10, expires=north.day - timedelta(1)),
        north.receives(10, lot="L2", expires=north.day),
    )
    nurse = sign_in("nurse")
    nurse.open("/register")
    assert "Expired: do not use" in nurse.main
    assert f"/register/enter/issue?batch={good}" in nurse.main
    assert f"/register/enter/issue?batch={over}" not in nurse.main
    assert f"/register/enter/destroy?batch={over}" in nurse.main
    typed = {
        "amount": "5",
        "container": "B1",
        "held_in": "bottle",
        "session": "morning",
        "round_on": str(north.day),
    }
    assert fills_in(nurse, "issue", f"batch={over}", **typed) == 422
    assert FLAWS_TOLD["Expired"] in nurse.main


def test_what_another_site_sends_is_taken_in(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    shift = colleague
    for login in ("south", "both"):
        shift.somebody(login)
    batch = north.receives(1000)
    nurse = sign_in("nurse")
    enters(nurse, "send", f"batch={batch}", amount="100", to="south")
    there = sign_in("south")
    there.open("/register")
    (transfer,) = set(re.findall(r"take-in\?transfer=([0-9a-f-]+)", there.main))
    assert "DEMO Prison North" in there.main
    there.open(f"/register/enter/take-in?transfer={transfer}")
    assert "100" not in there.main.partition("<dl")[2].partition("</dl>")[0].replace("L100", "")
    assert fills_in(there, "take-in", f"transfer={transfer}", amount="99") == 200
    assert "What arrived differs from what was sent" in there.main
    assert signs(there, "take-in", "both") == 200
    (book,) = north.run(lambda c: holdings(c, SOUTH))
    assert book.book.balance == 99
    nurse.open(f"/register/enter/take-in?transfer={transfer}")
    assert nurse.page.status_code == 404, "it is not for this site"


def test_a_cup_that_nobody_had_goes_back_by_its_label(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    tray = north.issues(north.receives(1000), 100, "tray", held_in=HeldIn.CUPS)
    by = north.by()
    north.run(lambda c: pour(c, by, tray, Poured("inside", "slot of Amina", "order", 1, Decimal(6))))
    nurse = sign_in("nurse")
    nurse.open(f"/register/issue/{tray}")
    assert "tray-1" in nurse.main
    for hidden in ("inside", "Amina", "slot of"):
        assert hidden not in nurse.page.text
    enters(nurse, "cup-back", f"cup={by.event}", reason="refused", destroyed="yes")
    assert kinds(north)[-1] is Kind.DESTROY


def test_a_cup_that_was_knocked_over_is_chosen_and_stands_no_longer(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    tray = north.issues(north.receives(1000), 100, "tray", held_in=HeldIn.CUPS)
    by = north.by()
    north.run(lambda c: pour(c, by, tray, Poured("inside", "slot of Amina", "order", 1, Decimal(6))))
    nurse = sign_in("nurse")
    nurse.open(f"/register/issue/{tray}")
    assert f"/register/enter/spill?issue={tray}&amp;cup={by.event}" in nurse.main
    nurse.open(f"/register/enter/spill?issue={tray}&cup={by.event}")
    assert f'<option value="{by.event}" selected>tray-1 · 6 mL</option>' in nurse.main
    enters(nurse, "spill", f"issue={tray}", cup=str(by.event), amount="", reason="knocked-over")
    assert kinds(north)[-1] is Kind.SPILL
    assert north.in_it(tray) == 94
    with north.database.cursor() as cursor:
        assert standing_at(cursor, NORTH) == []
    nurse.open(f"/register/enter/spill?issue={tray}")
    assert 'name="cup"' not in nurse.main, "none stands any more"


def test_a_wrong_line_is_corrected_and_stays_readable(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    batch = north.receives(1000)
    book = north.run(lambda c: batch_with(c, batch)).book
    nurse = sign_in("nurse")
    nurse.open(f"/register/book/{book}")
    assert f"/register/enter/correct?book={book}&amp;number=1" in nurse.main
    enters(nurse, "correct", f"book={book}&number=1", reason="twice")
    assert "undone by line 2" in nurse.main
    assert "undoes line 1" in nurse.main
    assert "number=1" not in nurse.main


def test_a_discrepancy_from_its_count_to_its_end(
    colleague: Shift, sign_in: SignIn, north: Dispensary, log: Log
) -> None:
    batch = north.receives(1000)
    book = north.run(lambda c: batch_with(c, batch)).book
    nurse = sign_in("nurse")
    address = enters(nurse, "count", f"book={book}", **{f"batch-{batch}": "995"})
    assert address.startswith("/register/discrepancy/")
    discrepancy = address.rpartition("/")[2]
    assert "5 mL less than the book says" in nurse.main
    nurse.send(f"{address}/step", step="counted-again", note="995 again")
    assert "995 again" in nurse.main
    assert "The pharmacist or the medical lead closes it" in nurse.main
    nurse.open(f"/register/enter/settle?discrepancy={discrepancy}")
    assert nurse.page.status_code == 403
    pharmacist = sign_in("pharmacist")
    pharmacist.open("/register/discrepancies")
    assert "A count of the safe differs from the book" in pharmacist.main
    enters(
        pharmacist,
        "settle",
        f"discrepancy={discrepancy}",
        cause="measuring",
        accepts="yes",
        note="one mark off",
    )
    pharmacist.open(address)
    assert "one mark off" in pharmacist.main
    assert north.in_safe(batch) == 995
    pharmacist.open("/register/discrepancies")
    assert "None is open" in pharmacist.main
    nurse.open(address)
    assert f"{address}/step" not in nurse.page.text


def test_the_medical_lead_closes_one_too_and_a_doctor_does_not(
    shift: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    (off,) = north.counts({north.receives(1000): 995}).discrepancies
    for login, status in (("lead", 200), ("doctor", 403), ("nurse", 403), ("inspector", 403)):
        browser = sign_in(login)
        browser.open(f"/register/enter/settle?discrepancy={off}")
        assert browser.page.status_code == status, login


def test_a_step_needs_to_be_chosen(sign_in: SignIn, north: Dispensary) -> None:
    (off,) = north.counts({north.receives(1000): 995}).discrepancies
    nurse = sign_in("nurse")
    nurse.open(f"/register/discrepancy/{off}")
    assert nurse.send(f"/register/discrepancy/{off}/step", step="", note="x").status_code == 422
    assert "Choose one of the list" in nurse.main


def test_a_dose_from_nobody_knew_where_is_placed(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    batch = north.receives(1000)
    (off,) = north.gives(None, 6).discrepancies
    out = north.issues(batch, 500)
    pharmacist = sign_in("pharmacist")
    pharmacist.open(f"/register/discrepancy/{off}")
    assert "nobody knows from which container" in pharmacist.main
    enters(pharmacist, "place", f"discrepancy={off}", note="the morning's bottle", **{"from": f"issue.{out}"})
    assert north.in_it(out) == 494


def test_a_dose_of_which_nobody_knows_the_strength_is_placed_in_the_book_it_was_of(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    out = north.issues(north.receives(1000), 500)
    weak = north.receives(1000, WEAKER, lot="L2")
    drawing = replace(north.drawing(out), amount=None, mg=Decimal("60.5"))
    (off,) = north.run(lambda c: draw(c, north.by(), drawing)).discrepancies
    pharmacist = sign_in("pharmacist")
    pharmacist.open(f"/register/discrepancy/{off}")
    for shown in ("60.5 mg", "Methadone, oral solution, 10 mg/mL", "Methadone, oral solution, 5 mg/mL"):
        assert shown in pharmacist.main, shown
    asked, safe = f"discrepancy={off}", {"from": f"batch.{weak}"}
    pharmacist.open(f"/register/enter/place?{asked}")
    assert f'value="issue.{out}" selected' in pharmacist.main, "the container that was named"
    assert "60.5 mg" in pharmacist.main
    enters(pharmacist, "place", asked, note="of the weak one", amount="", **safe)
    assert north.in_safe(weak) == Decimal("987.9")
    pharmacist.open(f"/register/discrepancy/{off}")
    assert "−12.1" in pharmacist.main, "its line, in the other book"


def test_or_somebody_says_how_much_it_was(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    out = north.issues(north.receives(1000, replace(METHADONE, strength=Decimal(3))), 500)
    drawing = replace(north.drawing(out), amount=None, mg=Decimal(40))
    (off,) = north.run(lambda c: draw(c, north.by(), drawing)).discrepancies
    pharmacist = sign_in("pharmacist")
    said = {"note": "by the pump", "from": f"issue.{out}"}
    assert fills_in(pharmacist, "place", f"discrepancy={off}", **said) == 422
    assert FLAWS_TOLD["NotMeasurable"] in pharmacist.main
    enters(pharmacist, "place", f"discrepancy={off}", amount="13.3", **said)
    assert north.in_it(out) == Decimal("486.7")


def test_somebody_reports_one_and_signs_alone(sign_in: SignIn, north: Dispensary) -> None:
    batch = north.receives(1000)
    nurse = sign_in("nurse")
    assert fills_in(nurse, "report", f"batch={batch}", more="no", amount="2.5") == 200
    assert signs(nurse, "report", "") == 200
    assert "2.5 mL less than the book says" in nurse.main


def test_something_is_destroyed_under_its_record(
    colleague: Shift, sign_in: SignIn, north: Dispensary
) -> None:
    batch = north.receives(1000)
    enters(sign_in("nurse"), "destroy", f"batch={batch}", amount="10", reason="damaged", reference="P 3/26")
    assert kinds(north)[-1] is Kind.DESTROY
    nurse = sign_in("nurse")
    assert (
        fills_in(nurse, "destroy", f"batch={batch}", amount="991", reason="damaged", reference="P 4/26")
        == 422
    )
    assert FLAWS_TOLD["NotEnough"] in nurse.main


@pytest.mark.parametrize("login", ["guard", "admin", "counsellor"])
def test_custody_and_administrators_see_none_of_it(
    sign_in: SignIn, north: Dispensary, log: Log, login: str
) -> None:
    batch = north.receives(1000)
    book = north.run(lambda c: batch_with(c, batch)).book
    browser = sign_in(login)
    for path in (
        "/register",
        f"/register/book/{book}",
        f"/register/book/{book}/pdf",
        "/register/discrepancies",
    ):
        assert browser.open(path).status_code == 403
        assert "1,000" not in browser.page.text
    browser.open("/account")
    assert 'href="/register"' not in browser.page.text
    assert {one["type"] for one in log("refusal")} == {"stock register"}


@pytest.mark.parametrize("login", ["inspector", "inspects-all"])
def test_an_inspector_reads_and_enters_nothing(
    sign_in: SignIn, north: Dispensary, log: Log, login: str
) -> None:
    batch = north.receives(1000)
    (off,) = north.counts({batch: 995}).discrepancies
    book = north.run(lambda c: batch_with(c, batch)).book
    inspector = sign_in(login)
    for path in (
        "/register",
        f"/register/book/{book}",
        "/register/discrepancies",
        f"/register/discrepancy/{off}",
    ):
        assert inspector.open(path).status_code == 200
        assert "/register/enter/" not in inspector.page.text
    assert {one["purpose"] for one in log("view")} == {"HCOMPL"}
    for code in ACTS:
        assert inspector.open(f"/register/enter/{code}?batch={batch}&book={book}").status_code == 403
    assert inspector.open(f"/register/book/{book}/pdf").status_code == 200


def test_an_inspector_of_the_country_sees_every_site_and_one_of_a_site_its_own(
    sign_in: SignIn, north: Dispensary
) -> None:
    south = Dispensary(north.database, SOUTH)
    for one in (north, south):
        one.receives(10)
    theirs = south.run(lambda c: holdings(c, SOUTH))[0].book.id
    everywhere, here = sign_in("inspects-all"), sign_in("inspector")
    everywhere.open("/register")
    assert "DEMO Prison South" in everywhere.main
    assert everywhere.open(f"/register/book/{theirs}").status_code == 200
    assert here.open(f"/register/book/{theirs}").status_code == 404
    assert here.open("/register?site=south").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/register/book/{book}", "/register/book/{book}/pdf", "/register/issue/{out}", "/register/discrepancy/{off}",
        "/register/enter/issue?batch={batch}", "/register/enter/count?book={book}", "/register/enter/spill?issue={out}",
        "/register/enter/correct?book={book}&number=1", "/register/enter/receive?site=south",
    ],
)  # fmt: skip
def test_what_is_of_another_site_is_not_there(sign_in: SignIn, north: Dispensary, path: str) -> None:
    south = Dispensary(north.database, SOUTH, day=north.day)
    batch = south.receives(4321)
    out = south.issues(batch, 10)
    (off,) = south.counts({batch: 4000}).discrepancies
    book = south.run(lambda c: batch_with(c, batch)).book
    nurse = sign_in("nurse")
    answer = nurse.open(path.format(book=book, batch=batch, out=out, off=off))
    assert answer.status_code == 404
    for told in ("4,321", "4,311", "4,000", "L1"):
        assert told not in nurse.page.text


@pytest.mark.parametrize(
    "path",
    [
        "/register/book/x", f"/register/book/{UUID(int=7)}", f"/register/issue/{UUID(int=7)}", "/register/issue/x",
        "/register/discrepancy/x", f"/register/discrepancy/{UUID(int=7)}", "/register/enter/x", "/register/enter/issue",
        "/register/enter/count?book=x", "/register/enter/correct?book=x&number=y", "/register/enter/take-in?transfer=x",
        f"/register/enter/take-in?transfer={UUID(int=7)}", "/register/enter/settle?discrepancy=x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_told_and_no_mistake(sign_in: SignIn, path: str) -> None:
    assert sign_in("nurse").open(path).status_code == 404


def test_whoever_keeps_two_sites_chooses_one(sign_in: SignIn, north: Dispensary) -> None:
    north.receives(10)
    both = sign_in("both")
    both.open("/register?site=south")
    assert "No book is kept here yet" in both.main
    both.open("/register?site=north")
    assert "Methadone" in both.main
    assert '<option value="south">' in both.main


def test_every_look_is_logged_before_it_is_answered(sign_in: SignIn, north: Dispensary, log: Log) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    (off,) = north.counts({batch: 495}).discrepancies
    book = north.run(lambda c: batch_with(c, batch)).book
    nurse = sign_in("nurse")
    for path, page in (
        ("/register", "register"),
        (f"/register/book/{book}", "register-book"),
        (f"/register/issue/{out}", "register-issue"),
        ("/register/discrepancies", "register-discrepancies"),
        (f"/register/discrepancy/{off}", "register-discrepancy"),
        (f"/register/enter/issue?batch={batch}", "register"),
    ):
        nurse.open(path)
        seen = log("view")[-1]
        assert (seen["page"], seen["facility"], seen["purpose"]) == (page, "north", "TREAT"), path
    nurse.open(f"/register/book/{book}/pdf")
    assert log("export")[-1]["page"] == "register-book"


def test_a_book_has_pages_and_leads_to_the_line_that_was_asked_for(
    sign_in: SignIn, north: Dispensary
) -> None:
    batch = north.receives(1000)
    out = north.issues(batch, 500)
    for _ in range(25):
        north.gives(out, 1)
    book = north.run(lambda c: batch_with(c, batch)).book
    nurse = sign_in("nurse")
    nurse.open(f"/register/book/{book}")
    assert "Lines, page 2 of 2" in nurse.main
    assert 'id="line-27"' in nurse.main
    assert 'id="line-25"' not in nurse.main
    nurse.open(f"/register/book/{book}?line=3")
    assert "Lines, page 1 of 2" in nurse.main
    assert 'id="line-3" class="marked"' in nurse.main
    nurse.open(f"/register/book/{book}?page=99")
    assert "Lines, page 2 of 2" in nurse.main


def test_a_book_is_printed_for_some_days(sign_in: SignIn, north: Dispensary) -> None:
    out = north.issues(north.receives(1000), 500)
    for _ in range(60):
        north.gives(out, 1)
    book = north.run(lambda c: issue_with(c, out)).book
    nurse = sign_in("nurse")
    answer = nurse.open(f"/register/book/{book}/pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert "register.pdf" in answer.headers["content-disposition"]
    before = nurse.open(f"/register/book/{book}/pdf?since=2020-01-01&until=2020-12-31")
    assert len(PAGE.findall(answer.content)) > len(PAGE.findall(before.content)) == 1


def test_a_period_that_is_none_is_told(sign_in: SignIn, north: Dispensary) -> None:
    book = north.run(lambda c: batch_with(c, north.receives(10))).book
    nurse = sign_in("nurse")
    for query in ("since=x", "since=2026-03-02&until=2026-03-01", "since=2020-01-01&until=2026-03-01"):
        assert nurse.open(f"/register/book/{book}/pdf?{query}").status_code == 400
    old = nurse.open(f"/register/book/{book}/pdf?since=2020-01-01&until=2020-12-31")
    assert old.status_code == 200


def test_another_strength_waits(colleague: Shift, sign_in: SignIn, north: Dispensary) -> None:
    north.issues(north.receives(1000), 500)
    weak = north.receives(1000, WEAKER)
    nurse = sign_in("nurse")
    typed = {
        "amount": "5",
        "container": "B2",
        "held_in": "bottle",
        "session": "morning",
        "round_on": str(north.day),
    }
    assert fills_in(nurse, "issue", f"batch={weak}", **typed) == 422
    assert FLAWS_TOLD["TwoStrengths"] in nurse.main


def test_pieces_are_counted_in_words(sign_in: SignIn, north: Dispensary) -> None:
    north.receives(28, TABLETS)
    nurse = sign_in("nurse")
    nurse.open("/register")
    assert "Buprenorphine, sublingual tablet, 8 mg" in nurse.main
    assert "28 pieces" in nurse.main


def test_a_count_of_somebody_who_was_alone_is_confirmed_by_another_with_one_press(
    colleague: Shift, sign_in: SignIn, north: Dispensary, shift: Shift
) -> None:
    batch = north.receives(1000)
    north.counts({batch: 1000}, Hands(shift.somebody("nurse").account, alone=True))
    nurse = sign_in("nurse")
    nurse.open("/register")
    assert "To be confirmed" in nurse.main
    assert "Somebody else confirms this one." in nurse.main
    assert "/register/confirm" not in nurse.main
    other = sign_in("nurse2")
    other.open("/register")
    assert "in the safe: 1,000 mL" in other.main
    assert other.send("/register/confirm").status_code == 200
    assert "confirms line 2" in other.main
    other.open("/register")
    assert "To be confirmed" not in other.main
    assert kinds(north) == [Kind.RECEIVE, Kind.COUNT, Kind.COUNT]
