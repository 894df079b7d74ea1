"""A visit in a browser to who somebody is and where they are: registering, marks, photo, card, two records of one person,
movements, court, and what custody proposes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from asking_consent import save
from photo_files import a_drawing
from resources import a_dose, a_patient, a_stay
from stores import store_on
from ward import INSIDE

from clinical.custody.absence import DOSE_PLAN
from clinical.custody.movement_file import movement_file
from clinical.people.details import FATHER
from clinical.protocols import NO_PROTOCOL
from services.access.pages.desk import Desk
from services.custody.proposing import Reading

ZONE = ZoneInfo("Europe/Podgorica")
NUMBER = {
    "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PRN"}]},
    "system": "urn:n",
}


def crowd(desk: Desk) -> None:
    """People in the north who could be taken for each other, a second record with doses, a plan for court, custody's lists."""
    for number, given, father, born in (
        ("N-210", "Marko", "Petar", "1984-05-03"),
        ("N-211", "Марко", "Jovan", "1990-01-02"),
        *(
            (f"N-22{nth}", name, "", "1975")
            for nth, name in enumerate(("Ilir", "Zoran", "Besa", "Luka", "Edin", "Nada"))
        ),
    ):
        name = {
            "family": "DEMO",
            "given": [given],
            **({"extension": [{"url": FATHER, "valueString": father}]} if father else {}),
        }
        identifier = [{**NUMBER, "value": number}]
        save(
            desk,
            a_patient(number.lower(), name=[name], birthDate=born, gender="male", identifier=identifier),
            author="ward",
        )
        save(desk, a_stay(f"{number.lower()}-stay", patient=number.lower(), prison="north"), author="ward")
    for patient, back in ((INSIDE, 1), (INSIDE, 2), (INSIDE, 3), ("n-210", 3), ("n-210", 5)):
        at = (desk.now() - timedelta(days=back)).isoformat()
        save(desk, a_dose(f"{patient}-back-{back}", patient=patient, at=at), author="ward")
    _custody(desk)


def renew(desk: Desk) -> None:
    """What is of today, for a visit that begins on another day."""
    leaves = desk.now() + timedelta(hours=20)
    for number, plan in (("n-220", []), ("n-221", [{"url": DOSE_PLAN, "valueCode": "before-departure"}])):
        absence = {
            "resourceType": "Encounter", "id": f"{number}-court", "status": "planned", "subject": {"reference": f"Patient/{number}"},
            "class": {"system": "urn:throughcare:code-system:encounter-class", "code": "absence-court"},
            "partOf": {"reference": f"Encounter/{number}-stay"}, "serviceProvider": {"reference": "Organization/north"},
            "period": {"start": leaves.isoformat(), "end": (leaves + timedelta(hours=6)).isoformat()},
            **({"extension": plan} if plan else {}),
        }  # fmt: skip
        save(desk, absence, author="ward")


def _custody(desk: Desk) -> None:
    now = desk.now().astimezone(ZONE)
    before, ahead = (f"{now + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (-1, 2000))
    lists = (
        (f"N-222;transfer;{before};DEMO Prison South;;", f"N-223;room;{before};;B;12", f"N-100;reception;{before};;;",
         f"N-999;reception;{before};;;", "N-224;sacked;today;;;", f"N-225;release-planned;{ahead};;;"),
        tuple(f"N-22{nth};release-unplanned;{before};;;" for nth in range(6)),
    )  # fmt: skip
    for lines in lists:
        file = movement_file(("number;movement;at;to;wing;cell\n" + "\n".join(lines)).encode(), ZONE)
        desk.database.run(Reading(store_on(desk.database), NO_PROTOCOL, "north", file, desk.now()).propose)


def people_pages(page: Any, address: str) -> Iterator[str]:
    """The name of each page."""
    page.goto(f"{address}/people/new")
    yield "new-person"
    _describe(page, given="", family="")
    _send(page, "/people/new")
    yield "new-person-wrong"
    _describe(page, given="Marco", family="DEMO")
    _send(page, "/people/new")
    yield "compared"
    _send(page, "/people/register")
    yield "registered"
    _find(page, address, "N-210")
    _send(page, "/people/identity")
    page.locator("#photo-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": a_drawing(240, 320)}
    )
    _send(page, "/people/photo")
    page.locator("img.face").wait_for()
    yield "identity"
    _send(page, "/people/code")
    yield "code"
    _send(page, "/people/identity")
    _send(page, "/people/details")
    yield "details"
    yield from _merge(page, address)
    yield from _stays(page, address)
    page.goto(f"{address}/people/court")
    yield "court"
    page.goto(f"{address}/people/movements")
    yield "movements"
    _find(page, address, "S-300")
    _send(page, "/people/arrival")
    yield "arrival"


def _merge(page: Any, address: str) -> Iterator[str]:
    _find(page, address, "N-100")
    _send(page, "/people/identity")
    _send(page, "/people/merge")
    yield "merge"
    page.locator("#number").fill("N-210")
    _go(page, "main form:has(#number) button")
    yield "pair"
    _send(page, "/people/merge/sign")
    yield "joined"
    _send(page, "/people/merge/part")


def _stays(page: Any, address: str) -> Iterator[str]:
    _find(page, address, "N-210")
    _send(page, "/people/stays")
    yield "stays"
    _choose(page, "room")
    yield "move"
    page.locator("#wing").fill("A")
    page.locator("#cell").fill("7")
    _send(page, "/people/moved")
    _choose(page, "release-unplanned")
    page.locator("#at").fill("2020-01-01T10:00")
    _send(page, "/people/moved")
    yield "move-wrong"
    page.locator("#at").fill("")
    _send(page, "/people/moved")
    yield "moved"
    _send(page, "/people/undo")
    yield "undone"
    _choose(page, "death")
    yield "death"
    _send(page, "/people/moved")
    yield "closed"
    _send(page, "/people/undo")


def _describe(page: Any, *, given: str, family: str) -> None:
    page.locator("#given").fill(given)
    page.locator("#family").fill(family)
    page.locator("input[name=sex][value=male]").check()


def _find(page: Any, address: str, number: str) -> None:
    page.goto(f"{address}/people")
    page.locator("#sought").fill(number)
    _send(page, "/people/find")


def _choose(page: Any, movement: str) -> None:
    _go(page, f"main form[action='/people/move'] button[value='{movement}']")


def _send(page: Any, action: str) -> None:
    _go(page, f"main form[action='{action}'] button[type=submit]")


def _go(page: Any, selector: str) -> None:
    """Press it and wait for the page that it leads to: not for half a second of silence, which every page would cost."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()
