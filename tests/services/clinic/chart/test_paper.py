"""What is printed of somebody's treatment: who may, what goes to whom, and that it is logged before it leaves."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from asking_consent import hand_over
from oat import DAY, ONE_DAY, SIX, a_happened, an_order
from people_pages import Clock, PlainBrowser
from resources import an_organization
from round_prison import put
from round_tablets import SEVEN
from stores import store_on
from ward import INSIDE

from clinical.oat.claim import Call, Claim, Outcome, observation_of
from clinical.oat.happened import Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.naloxone import HandedOver, dispense_of
from clinical.oat.order_resource import request_of
from clinical.oat.product import products
from services.access.pages.desk import Desk
from services.clinic.chart import dose_card as on_card
from services.clinic.chart import letter as on_letter
from services.shared.typesetting import pdf

SignIn = Callable[[str], PlainBrowser]
Log = Callable[[], list[dict[str, Any]]]
Printed = Callable[[PlainBrowser], str]
CENTRE, SOUTH = "Organization/centre", "Organization/south"


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def prison(desk: Desk) -> Desk:
    """Amina has an order, a dose of yesterday, and one missed in a lockdown the day before; there is a centre outside."""
    about = {"patient": INSIDE, "order": "an-order", "part": 1}
    put(desk.database, store_on(desk.database), [
        an_organization("centre", name="DEMO Centre"),
        request_of(an_order(60, id="an-order", patient=INSIDE, facility="north")),
        resource_of(a_happened(at=SIX - ONE_DAY, id="given", slot_day=DAY - ONE_DAY, observed=True, **about)),
        resource_of(a_happened(Kind.NOT_AVAILABLE, SIX - 2 * ONE_DAY, id="locked", reason=Reason.LOCKDOWN,
            slot_day=DAY - 2 * ONE_DAY, **about)),
    ])  # fmt: skip
    return desk


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> Callable[[PlainBrowser], str]:
    """What stands on the sheet that was answered last. The sheet itself is set as ever."""
    set_before: list[Any] = []

    def watched(template: Any, values: Any) -> bytes:
        set_before.append(values)
        return pdf(template, values)

    monkeypatch.setattr(on_card, "pdf", watched)
    monkeypatch.setattr(on_letter, "pdf", watched)

    def text(browser: PlainBrowser) -> str:
        assert browser.page.headers["content-type"] == "application/pdf", browser.page.text[:500]
        assert browser.page.content.startswith(b"%PDF")
        return json.dumps(set_before[-1], ensure_ascii=False)

    return text


def chart(browser: PlainBrowser) -> None:
    browser.open("/people")
    browser.send("/people/find", sought="N-100")
    browser.send("/people/chart")


def letter(browser: PlainBrowser, to: str) -> str:
    """Choose for whom it is."""
    chart(browser)
    browser.send("/people/chart/letter")
    browser.send("/people/chart/letter", to=to)
    return browser.main


def events(log: Log, kind: str) -> list[dict[str, Any]]:
    return [one for one in log() if one["kind"] == kind]


def test_the_persons_card_says_product_dose_where_and_next(
    prison: Desk, sign_in: SignIn, log: Log, printed: Printed
) -> None:
    nurse = sign_in("nurse")
    chart(nurse)
    nurse.send("/people/chart/dose-card")
    text = printed(nurse)
    for said in (
        "Amina DEMO",
        "Methadone, oral solution",
        "60 mg",
        "10 March 2026",
        "DEMO Prison North",
        "9 March 2026",
    ):
        assert said in text, said
    (event,) = events(log, "export")
    assert (event["page"], event["purpose"], event["subjects"]) == (
        "dose-card",
        "PATRQT",
        [f"Patient/{INSIDE}"],
    )


def test_without_an_agreement_nothing_goes_and_the_person_gets_it_sealed(
    prison: Desk, sign_in: SignIn, log: Log, printed: Printed
) -> None:
    nurse = sign_in("nurse")
    assert "Nothing may go there" in letter(nurse, CENTRE)
    form = nurse.fields("/people/chart/letter")
    assert nurse.http.post("/people/chart/letter/pdf", data={**form, "to": CENTRE}).status_code == 400
    assert (
        nurse.http.post("/people/chart/letter/pdf", data={**form, "to": "Organization/none"}).status_code
        == 400
    )
    assert events(log, "disclosure") == []

    letter(nurse, "person")
    nurse.send("/people/chart/letter/pdf")
    text = printed(nurse)
    for said in (
        '"sealed": true',
        "9 Mar 2026, 6:00",
        "60 mg",
        "who saw it taken",
        "not taken",
        "penicillin",
    ):
        assert said in text.replace("06:00", "6:00"), said
    for never in ("North", "N-100", "ockdown", "TLD", "a disease that has a label"):
        assert never not in text, never
    (event,) = events(log, "export")
    assert event["page"] == "hand-over-letter"


def test_with_an_agreement_it_goes_and_is_logged_as_disclosed_before(
    prison: Desk, sign_in: SignIn, log: Log, printed: Printed, shut_log: Callable[[], None]
) -> None:
    doctor = sign_in("doctor")
    assert hand_over(doctor) == 200
    log()
    assert "It may go" in letter(doctor, CENTRE)
    doctor.send("/people/chart/letter/pdf")
    assert "60 mg" in printed(doctor)
    (event,) = events(log, "disclosure")
    assert (event["recipient"], event["basis"]) == (CENTRE, "consent")
    assert {f"Patient/{INSIDE}", "MedicationAdministration/given", "MedicationRequest/an-order"} <= set(
        event["subjects"]
    )
    assert any(one.startswith("Consent/") for one in event["subjects"])
    letter(doctor, CENTRE)
    shut_log()
    assert doctor.send("/people/chart/letter/pdf").status_code == 503


def test_what_tells_of_hiv_goes_only_where_it_was_agreed_to_and_asked_for(
    prison: Desk, sign_in: SignIn, printed: Printed
) -> None:
    doctor = sign_in("doctor")
    hand_over(doctor)
    letter(doctor, CENTRE)
    doctor.send("/people/chart/letter/pdf")
    assert "TLD" not in printed(doctor)  # nobody has said what it is needed for
    chart(doctor)
    doctor.send("/people/purpose", purpose="CAREMGT")
    letter(doctor, CENTRE)
    doctor.send("/people/chart/letter/pdf")
    assert "TLD" in printed(doctor)
    assert "Nothing about HIV" in letter(doctor, SOUTH)
    doctor.send("/people/chart/letter/pdf")
    assert "TLD" not in printed(doctor)


def test_to_the_health_service_of_a_prison_the_treatment_goes_without_being_asked(
    prison: Desk, sign_in: SignIn, log: Log, printed: Printed
) -> None:
    nurse = sign_in("nurse")
    assert "It may go" in letter(nurse, SOUTH)
    nurse.send("/people/chart/letter/pdf")
    assert "60 mg" in printed(nurse)
    (event,) = events(log, "disclosure")
    assert (event["recipient"], event["basis"]) == (SOUTH, "transfer-between-prisons")


def test_whoever_gives_no_doses_prints_nothing(prison: Desk, sign_in: SignIn) -> None:
    counsellor = sign_in("counsellor")
    chart(counsellor)
    assert "dose-card" not in counsellor.page.text
    form = counsellor.fields("/people/chart")
    for path in ("dose-card", "letter", "letter/pdf"):
        assert counsellor.http.post(f"/people/chart/{path}", data={**form, "to": "person"}).status_code == 403


def claimed(desk: Desk, product: str, mg: int, days_ago: int, *, confirmed: bool) -> None:
    """Amina says what she had elsewhere, and a call about it was made."""
    taken = SEVEN - days_ago * ONE_DAY
    call = Call(
        SEVEN - ONE_DAY / 2, Outcome.CONFIRMED if confirmed else Outcome.NOT_REACHED, place="DEMO Centre"
    )
    claim = Claim(
        "the-claim",
        INSIDE,
        SEVEN - ONE_DAY,
        products()[product],
        Decimal(mg),
        taken,
        None,
        taken.date(),
        (call,),
    )
    put(desk.database, store_on(desk.database), [observation_of(claim)])


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_depot_that_was_given_elsewhere_counts_once_it_is_confirmed(
    desk: Desk, sign_in: SignIn, printed: Printed, *, confirmed: bool
) -> None:
    depot = products()["buprenorphine-depot-monthly"]
    order = an_order(
        96, id="depot", patient=INSIDE, facility="north", product=depot, end=None, interval_days=28
    )
    put(desk.database, store_on(desk.database), [request_of(order)])
    claimed(desk, depot.code, 96, 5, confirmed=confirmed)
    nurse = sign_in("nurse")
    chart(nurse)
    nurse.send("/people/chart/dose-card")
    card = printed(nurse)
    assert ("2 April 2026" in card, "10 March 2026" in card) == (confirmed, not confirmed)
    assert ("5 March 2026" in card) == confirmed
    letter(nurse, "person")
    nurse.send("/people/chart/letter/pdf")
    text = printed(nurse)
    assert ("gave it has confirmed" in text, "not verified" in text) == (confirmed, not confirmed)
    assert ('"says": "96 mg"' in text) == confirmed


def test_a_dose_that_was_confirmed_is_a_dose_of_its_day(
    desk: Desk, sign_in: SignIn, printed: Printed
) -> None:
    claimed(desk, "methadone-oral-solution", 80, 1, confirmed=True)
    nurse = sign_in("nurse")
    letter(nurse, "person")
    nurse.send("/people/chart/letter/pdf")
    text = printed(nurse)
    assert '"says": "80 mg"' in text
    assert "depot" not in text


@pytest.mark.parametrize("status", ["completed", "entered-in-error", "declined"])
def test_only_naloxone_that_was_handed_over_stands_in_the_letter(
    prison: Desk, sign_in: SignIn, printed: Printed, status: str
) -> None:
    handed = {**dispense_of(HandedOver("kit", INSIDE, DAY - 3 * ONE_DAY)), "status": status}
    put(prison.database, store_on(prison.database), [handed])
    nurse = sign_in("nurse")
    letter(nurse, "person")
    nurse.send("/people/chart/letter/pdf")
    said = {one["what"]: one["says"] for one in json.loads(printed(nurse))["know"]}
    assert said["Naloxone handed over"] == ("7 March 2026" if status == "completed" else "none recorded")
