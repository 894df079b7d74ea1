"""A whole round of 115 people with two tablets in Chromium, through everything that goes wrong in a prison at six in the morning.

``make round`` (or ``python tests/browser/round_of_115.py``) keeps it, prints how long the interface takes for a dose, and
fails if the server does not have exactly what was tapped, the record and the register each dose once. ``--night`` keeps only the
night in which the clock is set back. A nurse's own time
(looking, asking, pouring, watching) is not in it; the 400 ms in which a screen takes no tap are.
"""

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path[:0] = [str(Path(__file__).parents[1])]

from dispensary import Dispensary
from oat import a_happened, an_order
from playwright.sync_api import sync_playwright
from round_books import TAKEN, as_entered, balance, in_record, in_register
from round_pages import GoingClock, RoundSite, RoundTab, a_tablet, round_site, set_clock, unlike_others
from round_prison import PRISON
from round_tablets import SEVEN
from round_visit import NORTH, SOUTH, places

from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import request_of
from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import BrowserType, Route

PEOPLE = 115
FIRST_OF_SOUTH = 59
OTHER_PIN = "481516"
EVENTS = "**/round/events"
SCREEN: dict[str, Any] = {
    "viewport": {"width": 1024, "height": 768},
    "locale": "en-GB",
    "timezone_id": "Europe/Podgorica",
}
STOCK, POURED = 3000, 1500
STRENGTH = Decimal(10)

CLOCK_SET_BACK = datetime(2026, 10, 25, 0, 20, tzinfo=UTC)
"""In Podgorica twenty past two, for the first time in this night."""


@dataclass
class Story:
    """What is tapped on the way, and how long it took."""

    site: RoundSite
    tapped: list[tuple[str, str]] = field(default_factory=list)
    """(person, kind)"""
    took: list[float] = field(default_factory=list)

    def gives(self, tab: RoundTab, *numbers: int) -> None:
        """Two taps for each."""
        for number in numbers:
            began = time.monotonic()
            tab.gives(f"p{number}")
            self.took.append(time.monotonic() - began)
            self.tapped.append((f"p{number}", "given"))

    def taps(self, tab: RoundTab, number: int, kind: str, button: str) -> None:
        """Something else on the card."""
        tab.taps_on_card(f"p{number}", button)
        self.tapped.append((f"p{number}", kind))

    def undoes(self, tab: RoundTab, number: int) -> None:
        """Beside the row."""
        tab.undoes(f"p{number}")
        self.tapped.append((f"p{number}", "entered-in-error"))


@dataclass
class Tablets:
    """Chromium with a profile for each tablet, so that one can be restarted."""

    chromium: "BrowserType"
    path: str
    home: Path
    site: RoundSite

    @contextmanager
    def on(self, profile: str, login: str, **known: Any) -> Iterator[RoundTab]:
        """A browser on a profile, with the page of the round open."""
        context = self.chromium.launch_persistent_context(
            str(self.home / profile), executable_path=self.path, args=["--no-sandbox", "--disable-gpu"], **SCREEN
        )  # fmt: skip
        context.set_default_timeout(15_000)
        try:
            yield a_tablet(self.site, context, login, **known)
        finally:
            context.close()


