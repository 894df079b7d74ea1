"""A prison whose round is kept in a browser: who is on the list, the tablets, and how a nurse taps."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from audit_events import fresh_events
from demo_installation import demo_installation
from fastapi import FastAPI
from people_pages import PIN, Clock, Someone, someone, with_cheap_desk
from round_prison import a_person, put, the_prison
from round_tablets import HERE, SEVEN, ZONE
from serving import serving
from stores import store_on

from services.access.pages.desk import Desk
from services.access.people.devices import Registered, record_device
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

try:
    from playwright.sync_api import TimeoutError as PlaywrightTimeout
except ImportError:  # the tests that need it are skipped
    PlaywrightTimeout = TimeoutError  # type: ignore[misc,assignment]

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Locator, Page

SYLLABLES = ("bok", "ćer", "dul", "fim", "gaš", "hro", "jes", "kup", "lin", "mov", "nat", "pez", "riv", "sol", "tub", "vje", "zan")  # fmt: skip
SETTLES_MS = 430
"""After so long a tap counts."""

SHIFTED = """(() => {
  const Real = (window.RealDate ??= Date), by = %d;
  window.Date = class extends Real {
    constructor(...said) { if (said.length) super(...said); else super(Real.now() + by); }
    static now() { return Real.now() + by; }
  };
})()"""
"""The clock of a browser, by so many milliseconds ahead of the machine's. It goes on, also over a reload."""


TAKE = """async () => {
  await Round.contact.post("/round/parts/take", {wing: "", agreed: true});
  await Round.act.fetchList();
}"""


TRIED = """(count) => new Promise((resolve) => {
  indexedDB.open("throughcare-round").onsuccess = ({ target: { result: database } }) => {
    const writing = database.transaction("kept", "readwrite");
    writing.objectStore("kept").put({ count, until: 0 }, "tries");
    writing.oncomplete = () => { database.close(); resolve(); };
  };
})"""
"""So many wrong PINs were typed, and the wait is over."""

WATCH_TAP = """() => {
    window.lastTap = null;
    addEventListener("click", (tap) => { window.lastTap = tap; }, { capture: true, once: true });
}"""
DID_NOT_COUNT = "() => Boolean(window.lastTap?.defaultPrevented && window.lastTap.cancelBubble)"
"""The page stops a tap that came too soon after it was drawn, and no other."""


@dataclass
class GoingClock(Clock):
    """A server's clock that goes on by itself."""

    started: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.started)


@dataclass
class RoundSite:
    """The served prison."""

    application: FastAPI
    desk: Desk
    clock: Clock
    owner: str
    address: str = ""
    _running: ExitStack = field(default_factory=ExitStack)
    _known: dict[str, Someone] = field(default_factory=dict)

    def start(self) -> None:
        """Serve it, always at the same port."""
        self.address = self._running.enter_context(
            serving(self.application, self.application.state.settings.port)
        )

    def kill(self) -> None:
        """Nobody answers any more."""
        self._running.close()

    def has(self, people: Iterable[dict[str, Any]]) -> None:
        """People in its records."""
        put(self.desk.database, store_on(self.desk.database, ZONE), people)

    def who(self, login: str) -> Someone:
        """A nurse of the prison."""
        if login not in self._known:
            self._known[login] = someone(self.desk, login, f"{login} of the tests", nurse=HERE)
        return self._known[login]

    def doctor(self, login: str) -> Someone:
        """A prescriber of the prison."""
        if login not in self._known:
            self._known[login] = someone(self.desk, login, f"{login} of the tests", doctor=HERE)
        return self._known[login]

    def device(self, name: str) -> Registered:
        """A new tablet."""
        with self.desk.database.transaction() as connection:
            return record_device(connection, name, HERE, self.who("nurse").account, self.desk.now())

    def sign_in(self, context: "BrowserContext", login: str, device: Registered) -> None:
        """Somebody signs in on a tablet."""
        with self.desk.database.transaction() as connection:
            token = begin(connection, self.who(login).account, device.id, self.desk.now()).token
        found = {"throughcare-session": token, "throughcare-device": device.token}
        context.add_cookies(
            [{"name": name, "value": value, "url": self.address} for name, value in found.items()]
        )

    def cards_read(self) -> int:
        """How many cards were logged as read. Whose is behind the walls."""
        return sum(one.get("interaction") == "$round-card" for one in fresh_events(self.owner)())

    def sent(self, people: Sequence[str] = ()) -> list[tuple[str, str, str, str]]:
        """What the server has of every event: (person, kind, outcome, number), in the order in which it came."""
        with self.desk.database.cursor() as cursor:
            rows = cursor.execute(
                "SELECT patient_id, kind, outcome, id::text FROM clinical.round_event ORDER BY received_at, seq"
            ).fetchall()
        return [row for row in rows if not people or row[0] in people]


