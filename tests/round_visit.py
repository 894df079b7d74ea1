"""A round with everybody on it who needs a second look, and the way through its screens and pages: for Chromium."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dispensary import Dispensary
from oat import DAY, SIX, SUBLINGUAL, an_order, mg, on
from resources import an_observation
from round_pages import RoundSite, RoundTab, unlike_others
from round_prison import ONE_DAY, PRISON, a_person, an_absence, yesterday
from round_tablets import SEVEN

from clinical.oat.claim import Claim, observation_of
from clinical.oat.happened import Finding, Kind, Reason
from clinical.oat.happened_resource import resource_of
from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.order import Step
from clinical.oat.order_resource import request_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Json = dict[str, Any]
PREGNANT = {"coding": [{"system": "http://loinc.org", "code": "82810-3"}]}
DIAZEPAM = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N05BA01", "display": "diazepam"}]}
NORTH, SOUTH = "North", "South"
HELD, SEDATED, LEFT_FOR_COURT, MISSED, TWIN = "p4", "p6", "p9", "p5", "p10"


def everybody() -> Iterator[Json]:
    """Twelve people in two wings, beside those of the site."""
    yield from places(16, 13)
    yield from _person(2, steps=(Step(on(-30), on(-1), mg(60)), Step(DAY, None, mg(65))))
    yield from _person(
        3, start=on(-2), steps=(Step(on(-2), on(-1), mg(20)), Step(DAY, None, mg(30))), induction_start=on(-2)
    )
    yield flag_of(Hold("hold", HELD, HoldReason.QTC, DAY))
    yield resource_of(yesterday(MISSED, f"{MISSED}-order", id="p5-before", occurred_at=SIX - 6 * ONE_DAY, day=on(-6), slot_day=on(-6)))  # fmt: skip
    yield resource_of(
        _happened(SEDATED, Kind.WITHHELD, reason=Reason.CLINICAL, finding=Finding.SEDATED, mg=None)
    )
    yield an_observation("p7-pregnant", patient="p7", code=PREGNANT)
    yield flag_of(Hold("hold-7", "p7", HoldReason.CLINICAL, DAY))
    yield {"resourceType": "AllergyIntolerance", "id": "p8-pen", "patient": {"reference": "Patient/p8"}, "code": {"coding": [{"system": "urn:x", "code": "penicillin", "display": "penicillin"}]}}  # fmt: skip
    yield {"resourceType": "MedicationRequest", "id": "p8-diazepam", "status": "active", "intent": "order", "subject": {"reference": "Patient/p8"}, "medicationCodeableConcept": DIAZEPAM}  # fmt: skip
    yield an_absence(LEFT_FOR_COURT)
    for number in (10, 11):
        first, *_ = unlike_others(number)
        yield {
            **first,
            "name": [{"family": "DEMO-Đurić", "given": ["Marko"]}],
            "birthDate": f"198{number - 10}-03-02",
        }
    yield request_of(an_order(8, product=SUBLINGUAL, id="p12-order", patient="p12", facility=PRISON))
    yield observation_of(Claim("claim", "p13", SEVEN - timedelta(hours=10)))
    yield from a_person("p14", end=on(-1))[2:3]


def _person(number: int, **order: Any) -> Iterator[Json]:
    yield request_of(an_order(id=f"p{number}-order", patient=f"p{number}", facility=PRISON, **order))


def _happened(patient: str, kind: Kind, **changes: Any) -> Any:
    at = SEVEN - timedelta(minutes=20)
    return yesterday(patient, f"{patient}-order", id=f"{patient}-today", kind=kind, occurred_at=at, day=DAY, slot_day=DAY, **changes)  # fmt: skip


def places(people: int, first_of_south: int) -> Iterator[Json]:
    """Two wings, and a cell for each of the people of the site."""
    prison = {"reference": f"Organization/{PRISON}"}

    def place(id_: str, kind: str, name: str, **more: Any) -> Json:
        type_ = [{"coding": [{"system": "urn:throughcare:code-system:place", "code": kind}]}]
        return {"resourceType": "Location", "id": id_, "name": name, "type": type_, "managingOrganization": prison, **more}  # fmt: skip

    for wing in (NORTH, SOUTH):
        yield place(wing.lower(), "wing", wing)
    for number in range(1, people + 1):
        wing = NORTH if number < first_of_south else SOUTH
        yield place(
            f"cell-{number}", "cell", f"{wing[0]}{number}", partOf={"reference": f"Location/{wing.lower()}"}
        )
        _, stay, *_ = unlike_others(number)
        yield {**stay, "location": [{"location": {"reference": f"Location/cell-{number}"}}]}


def stocked(site: RoundSite) -> None:
    """A bottle is out, and there is a prescriber to be called."""
    site.doctor("vera")
    safe = Dispensary(site.desk.database, PRISON, day=DAY, at=SEVEN)
    safe.issues(safe.receives(2000), 500)


def on_the_tablet(tab: RoundTab) -> Iterator[str]:
    """Every screen of the tablet that looks different, one after another."""
    tab.opens()
    tab.page.locator("#new-pin").wait_for()
    yield "choose-pin"
    tab.page.locator("#new-pin").fill("246813")
    tab.page.locator("#again").fill("246813")
    tab.taps(tab.page.locator("#choose"))
    tab.page.locator("#take-wings").wait_for()
    yield "wings"
    tab.takes_wings(NORTH)
    tab.gives("p1")
    tab.is_sent()
    yield "list"
    for number, name in (
        (2, "card"),
        (4, "stop-hold"),
        (5, "stop-missed"),
        (6, "stop-sedated"),
        (7, "stop-pregnant"),
        (8, "card-allergy"),
        (9, "stop-court"),
        (10, "two-people"),
        (12, "sublingual"),
    ):
        tab.taps(tab.row(f"p{number}").locator(".round-row"))
        tab.page.locator("#back").wait_for()
        yield name
        if name in ("card", "stop-hold"):
            tab.taps(tab.page.locator(".round-more > summary"))
            yield f"{name}-more"
        if name == "stop-hold":
            tab.taps(tab.page.locator("#telephone-order"))
            tab.page.locator("#write-down").wait_for()
            yield "telephone"
            tab.taps(tab.page.locator("#back"))
        tab.taps(tab.page.locator("#back"))
        tab.list().wait_for()
    tab.taps(tab.row("p1").locator(".round-row"))
    tab.taps(tab.page.locator(".round-more > summary"))
    yield "card-given"
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.get_by_role("button", name=SOUTH, exact=True))
    yield "other-wing"
    tab.taps(tab.page.get_by_role("button", name="Of this tablet", exact=True))
    tab.taps(tab.page.get_by_role("button", name="Second person"))
    yield "witness"
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.locator("#hand-over"))
    yield "hand-over"
    tab.taps(tab.page.get_by_role("button", name="Back to the list"))
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.context.set_offline(True)
    tab.taps_on_card("p8", "#absent")
    tab.page.locator("#chip[data-state=none]").wait_for()
    yield "offline"
    tab.taps(tab.page.locator("#to-check"))
    yield "to-check"
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.locator("#hide"))
    yield "hidden"
    tab.taps(tab.page.locator("#lock-now"))
    tab.page.locator("#pin").wait_for()
    yield "locked"
    tab.taps(tab.page.locator("#overdose-open"))
    yield "overdose"
    tab.taps(tab.page.locator("#naloxone"))
    tab.taps(tab.page.locator("#ambulance-called"))
    yield "overdose-under-way"
    tab.taps(tab.page.locator("#back"))
    tab.page.locator("#pin").wait_for()
    yield "locked-overdose"
    tab.context.set_offline(False)


PAGES = {
    "online-list": "/round/online",
    "work-off": "/round/conflicts",
    "stops": "/round/stops",
    "paper": "/round/paper",
    "emergency": "/round/emergency",
    "emergency-sign": "/round/emergency/sign",
}


def with_the_network(page: "Page", address: str) -> Iterator[str]:
    """The pages of the round that need the network."""
    for name, path in PAGES.items():
        page.goto(f"{address}{path}")
        yield name