def main() -> None:
    """Keep the rounds."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("Chromium is needed for it. On Debian: apt install chromium")
    with tempfile.TemporaryDirectory(prefix="throughcare-round-") as written, sync_playwright() as driver:
        home = Path(written)
        os.environ["RECORD_KEYS"] = str(home / "keys")
        with EmbeddedPostgres(home / "postgres").running() as postgres:
            if "--night" not in sys.argv:
                with round_site(postgres, "round_of_115", home / "day", PEOPLE, GoingClock(SEVEN)) as site:
                    _the_day(Story(site), Tablets(driver.chromium, path, home, site))
            with round_site(
                postgres, "round_at_night", home / "night", 0, GoingClock(CLOCK_SET_BACK)
            ) as site:
                _the_night(Story(site), Tablets(driver.chromium, path, home, site))


def _the_day(story: Story, tablets: Tablets) -> None:
    site = story.site
    for login in ("nurse", "nurse2", "nurse3"):
        site.who(login)
    site.has(places(PEOPLE, FIRST_OF_SOUTH))
    safe = Dispensary(site.desk.database, PRISON, day=date(2026, 3, 10), at=SEVEN)
    safe.issues(safe.receives(STOCK), POURED)
    with tablets.on("south", "nurse2") as south:
        with tablets.on("north", "nurse") as north:
            north.opens()
            north.chooses_pin(wings=(NORTH,))
            south.opens()
            south.chooses_pin()
            for chapter in (
                _online,
                _offline_from_the_start,
                _lost_replies,
                _server_killed,
                _order_changed,
                _clock_wrong,
            ):
                chapter(story, north, south)
            north.context.set_offline(True)
            story.gives(north, 39, 40)
        with tablets.on("north", "nurse", device=north.device) as restarted:
            _restarted(story, restarted)
            _nurse_replaced(story, restarted)
            _wing_taken_over(story, restarted, south)
            _the_rest(story, restarted, south)
    _compare(story)
    print(
        f"{PEOPLE} people, {len(story.took)} doses by two taps on two tablets; record and register have each once."
    )
    print(f"Interface time for a dose: median {statistics.median(story.took):.2f} s, 95th percentile {statistics.quantiles(story.took, n=20)[-1]:.2f} s.")  # fmt: skip


# --- the chapters


def _online(story: Story, north: RoundTab, south: RoundTab) -> None:
    story.gives(north, *range(1, 9))
    story.gives(south, *range(59, 67))
    story.taps(north, 9, "refused", "#refused")
    story.undoes(north, 9)
    story.taps(north, 9, "absent", "#absent")
    story.gives(north, 10)
    story.undoes(north, 10)
    story.gives(north, 10)
    north.is_sent()
    south.is_sent()


def _offline_from_the_start(story: Story, north: RoundTab, south: RoundTab) -> None:
    north.page.evaluate("() => navigator.serviceWorker.ready")
    north.context.set_offline(True)
    north.page.reload()
    north.types_pin()
    story.gives(north, *range(11, 15))
    north.page.reload()
    north.types_pin()
    story.gives(north, *range(15, 19))
    story.taps(north, 19, "absent", "#absent")
    story.gives(south, *range(67, 71))
    north.context.set_offline(False)
    north.is_sent()


def _lost_replies(story: Story, north: RoundTab, south: RoundTab) -> None:
    """Of every other event the server's answer does not arrive."""
    seen = 0

    def lose(route: "Route") -> None:
        nonlocal seen
        seen += 1
        if seen % 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    north.page.route(EVENTS, lose)
    story.gives(north, *range(20, 27))
    north.page.unroute(EVENTS)
    north.sends_now()


def _server_killed(story: Story, north: RoundTab, south: RoundTab) -> None:
    story.site.kill()
    try:
        story.gives(north, 27, 28)
        story.gives(south, 71, 72)
        north.page.locator("#chip[data-state=none]").wait_for()
        north.page.reload()
        north.types_pin()
        story.gives(north, 29, 30)
    finally:
        story.site.start()
    for tab in (north, south):
        tab.sends_now()


def _order_changed(story: Story, north: RoundTab, south: RoundTab) -> None:
    """The doctor orders more while the tablet has no network: the fact is kept, and flagged."""
    south.context.set_offline(True)
    story.site.has([request_of(an_order(70, id="p73-order", patient="p73", facility=PRISON))])
    story.gives(south, 73, 74)
    south.context.set_offline(False)
    south.is_sent()
    assert [one[1:3] for one in story.site.sent(["p73"])] == [("given", "flagged")]
    assert [one[1:3] for one in story.site.sent(["p74"])] == [("given", "stored")]


def _clock_wrong(story: Story, north: RoundTab, south: RoundTab) -> None:
    """By a day: it is told, and put right."""
    set_clock(south.context, story.site.clock() + timedelta(days=1))
    south.page.reload()
    south.types_pin()
    south.page.get_by_text("wrong by 24 hours").wait_for()
    story.gives(south, *range(75, 79))
    south.is_sent()
    days = {at.astimezone(UTC).date() for at in _occurred(story.site, "p75", "p76", "p77", "p78")}
    assert days == {SEVEN.date()}, days
    set_clock(south.context, story.site.clock())
    south.page.reload()
    south.types_pin()
    south.page.get_by_text("wrong by").wait_for(state="detached")


def _restarted(story: Story, north: RoundTab) -> None:
    """The tablet was switched off with two doses unsent, and comes up without a network."""
    north.context.set_offline(True)
    north.opens()
    north.types_pin()
    assert "waiting: 2" in north.page.locator("#chip").inner_text()
    story.gives(north, 41, 42)


def _nurse_replaced(story: Story, north: RoundTab) -> None:
    """Still without a network, and with what the first one gave unsent."""
    north.hands_over_to("nurse3 of the tests", OTHER_PIN)
    story.gives(north, 43, 44)
    north.context.set_offline(False)
    north.is_sent()
    story.site.sign_in(north.context, "nurse3", north.device)
    north.page.reload()
    north.taps(north.page.get_by_role("button", name="NOT 2"))
    north.types_pin(OTHER_PIN)
    story.gives(north, 45)
    north.is_sent()