@contextmanager
def round_site(
    postgres: EmbeddedPostgres, name: str, home: Path, people: int, clock: Clock | None = None
) -> Iterator[RoundSite]:
    """A prison with so many people on the list: p1, p2 and so on, 60 mg each. Its clock stands, if it is given none."""
    with demo_installation(postgres, name, home, examples=False) as application:
        clock = clock or Clock(SEVEN)
        desk = with_cheap_desk(application, clock)
        site = RoundSite(application, desk, clock, postgres.owner_url(name))
        everybody = [one for number in range(1, people + 1) for one in unlike_others(number)]
        site.has([*the_prison(), *everybody])
        site.start()
        try:
            yield site
        finally:
            site.kill()


def unlike_others(number: int) -> list[dict[str, Any]]:
    """Somebody whom nobody takes for another: p1, p2 and so on."""
    patient, *more = a_person(f"p{number}")
    first, second = divmod(number, len(SYLLABLES))
    third, first = divmod(first, len(SYLLABLES))
    family = (
        f"DEMO-{SYLLABLES[second]}{SYLLABLES[first]}{SYLLABLES[-second]}{SYLLABLES[third] if third else ''}"
    )
    called = {"family": family, "given": [SYLLABLES[(7 * second + first) % len(SYLLABLES)].title()]}
    return [{**patient, "name": [called], "birthDate": f"{1960 + second}-03-0{first % 9 + 1}"}, *more]


