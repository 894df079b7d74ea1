"""``make screens``: pictures of every page of the running demo, into ``docs/screens``."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1])]

import pyotp
from consent_visit import centre, consent_pages
from demo_installation import demo_installation
from fastapi import FastAPI
from orders_visit import ordered, orders_pages, prescribers, telephone_pages
from people_pages import PASSWORD, PIN, Clock, Someone, newcomer, someone, tablet, with_cheap_desk
from people_visit import crowd, people_pages, renew
from playwright.sync_api import Browser, Page, sync_playwright
from reception_visit import reception_pages
from register_visit import register_pages, stocked
from round_pages import GoingClock, a_tablet, round_site
from round_tablets import SEVEN
from round_visit import everybody, on_the_tablet, with_the_network
from round_visit import stocked as bottle_out
from serving import serving
from shift import Shift
from shift_visit import shift_pages, treated
from ward import fill, staff
from watched_installation import watched

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.commands.demo import load_country
from services.commands.demo_calls import load_calls
from services.shared.embedded_postgres import EmbeddedPostgres

SCREENS = Path(__file__).parents[2] / "docs" / "screens"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
]
PAGES = {
    "landing": "/",
    "ministry": "/ministry",
    "custody": "/custody",
    "custody-person": "/custody/person",
    "custody-inference": "/custody/inference",
    "api": "/docs",
    "not-found": "/nothing-here",
    "sign-in": "/sign-in",
    "activate": "/activate",
    "tablet": "/tablet",
}
OF_SOMEBODY = {
    "landing-signed-in": "/",
    "account": "/account",
    "password": "/account/password",
    "pin": "/account/pin",
    "here": "/account/here",
    "tablets": "/account/tablets",
    "prove": "/account/prove",
    "token": "/account/token",
    "passkey": "/account/passkey",
    "new-recovery-codes": "/account/recovery-codes",
}
OF_WATCHERS = {"audit": "/audit", "unusual": "/audit/unusual", "inspection": "/inspection"}
CONSENT_SHOWN = {"consent-ask", "consent-wrong", "consent-given", "own-file", "disclosure-made"}
PEOPLE_SHOWN = {
    "new-person", "compared", "identity", "code", "merge", "pair", "stays", "move-wrong", "moved", "death", "closed",
    "court", "movements", "arrival",
}  # fmt: skip
SHIFT_SHOWN = {
    "shift",
    "worklists",
    "worklist",
    "worklist-empty",
    "chart",
    "chart-whole",
    "letter",
    "letter-not",
}
ROUND_SHOWN = {
    "list", "card", "stop-hold", "telephone", "two-people", "witness", "offline", "to-check", "locked", "overdose-under-way",
    "online-list", "work-off", "stops", "paper", "emergency-sign",
}  # fmt: skip
SIZES = ((1024, 768), (390, 844))
WHOLE_PAGE_WIDTH = 1024
PEOPLE, COUNTED_S = 400, 120
THEMES = {"": "light", "-night": "dark"}


def main() -> None:
    """Take every picture anew."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("Chromium is needed for pictures. On Debian: apt install chromium")
    SCREENS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="throughcare-screens-") as written:
        home = Path(written)
        os.environ["RECORD_KEYS"] = str(home / "keys")
        with (
            EmbeddedPostgres(home / "postgres").running() as postgres,
            demo_installation(postgres, "screens", home, examples=False, pseudo_locale=False) as application,
            serving(application, application.state.settings.port) as address,
            sync_playwright() as driver,
        ):
            load_country(application.state.database, application.state.settings, PEOPLE)
            load_calls(application.state.database, application.state.settings, datetime.now(UTC))
            application.state.cube.wait(COUNTED_S)
            application.state.cube.start()
            application.state.cube.wait(COUNTED_S)
            browser = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for name, path in PAGES.items():
                for suffix, scheme in THEMES.items():
                    _take(browser, address + path, f"{name}%s{suffix}.png", scheme)
            for take in TAKES:
                name = take.__name__.strip("_")
                with (
                    demo_installation(
                        postgres, name, home / name, examples=False, pseudo_locale=False
                    ) as application,
                    serving(application, application.state.settings.port) as address,
                ):
                    take(browser, address, application)
            _take_round(browser, postgres, home / "round")
            browser.close()


def _take(browser: Browser, address: str, name: str, scheme: str) -> None:
    """One page in one theme, in every size."""
    for width, height in SIZES:
        with _opened(browser, width, height, scheme) as page:
            page.goto(address, wait_until="networkidle")
            page.locator("figure[data-state='loading']").first.wait_for(state="detached", timeout=20_000)
            page.screenshot(path=SCREENS / (name % f"-{width}x{height}"))
            if width == WHOLE_PAGE_WIDTH and scheme == "light":
                page.screenshot(path=SCREENS / (name % "-whole"), full_page=True)


