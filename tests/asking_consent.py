"""Ask somebody something on the pages of the clinic, and look at what another program writes and gets."""

from collections.abc import Mapping
from typing import Any

from people_pages import PlainBrowser
from resources import text_of
from stores import store_on
from ward import INSIDE

from fhir_store.bulk import save_many
from fhir_store.store import Author
from fhir_store.write import Write
from services.access.pages.desk import Desk

CENTRE, HIV_CLINIC = "Organization/centre", "Organization/hivclinic"
ZONE = "Europe/Podgorica"

YES_OF_THE_PERSON = {
    "answer": "granted",
    "capable": "yes",
    "patient": "yes",
    "form": "signature",
    "read_aloud": "yes",
}


def save(desk: Desk, *resources: Mapping[str, Any], author: str = "another system") -> None:
    """Save resources as another system does."""
    writes = [Write(text_of(dict(one)), id=one["id"]) for one in resources]
    desk.database.run(
        lambda c: save_many(c, store_on(desk.database, ZONE), writes, Author(author, facility="elsewhere"))
    )


def consents(browser: PlainBrowser, person: str = INSIDE) -> str:
    """Go from the person's record to what they agreed to."""
    browser.open("/people")
    browser.send("/people/find", sought={INSIDE: "N-100"}.get(person, person))
    browser.send("/people/record")
    browser.send("/people/consent")
    return browser.main


def ask(browser: PlainBrowser, purpose: str, **typed: Any) -> int:
    """Record an answer; the status of what the page says then."""
    consents(browser)
    browser.send("/people/consent/ask", purpose=purpose)
    assert browser.page.status_code == 200
    browser.send("/people/consent/record", **{**YES_OF_THE_PERSON, **typed})
    return browser.page.status_code


def hand_over(browser: PlainBrowser, **typed: Any) -> int:
    """Agree to a hand-over of everything to the centre."""
    return ask(browser, "hand-over", **{"recipient": [CENTRE], "label": ["everything"], **typed})


def said_of(browser: PlainBrowser, purpose: str) -> str:
    """What the page says of a question."""
    return browser.main.partition(f'id="{purpose}"')[2].partition("</section>")[0]
