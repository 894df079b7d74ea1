"""A visit in a browser to reception, the calls about a claimed dose, and the form on injuries."""

from collections.abc import Iterator
from typing import Any


def reception_pages(page: Any, address: str) -> Iterator[str]:
    """The name of each page."""
    page.goto(f"{address}/people")
    page.locator("#sought").fill("N-100")
    _send(page, "/people/find")
    _send(page, "/people/stays")
    _send(page, "/people/reception")
    yield "reception-begun"
    _ask(page, "opioid")
    yield "reception-many"
    page.locator("input[value=heroin]").check()
    _go(page, "form[action='/people/reception/answer'] .actions button")
    yield "reception-when"
    _go(page, "button[value=not-asked]")
    yield "reception-one"
    _go(page, "button[value=methadone-oral-solution]")
    _go(page, "button[value=cannot-answer]")
    page.locator("#mg").fill("80")
    _go(page, "form[action='/people/reception/answer'] .actions button")
    page.locator("#text").fill("DEMO Centre on the river")
    _go(page, "form[action='/people/reception/answer'] .actions button")
    _go(page, "button[value=every-day]")
    yield "reception-to-do"
    _send(page, "/people/reception")
    _ask(page, "suicide")
    _go(page, "button[value=thoughts]")
    _send(page, "/people/reception")
    yield "reception"
    _send(page, "/people/reception/calls")
    page.locator("#said").fill("No answer at night")
    page.locator("input[value=not-reached]").check()
    page.locator("#whom").select_option(index=1)
    _send(page, "/people/reception/called")
    yield "calls"
    _send(page, "/people/reception")
    yield from _injuries(page)


def _injuries(page: Any) -> Iterator[str]:
    _send(page, "/people/injuries")
    _send(page, "/people/injuries/begin")
    page.locator("input[value=made]").check()
    page.locator("#words").fill("Two officers, yesterday evening in the corridor.")
    _go(page, "main button[value=add]")
    page.locator("input[value=forearm-left]").check()
    yield "injury"
    page.locator("input[value=bruise]").check()
    page.locator("#length").fill("35")
    page.locator("input[value=blue]").check()
    _send(page, "/people/injuries/injury")
    yield "injury-form"
    _go(page, "main button[value=sign]")
    yield "injury-missing"
    page.locator("input[value=highly-consistent]").check()
    _go(page, "main button[value=sign]")
    yield "injury-signed"
    _send(page, "/people/injuries")
    yield "injuries"
    _send(page, "/people/injuries/form")
    page.locator("details summary").last.click()
    yield "injury-wrong-person"
    page.locator("#why").fill("The two were swapped at the door.")
    _send(page, "/people/injuries/withdraw")
    yield "injuries-withdrawn"


def _ask(page: Any, question: str) -> None:
    _go(page, f"main form:has(input[value='{question}']) button")


def _send(page: Any, action: str) -> None:
    _go(page, f"main form[action='{action}'] button[type=submit]:not(.first-button)")


def _go(page: Any, selector: str) -> None:
    """Press it and wait for the page that it leads to."""
    with page.expect_navigation(wait_until="load"):
        page.locator(selector).first.click()