@contextmanager
def _opened(browser: Browser, width: int, height: int, scheme: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB")
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    yield page
    context.close()


def _take_people(browser: Browser, address: str, application: FastAPI) -> None:
    """The pages of somebody who is not signed in yet, and of somebody who is, on a tablet."""
    clock = Clock()
    desk = with_cheap_desk(application, clock)
    ana = someone(desk, "ana", "DEMO Ana", medical_lead="Location/north")
    device = tablet(desk, ana.account)
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():

            def shot(page: Page, name: str, size: str = f"{width}x{height}", suffix: str = suffix) -> None:
                page.wait_for_load_state("networkidle")
                page.screenshot(path=SCREENS / f"{name}-{size}{suffix}.png")

            with _opened(browser, width, height, scheme) as page:
                _use_first(page, address, desk, clock, shot)
            with _opened(browser, width, height, scheme) as page:
                _work(page, address, ana, device.token, clock, shot)


def _take_clinic(browser: Browser, address: str, application: FastAPI) -> None:
    """The pages of whoever treats, over the two prisons of the tests."""
    clock = Clock()
    desk = with_cheap_desk(application, clock)
    fill(desk, "Europe/Podgorica")
    centre(desk)
    people = staff(desk, "doctor", "lead")
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():

            def shot(page: Page, name: str, size: str = f"{width}x{height}", suffix: str = suffix) -> None:
                page.wait_for_load_state("networkidle")
                page.screenshot(path=SCREENS / f"{name}-{size}{suffix}.png")

            clock.goes_on(hours=13)
            with _opened(browser, width, height, scheme) as page:
                _treat(page, address, _token(desk, people["doctor"]), shot)
            with _opened(browser, width, height, scheme) as page:
                _hold(page, address, _token(desk, people["lead"]))
                page.goto(f"{address}/break-glass")
                shot(page, "break-glass")


def _take_register(browser: Browser, address: str, application: FastAPI) -> None:
    """The pages of the controlled-drug register, over the two prisons of the tests."""
    clock = Clock()
    shift = Shift(application, with_cheap_desk(application, clock), clock)
    stocked(shift)
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():
            with _opened(browser, width, height, scheme) as page:
                _hold(page, address, shift.token("pharmacist"))
                for name in register_pages(page, address):
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _take_stays(browser: Browser, address: str, application: FastAPI) -> None:
    """Who somebody is and where they are, over the same two prisons."""
    clock = Clock()
    desk = with_cheap_desk(application, clock)
    fill(desk, "Europe/Podgorica")
    crowd(desk)
    doctor = someone(desk, "stays", "Vera Ilić", doctor="Organization/north")
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():
            clock.goes_on(hours=13)
            renew(desk)
            with _opened(browser, width, height, scheme) as page:
                _hold(page, address, _token(desk, doctor))
                for name in people_pages(page, address):
                    if name in PEOPLE_SHOWN:
                        page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _take_orders(browser: Browser, address: str, application: FastAPI) -> None:
    """The prescriber's pages, and the nurse's of a telephone order."""
    desk = with_cheap_desk(application, Clock())
    people = prescribers(desk)
    ordered(desk, str(people["vera"].account), str(people["nada"].account))
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():
            for login, pages in (("vera", orders_pages), ("nada", telephone_pages)):
                with _opened(browser, width, height, scheme) as page:
                    _hold(page, address, _token(desk, people[login]))
                    for name in pages(page, address):
                        page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _take_shift(browser: Browser, address: str, application: FastAPI) -> None:
    """What waits at the start of a shift, the worklists, and the page of a person, over the same prisons."""
    desk = with_cheap_desk(application, Clock())
    fill(desk, "Europe/Podgorica")
    crowd(desk)
    renew(desk)
    treated(desk)
    doctor = someone(desk, "shift", "Lejla Hodžić", doctor="Organization/north")
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():
            with _opened(browser, width, height, scheme) as page:
                _hold(page, address, _token(desk, doctor))
                for name in shift_pages(page, address):
                    if name in SHIFT_SHOWN:
                        page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _take_reception(browser: Browser, address: str, application: FastAPI) -> None:
    """Reception and injuries, over the same two prisons: what is answered stays, so each page is taken in every size."""
    clock = Clock()
    desk = with_cheap_desk(application, clock)
    fill(desk, "Europe/Podgorica")
    doctor = someone(desk, "reception", "Vera Ilić", doctor="Organization/north")
    with _opened(browser, *SIZES[0], "") as page:
        _hold(page, address, _token(desk, doctor))
        for name in reception_pages(page, address):
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                for suffix, scheme in THEMES.items():
                    page.emulate_media(
                        color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
                    )
                    page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _token(desk: Desk, person: Someone) -> str:
    with desk.database.transaction() as connection:
        return begin(connection, person.account, None, desk.now()).token


def _hold(page: Page, address: str, token: str) -> None:
    page.context.add_cookies([{"name": "throughcare-session", "value": token, "url": address}])


def _treat(page: Page, address: str, token: str, shot: "Shot") -> None:
    _hold(page, address, token)
    _type(page, f"{address}/people", sought="N-100")
    page.locator("#found").wait_for()
    shot(page, "find")
    page.locator("main form[action='/people/card'] button").click()
    shot(page, "emergency-card")
    page.locator("main form[action='/people/record'] button").click()
    shot(page, "record")
    for name in consent_pages(page):
        if name in CONSENT_SHOWN:
            shot(page, name)
    _type(page, f"{address}/people", sought="S-200")
    page.locator("#found").wait_for()
    shot(page, "outside-care")
    page.locator("form[action='/people/emergency'] button").click()
    shot(page, "emergency-opened")
    page.locator("form[action='/people/open'] button").click()
    shot(page, "record-opened")
    page.locator("form[action='/people/reason'] button").first.click()
    page.get_by_text("Reason:").wait_for()


def _take_oversight(browser: Browser, address: str, application: FastAPI) -> None:
    """The pages of somebody who audits, and inspects under a mandate."""
    clock = Clock()
    watch = watched(application, with_cheap_desk(application, clock))
    for width, height in SIZES:
        for suffix, scheme in THEMES.items():
            with _opened(browser, width, height, scheme) as page:
                clock.goes_on(minutes=1)
                _type(page, f"{address}/sign-in", login=watch.login, password=PASSWORD)
                page.locator("#code").wait_for()
                _type(page, None, code=watch.code(clock()))
                page.wait_for_load_state("networkidle")
                for name, path in OF_WATCHERS.items():
                    page.goto(address + path, wait_until="networkidle")
                    page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")


def _take_round(browser: Browser, postgres: EmbeddedPostgres, home: Path) -> None:
    """The dosing round, on a tablet and on the pages that need the network, in a prison of its own."""
    os.environ["RECORD_KEYS"] = str(home / "keys")
    with round_site(postgres, "screens_round", home, 16, GoingClock(SEVEN)) as site:
        site.has(everybody())
        bottle_out(site)
        for login in ("nurse", "nurse2"):
            site.who(login)
        context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="en-GB")
        tab = a_tablet(site, context)

        def visit() -> Iterator[str]:
            yield from on_the_tablet(tab)
            yield from with_the_network(tab.page, site.address)

        for name in visit():
            if name in ROUND_SHOWN:
                _in_every_look(tab.page, f"round-{name}")
        context.close()