@dataclass
class RoundTab:
    """The page of the round in a browser, and the fingers of a nurse."""

    site: RoundSite
    context: "BrowserContext"
    page: "Page"
    device: Registered
    complaints: list[str] = field(default_factory=list)

    def opens(self) -> None:
        """Go to the page."""
        self.page.goto(f"{self.site.address}/round")

    def chooses_pin(self, pin: str = PIN, wings: Sequence[str] = ()) -> None:
        """The first time."""
        self.page.locator("#new-pin").fill(pin)
        self.page.locator("#again").fill(pin)
        self.taps(self.page.locator("#choose"))
        if wings:
            self.takes_wings(*wings)
        self.list().wait_for()

    def takes_wings(self, *wings: str) -> None:
        """Of several, some are this tablet's."""
        self.page.locator("#take-wings").wait_for()
        self.page.wait_for_timeout(SETTLES_MS)
        for wing in wings:
            self.page.get_by_label(wing).check()
        self.taps(self.page.locator("#take-wings"))
        self.list().wait_for()

    def takes_over_offline(self, wing: str, from_: str) -> None:
        """As it was spoken with whoever has it."""
        self.taps(self.page.get_by_role("button", name=wing, exact=True))
        self.taps(self.page.get_by_role("button", name="Take this wing over"))
        self.page.locator("#agreed-with").wait_for()
        self.page.locator("#agreed-with").select_option(label=from_)
        self.page.wait_for_timeout(SETTLES_MS)
        self.page.locator("#agreed").check()
        self.taps(self.page.get_by_role("button", name="Take over"))

    def hands_over_to(self, called: str, pin: str) -> None:
        """The next nurse is let in."""
        self.taps(self.page.locator("#hand-over"))
        self.page.locator("#next").select_option(label=called)
        self.taps(self.page.get_by_role("button", name="Go on"))
        self.chooses_pin(pin)

    def takes_the_wing(self) -> None:
        """What another tablet has is this one's from now on."""
        self.page.evaluate(TAKE)
        self.page.wait_for_timeout(SETTLES_MS)

    def types_pin(self, pin: str = PIN) -> None:
        """On the lock screen, once it is done with what was typed before."""
        self.page.locator("#open:enabled").wait_for()
        self.page.locator("#pin").fill(pin)
        self.taps(self.page.locator("#open"))

    def list(self) -> "Locator":
        """The list."""
        return self.page.locator(".round-list").first

    def row(self, person: str) -> "Locator":
        """The row of somebody."""
        return self.page.locator(f'[data-row^="{person}|"]')

    def taps(self, what: "Locator") -> None:
        """Tap once the screen has settled; again, if it was drawn anew just then and the tap did not count."""
        what.wait_for()
        for _ in range(10):
            self.page.wait_for_timeout(SETTLES_MS)
            self.page.evaluate(WATCH_TAP)
            what.click()
            if not self.page.evaluate(DID_NOT_COUNT):
                return
        raise AssertionError(f"no tap counts: {self.page.locator('main').inner_text()[:600]}")

    def opens_card(self, person: str) -> None:
        """Tap the row; again, if it was just drawn anew and the first tap did not count."""
        self.taps_until(self.row(person).locator(".round-row"), self.page.locator("#back"))

    def taps_until(self, what: "Locator", shown: "Locator") -> None:
        """Tap; again, if the screen was just drawn anew and the tap did not count."""
        for _ in range(10):
            self.taps(what)
            with suppress(PlaywrightTimeout):
                return shown.wait_for(timeout=1_500)
        raise AssertionError(f"no tap counts: {self.page.locator('main').inner_text()[:600]}")

    def gives(self, person: str) -> None:
        """Two taps."""
        self.opens_card(person)
        self.taps_until(self.page.locator("#give"), self.row(person))

    def taps_on_card(self, person: str, button: str) -> None:
        """Open a card, and tap one of its buttons."""
        self.opens_card(person)
        self.taps_until(self.page.locator(button), self.row(person))

    def undoes(self, person: str) -> None:
        """The button beside the row."""
        self.taps(self.row(person).locator(".round-undo"))
        self.row(person).locator(".round-undo").wait_for(state="detached")

    def place(self, person: str) -> float:
        """How far down the page a row is."""
        return float(self.row(person).evaluate("row => row.getBoundingClientRect().top + scrollY"))

    def sends_now(self) -> None:
        """Press the button, unless all is sent already."""
        send = self.page.locator("#send")
        with suppress(PlaywrightTimeout):
            if send.is_enabled():
                send.click(timeout=1_000)
        self.is_sent()

    def is_sent(self) -> None:
        """Wait until nothing waits."""
        self.page.locator("#chip[data-state=calm]").wait_for()


def a_tablet(
    site: RoundSite,
    context: "BrowserContext",
    login: str = "nurse",
    *,
    off: timedelta = timedelta(),
    device: Registered | None = None,
) -> RoundTab:
    """A registered tablet on which somebody is signed in; its clock is so much ahead of the server's.

    With a device it is one that is known already, whose browser was opened again.
    """
    if device is None:
        device = site.device("Round")
    site.sign_in(context, login, device)
    set_clock(context, site.clock() + off)
    tab = RoundTab(site, context, context.new_page(), device)
    tab.page.on("console", lambda said: said.type == "error" and tab.complaints.append(said.text))
    tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
    return tab


def set_clock(context: "BrowserContext", at: datetime) -> None:
    """What the pages of a browser take the time to be from now on."""
    context.add_init_script(SHIFTED % ((at - datetime.now(UTC)) // timedelta(milliseconds=1)))