def _wing_taken_over(story: Story, north: RoundTab, south: RoundTab) -> None:
    """South's tablet hears aloud that it may go on in North, without a network; one dose is given by both all the same."""
    south.context.set_offline(True)
    story.gives(south, 79)
    south.page.locator("#chip[data-state=none]").wait_for()
    south.takes_over_offline(NORTH, "nurse3 of the tests")
    story.gives(south, 46, 47)
    story.gives(north, 46)
    north.is_sent()
    south.context.set_offline(False)
    south.row("p46").get_by_text("to check").wait_for()
    assert sorted(one[2] for one in story.site.sent(["p46"])) == ["conflict", "stored"]


def _the_rest(story: Story, north: RoundTab, south: RoundTab) -> None:
    story.gives(north, 9, 19, *range(31, 39), *range(48, FIRST_OF_SOUTH))
    north.is_sent()
    south.taps(south.page.get_by_role("button", name=SOUTH, exact=True))
    story.gives(south, *range(80, PEOPLE + 1))
    south.page.locator("#chip[data-state=calm]").wait_for()


def _the_night(story: Story, tablets: Tablets) -> None:
    """The hour between two and three comes twice. Doses in both are an hour apart, of one day, and shown as the wall shows them."""
    site = story.site
    site.has(one for number in (1, 2, 3) for one in _at_night(number))
    with tablets.on("night", "nurse") as tab:
        tab.opens()
        tab.chooses_pin()
        tab.page.evaluate("() => navigator.serviceWorker.ready")
        tab.context.set_offline(True)
        story.gives(tab, 1)
        site.clock.goes_on(hours=1)
        set_clock(tab.context, site.clock())
        tab.page.reload()
        tab.types_pin()
        story.gives(tab, 2)
        site.sign_in(tab.context, "nurse", tab.device)  # the session was locked in that hour
        tab.context.set_offline(False)
        tab.is_sent()
        story.gives(tab, 3)
        tab.is_sent()
        tab.taps(tab.row("p2").locator(".round-row"))
        assert "25/10, 02:2" in tab.page.locator(".round-told").inner_text()
    first, second, _ = _occurred(site, "p1", "p2", "p3")
    assert timedelta(minutes=59) < second - first < timedelta(minutes=62), (first, second)
    with site.desk.database.cursor() as cursor:
        days = cursor.execute("SELECT DISTINCT day, slot_day FROM clinical.oat_event WHERE patient_id IN ('p1', 'p2', 'p3') AND event IS NOT NULL").fetchall()  # fmt: skip
    assert days == [(date(2026, 10, 25), date(2026, 10, 25))], days
    assert Counter(one[:2] for one in site.sent()) == Counter(story.tapped)
    print(
        "In the night in which the clock is set back: two doses an hour apart at the same time of day, each recorded once."
    )


# --- what is compared, and what there is


def _compare(story: Story) -> None:
    """What the server has is what was tapped; each dose that stands is in the record once, and in the register once."""
    database, events = story.site.desk.database, story.site.sent()
    assert Counter(one[:2] for one in events) == Counter(story.tapped)
    with database.cursor() as cursor:
        undone = {one for (one,) in cursor.execute("SELECT about::text FROM clinical.round_event WHERE kind = 'entered-in-error'").fetchall()}  # fmt: skip
    standing = {id_ for _, kind, _, id_ in events if kind in TAKEN and id_ not in undone}
    recorded = in_record(database)
    assert set(recorded) == standing
    assert in_register(database) == as_entered(recorded.items(), STRENGTH)
    assert balance(database) == STOCK - sum(recorded.values()) / STRENGTH
    had = Counter(person for person, _, _, id_ in events if id_ in standing)
    assert had == Counter({f"p{number}": 2 if number == 46 else 1 for number in range(1, PEOPLE + 1)}), had


def _occurred(site: RoundSite, *people: str) -> list[datetime]:
    with site.desk.database.cursor() as cursor:
        asked = "SELECT occurred_at FROM clinical.round_event WHERE patient_id = ANY(%s) ORDER BY patient_id"
        return [at for (at,) in cursor.execute(asked, (list(people),)).fetchall()]


def _at_night(number: int) -> Iterator[dict[str, Any]]:
    """Somebody with an order for that night, who had the dose of the morning before."""
    patient, stay, *_ = unlike_others(number)
    before = CLOCK_SET_BACK - timedelta(hours=22)
    day = before.date()
    order = an_order(id=f"p{number}-order", patient=f"p{number}", facility=PRISON, start=day - timedelta(days=30), end=day + timedelta(days=30))  # fmt: skip
    dose = a_happened(
        id=f"p{number}-before", patient=f"p{number}", order=order.id, slot_day=day, part=1, at=before
    )
    yield from (patient, stay, request_of(order), resource_of(dose))


if __name__ == "__main__":
    main()