def _in_every_look(page: Page, name: str) -> None:
    """A screen that cannot be opened again by its address."""
    page.emulate_media(reduced_motion="reduce")  # colours that change slowly would be taken halfway
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for suffix, theme in (("", "day"), ("-night", "night")):
            page.locator("html").evaluate("(html, theme) => (html.dataset.theme = theme)", theme)
            page.evaluate(
                "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
            )
            page.screenshot(path=SCREENS / f"{name}-{width}x{height}{suffix}.png")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.locator("html").evaluate("html => delete html.dataset.theme")


TAKES = (
    _take_people, _take_clinic, _take_register, _take_stays, _take_shift, _take_reception, _take_oversight, _take_orders,
)  # fmt: skip
"""Each in an installation of its own."""

Shot = Callable[[Page, str], None]


def _use_first(page: Page, address: str, desk: Desk, clock: Clock, shot: Shot) -> None:
    clock.goes_on(minutes=1)
    login = f"drita{int(clock().timestamp())}"
    _type(page, f"{address}/activate", login=login, code=newcomer(desk, login)[1])
    page.locator(".qr").wait_for()
    shot(page, "choose")
    secret = page.locator(".secret").inner_text().replace(" ", "")
    _type(page, None, password=PASSWORD, again=PASSWORD, code=pyotp.TOTP(secret).at(clock()))
    page.locator(".codes").wait_for()
    shot(page, "recovery-codes")


def _work(page: Page, address: str, ana: Someone, token: str, clock: Clock, shot: Shot) -> None:
    clock.goes_on(minutes=1)
    _type(page, f"{address}/tablet", token=token)
    page.locator(".done").wait_for()
    _type(page, f"{address}/sign-in", login="nobody", password=PASSWORD)
    page.locator(".told:visible").wait_for()
    shot(page, "sign-in-refused")
    _type(page, None, login="ana", password=PASSWORD)
    page.locator("#code").wait_for()
    shot(page, "second-factor")
    _type(page, None, code=ana.code(clock()))
    page.locator("#cover").wait_for(state="attached")
    _type(page, f"{address}/account/pin", pin=PIN, again=PIN)
    page.get_by_role("heading", name="Your account").wait_for()
    _type(page, f"{address}/account/prove", password=PASSWORD)
    page.get_by_role("heading", name="Your account").wait_for()
    for name, path in OF_SOMEBODY.items():
        page.goto(address + path, wait_until="networkidle")
        shot(page, name)
    page.locator("[data-hide]").click()
    page.locator("#cover").wait_for()
    shot(page, "hidden")
    page.locator("#cover button").click()
    page.locator("form[action='/session/lock'] button").click()
    page.locator("#pin").wait_for()
    shot(page, "locked")


def _type(page: Page, address: str | None, **typed: str) -> None:
    """Fill in the fields of a form and send it."""
    if address is not None:
        page.goto(address, wait_until="networkidle")
    for name, text in typed.items():
        page.locator(f"#{name}").fill(text)
    page.keyboard.press("Enter")


if __name__ == "__main__":
    main()
