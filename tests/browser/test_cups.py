"""Cups in Chromium: poured on the page of the register, and handed out on the tablet, also without a network."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from dispensary import Dispensary
from looking import looks, too_wide
from oat import DAY, an_order
from people_pages import PASSWORD
from round_pages import SETTLES_MS, RoundSite, RoundTab, a_tablet, round_site
from round_prison import PRISON, put
from round_tablets import SEVEN, ZONE
from stores import store_on

from clinical.oat.order_resource import request_of
from clinical.register.reading import lines_of_issue
from clinical.register.stock import HeldIn
from clinical.register.tray import standing_at
from fhir_store.write import raw_cursor
from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PEOPLE = 4


@pytest.fixture
def site(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[RoundSite]:
    """A prison whose round is not begun."""
    with round_site(postgres, f"cups_{worker_id}", tmp_path_factory.mktemp("home"), PEOPLE) as served:
        yield served


@pytest.fixture
def safe(site: RoundSite) -> Dispensary:
    """Its register."""
    return Dispensary(site.desk.database, PRISON, site.application.state.law, DAY, at=SEVEN)


def taken_from(safe: Dispensary, tray: UUID) -> list[UUID | None]:
    """The cup of each dose."""
    return [one.cup for one in safe.run(lambda c: lines_of_issue(c, tray)) if one.kind == "dose"]


def pours_all(page: "Page", address: str, tray: UUID, colleague: str, looked_at: Callable[[], None]) -> None:
    """From the container in the register: tick, look, sign by two. Each page is looked at."""
    page.goto(f"{address}/register/issue/{tray}")
    page.get_by_role("link", name="Pour cups").click()
    look = page.get_by_role("button", name="Look at it first")
    look.wait_for()
    looked_at()
    page.wait_for_timeout(SETTLES_MS)
    look.click()
    page.get_by_text("Left afterwards: 76 mL").wait_for()
    looked_at()
    page.locator("#second").select_option(label=colleague)
    page.locator("#pin").fill(PASSWORD)
    page.wait_for_timeout(SETTLES_MS)
    page.get_by_role("button", name="Sign: these cups are poured").click()
    page.get_by_text("Nobody on the list of this round needs a cup").wait_for()
    looked_at()


def takes_cup(tab: RoundTab, person: str) -> None:
    """Open the card, say that the cup is in the hand, and give."""
    tab.opens_card(person)
    tab.page.wait_for_timeout(SETTLES_MS)
    tab.page.locator("#cup-in-hand").check()
    tab.taps_until(tab.page.locator("#give"), tab.row(person))


def test_from_the_bottle_into_a_cup_and_into_the_hand_also_without_a_network(
    site: RoundSite, safe: Dispensary, chromium: "Browser", axe_finds: Callable[[Any], Any]
) -> None:
    tray = safe.issues(safe.receives(1000), 100, "B", held_in=HeldIn.CUPS)
    site.who("nurse2")
    context = chromium.new_context(
        viewport={"width": 1024, "height": 768}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(8_000)
    try:
        tab = a_tablet(site, context)

        def looked_at() -> None:
            for size in looks(tab):
                assert axe_finds(tab) == [], size
                assert too_wide(tab) == [], size

        pours_all(tab.page, site.address, tray, "nurse2 of the tests", looked_at)
        cups = {one.cup.poured.patient: one for one in safe.run(lambda c: standing_at(raw_cursor(c), PRISON))}
        assert sorted(cups) == ["p1", "p2", "p3", "p4"]
        # After pouring the prescriber changes the order of one of them.
        store = store_on(site.desk.database, ZONE)
        put(
            site.desk.database,
            store,
            [request_of(an_order(70, id="p4-order", patient="p4", facility=PRISON))],
        )
        tab.opens()
        tab.chooses_pin()
        takes_cup(tab, "p1")
        tab.is_sent()
        assert taken_from(safe, tray) == [cups["p1"].cup.id]
        tab.opens_card("p2")
        looked_at()
        tab.page.evaluate("() => navigator.serviceWorker.ready")
        tab.context.set_offline(True)
        tab.page.reload()
        tab.types_pin()
        tab.list().wait_for()
        # Another one's cup is in the hand: nothing is given.
        tab.opens_card("p2")
        tab.page.wait_for_timeout(SETTLES_MS)
        tab.page.locator("#cup-read").fill(cups["p3"].label.lower())
        tab.page.locator("#cup-read").press("Enter")
        tab.page.get_by_text("this cup is not for this dose").wait_for()
        tab.taps(tab.page.locator("#give"))
        tab.page.wait_for_timeout(SETTLES_MS)
        assert tab.page.locator("#give").is_visible(), "the card stays open"
        # The wrong label is taken away and the tick is set: it is the cup of which the tick speaks.
        tab.page.locator("#cup-read").fill("")
        tab.page.locator("#cup-in-hand").check()
        source = "(row) => Round.cup.given(Round.state.list.rows.find((one) => one.person === row)).cup"
        assert tab.page.evaluate(source, "p2") == str(cups["p2"].cup.id)
        # The right one is read as a scanner types it.
        tab.page.locator("#cup-read").fill("")
        tab.page.locator("#cup-read").press_sequentially(str(cups["p2"].cup.id))
        tab.page.locator("#cup-read").press("Enter")
        tab.page.get_by_text("It is the cup of this dose: B-2.").wait_for()
        tab.taps_until(tab.page.locator("#give"), tab.row("p2"))
        # Nobody can give the cup of the order that was changed, and what was taken is recorded.
        tab.opens_card("p4")
        tab.page.get_by_text("The order was changed after the cup was poured.").first.wait_for()
        assert tab.page.locator("#give").count() == 0
        tab.taps(tab.page.get_by_text("More", exact=True))
        tab.page.locator("#happened-mg").fill("60")
        tab.page.locator("#happened-cup").fill(cups["p4"].label)
        tab.taps_until(tab.page.get_by_role("button", name="Record it"), tab.row("p4"))
        tab.context.set_offline(False)
        tab.sends_now()
        assert taken_from(safe, tray) == [cups[one].cup.id for one in ("p1", "p2", "p4")]
        assert not [one for one in tab.complaints if "INTERNET_DISCONNECTED" not in one]
    finally:
        context.close()
