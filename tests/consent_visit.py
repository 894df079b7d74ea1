"""A visit in a browser to what somebody agreed to, their own file, and what went out without consent."""

from collections.abc import Iterator
from typing import Any

from asking_consent import save
from resources import an_observation, an_organization
from ward import INSIDE

from services.access.pages.desk import Desk

SETTING = "urn:throughcare:code-system:setting"
COMMUNITY = [{"coding": [{"system": SETTING, "code": "community"}]}]


def centre(desk: Desk) -> None:
    """A treatment centre outside, and a note of a nurse."""
    save(desk, an_organization("centre", name="DEMO OAT Centre", type=COMMUNITY))
    note = [{"text": "Sleeps badly. His brother asks about him."}]
    save(
        desk,
        an_observation("noted", patient=INSIDE, effectiveDateTime="2026-02-03", note=note),
        author="ward",
    )


def consent_pages(page: Any) -> Iterator[str]:
    """From the record on; the name of each page."""
    press(page, "/people/consent")
    yield "consent"
    press(page, "/people/consent/ask", "hand-over")
    yield "consent-ask"
    fill(page)
    press(page, "/people/consent/record")
    yield "consent-wrong"
    page.locator("input[name=interpreter], select[name=interpreter]").select_option("")
    press(page, "/people/consent/record")
    page.locator("#hand-over summary").click()
    yield "consent-given"
    press(page, "/people/consent/withdraw", "hand-over")
    yield "consent-withdraw"
    press(page, "/people/consent/withdrawn")
    press(page, "/people/record")
    press(page, "/people/own-file")
    yield "own-file"
    press(page, "/people/own-file/read")
    yield "own-file-read"
    press(page, "/people/own-file")
    press(page, "/people/record")
    press(page, "/people/disclosures")
    yield "disclosure"
    page.locator("#law").fill("Court of the North, 7/26")
    press(page, "/people/disclosures/record")
    yield "disclosure-wrong"
    page.locator("input[name=basis]").first.check()
    page.locator("#recipient_name").fill("Court of the North")
    page.locator("input[name=sent]").first.check()
    page.locator("input[name=told][value=later]").check()
    page.locator("#why").select_option("court-forbids")
    page.locator("#tell_by").fill("2999-01-31")
    press(page, "/people/disclosures/record")
    yield "disclosure-made"
    press(page, "/people/record")


def fill(page: Any) -> None:
    """Everything but a professional interpreter."""
    page.locator("input[name=answer][value=granted]").check()
    page.locator("input[name=capable][value=yes]").check()
    page.locator("input[name=patient]").check()
    page.locator("input[name=read_aloud]").check()
    page.locator("input[name=recipient][value='Organization/centre']").check()
    page.locator("input[name=label][value=ETH]").check()
    page.locator("#interpreter").select_option("prisoner")


def press(page: Any, action: str, purpose: str = "") -> None:
    """The button that leads there, of a question if one is named."""
    of = f":has(input[name=purpose][value='{purpose}'])" if purpose else ""
    with page.expect_navigation():
        page.locator(f"main form[action='{action}']{of} button").first.click()
