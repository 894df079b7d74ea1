"""The round in Chromium: whatever happens to the network, the server has what was tapped, once."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dispensary import Dispensary
from looking import DRAWN
from oat import DAY, a_happened, an_order
from people_pages import PIN
from round_pages import SETTLES_MS, TRIED, RoundSite, RoundTab, a_tablet, round_site, set_clock, unlike_others
from round_prison import PRISON, a_person, goes_to_court
from round_tablets import SEVEN
from untranslated import MONTHS, UNTRANSLATED

from clinical.oat.happened_resource import resource_of
from clinical.oat.order_resource import request_of
from services.access.people.devices import list_devices
from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

PEOPLE = 40
CLOCK_SET_FORWARD = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)
"""In Podgorica ten to two, in the night in which the hour from two to three is left out."""
NewTablet = Callable[..., RoundTab]
EVENTS = "**/round/events"


@pytest.fixture(scope="module")
def site(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[RoundSite]:
    """A prison. Each test has people of its own on the list."""
    with round_site(postgres, f"round_{worker_id}", tmp_path_factory.mktemp("home"), PEOPLE) as served:
        yield served


@pytest.fixture
def new_tablet(site: RoundSite, chromium: "Browser") -> Iterator[NewTablet]:
    """A tablet with a browser of its own, and the list on it."""
    with ExitStack() as opened:

        def new(
            login: str = "nurse", *, off: timedelta = timedelta(), takes: bool = True, **context: Any
        ) -> RoundTab:
            size = {"viewport": {"width": 1024, "height": 768}, "locale": "en-GB", **context}
            made = chromium.new_context(**size)
            made.set_default_timeout(8_000)
            opened.callback(made.close)
            tab = a_tablet(site, made, login, off=off)
            tab.opens()
            tab.chooses_pin()
            if takes:
                tab.takes_the_wing()
            return tab

        yield new


def doses(site: RoundSite, *people: str) -> list[tuple[str, str, str]]:
    """What the server has about some people: (person, kind, outcome)."""
    return [one[:3] for one in site.sent(people)]


def flags(site: RoundSite, person: str) -> list[str]:
    """The remarks on the only event about somebody."""
    with site.desk.database.cursor() as cursor:
        ((found,),) = cursor.execute(
            "SELECT flags FROM clinical.round_event WHERE patient_id = %s", (person,)
        ).fetchall()
    return sorted(found)


def test_a_clean_dose_is_two_taps_and_a_wrong_one_is_taken_back_beside_the_row(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.gives("p1")
    tab.taps_on_card("p2", "#refused")
    tab.is_sent()
    tab.undoes("p2")
    tab.is_sent()
    tab.taps_on_card("p2", "#absent")
    tab.is_sent()
    assert doses(site, "p1", "p2") == [
        ("p1", "given", "stored"), ("p2", "refused", "stored"), ("p2", "entered-in-error", "stored"), ("p2", "absent", "stored"),
    ]  # fmt: skip
    assert tab.complaints == []


def test_a_wrong_vomited_is_taken_back_from_the_card_and_the_dose_stands(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.gives("p24")
    tab.is_sent()
    tab.context.set_offline(True)
    tab.opens_card("p24")
    tab.taps(tab.page.get_by_text("More", exact=True))
    tab.taps(tab.page.locator(".round-form", has_text="Vomited").get_by_role("button"))
    tab.row("p24").get_by_text("vomited").wait_for()
    tab.taps_on_card("p24", "#take-back-1")
    tab.row("p24").get_by_text("vomited").wait_for(state="detached")
    assert "Given" in tab.row("p24").inner_text()
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "p24") == [("p24", "given", "stored"), ("p24", "vomited", "stored"), ("p24", "entered-in-error", "stored")]  # fmt: skip


def test_after_a_mistake_without_a_network_the_steps_are_shown_and_the_record_says_what_was_taken(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.context.set_offline(True)
    tab.opens_card("p25")
    tab.taps(tab.page.get_by_text("More", exact=True))
    tab.page.locator("#mistake").select_option("wrong-medicine")
    record = tab.page.get_by_role("button", name="Record it")
    tab.taps(record)
    tab.page.get_by_text("Say first which medicine was in fact taken.").wait_for(state="attached")
    tab.page.locator("#happened-product").select_option("buprenorphine-sublingual")
    tab.page.locator("#happened-mg").fill("8")
    tab.page.locator("#happened-at").fill("06:10")
    tab.taps(record)
    steps = tab.page.locator(".round-steps button")
    tab.page.get_by_text("Somebody watches this person until 10/03, 18:10.").wait_for()
    assert steps.count() == 4
    tab.taps(steps.first)
    tab.page.locator(".round-steps .tag", has_text="done").wait_for()
    assert tab.page.locator(".round-recorded").count() == 1
    tab.taps(tab.page.locator("#back"))
    tab.row("p25").get_by_text("mistake: steps open").wait_for()
    tab.context.set_offline(False)
    tab.is_sent()
    tab.opens_card("p25")
    for left in (2, 1):
        tab.taps(steps.first)
        tab.page.wait_for_function(
            "left => document.querySelectorAll('.round-steps button').length === left", arg=left
        )
    tab.taps(steps.first)
    tab.taps(tab.page.locator("#back"))
    tab.row("p25").get_by_text("mistake: steps open").wait_for(state="detached")
    tab.is_sent()
    with site.desk.database.cursor() as cursor:
        (taken,) = cursor.execute("SELECT product, mg, occurred_at FROM clinical.oat_event WHERE patient_id = 'p25' AND day = '2026-03-10'").fetchall()  # fmt: skip
        (task,) = cursor.execute("SELECT done FROM clinical.round_task WHERE patient_id = 'p25'").fetchall()
    assert taken == ("buprenorphine-sublingual", 8, datetime(2026, 3, 10, 5, 10, tzinfo=UTC))
    assert task == (True,)


def test_who_is_not_on_the_list_is_recorded_without_a_network_and_kept_apart(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.context.set_offline(True)
    tab.taps(tab.page.locator("#somebody-else"))
    tab.page.locator("#happened-product").select_option("methadone-oral-solution")
    tab.page.locator("#happened-mg").fill("40")
    record = tab.page.locator("#record-somebody")
    tab.taps(record)
    tab.page.get_by_text("Say first who it was.").wait_for(state="attached")
    tab.page.locator("#somebody").fill("N-unheard-of, tall, from B wing")
    tab.taps(record)
    tab.list().wait_for()
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "-") == [("-", "given", "quarantined")]
    tab.taps(tab.page.locator("#to-check"))
    tab.page.get_by_text("N-unheard-of, tall, from B wing").wait_for()
    tab.page.goto(f"{site.address}/round/conflicts")
    tab.page.get_by_text("N-unheard-of, tall, from B wing").wait_for()


def test_who_waits_is_known_to_every_tablet_also_after_the_dose(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.gives("p26")
    tab.opens_card("p26")
    tab.taps(tab.page.get_by_text("More", exact=True))
    tab.taps(tab.page.get_by_role("button", name="Start"))
    tab.row("p26").get_by_text("look again at").wait_for()
    tab.is_sent()
    other = new_tablet("other")
    other.row("p26").get_by_text("look again at").wait_for()
    other.opens_card("p26")
    other.taps(other.page.locator("#looked-0"))
    other.taps(other.page.locator("#back"))
    other.row("p26").get_by_text("look again at").wait_for(state="detached")


def test_the_page_is_installed_by_a_name_that_says_nothing_and_how_old_the_list_is_stands_large(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    found = tab.context.new_cdp_session(tab.page).send("Page.getAppManifest")
    assert (found["errors"], json.loads(found["data"])["name"]) == ([], "Throughcare")
    assert re.fullmatch(r"List from 07:0\d", tab.page.locator("#list-from").inner_text())
    with site.desk.database.transaction() as connection:
        (told,) = (one for one in list_devices(connection) if one.id == tab.device.id)
    assert (told.unsent, told.persisted) == (0, tab.page.evaluate("() => navigator.storage.persisted()"))
    tab.taps(tab.page.locator("#lock-now"))
    tab.page.locator("#list-from").wait_for(state="hidden")


def test_no_tap_counts_right_after_a_redraw_and_no_row_moves(site: RoundSite, new_tablet: NewTablet) -> None:
    site.has([goes_to_court("p3")])
    tab = new_tablet()
    assert "leaves 07:45: dose first" in tab.row("p3").inner_text()
    before = tab.place("p3")
    assert before < tab.place("p1"), "the dose comes before they leave"
    number = tab.row("p3").locator(".round-call").inner_text()
    tab.taps(tab.row("p3").locator(".round-row"))
    assert "leaves 07:45: dose first" in tab.page.locator(".round-card").inner_text()
    tab.page.locator("#give").click()  # the finger was on its way
    tab.page.wait_for_timeout(SETTLES_MS)
    assert doses(site, "p3") == []
    assert tab.page.locator(".round-called .round-call").inner_text() == number
    tab.page.get_by_text("Methadone").first.wait_for(state="hidden")
    tab.taps(tab.page.get_by_text("Show what it is"))
    tab.page.get_by_text("Methadone").first.wait_for()
    tab.taps(tab.page.locator("#back"))
    tab.opens_card("p3")
    tab.page.get_by_text("Methadone").first.wait_for(state="hidden")
    tab.taps(tab.page.locator("#give"))
    tab.is_sent()
    assert tab.place("p3") == before


def test_of_two_bottles_each_is_told_by_its_strength_and_neither_is_taken_by_itself(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    safe = Dispensary(site.desk.database, PRISON, day=DAY, at=SEVEN)
    batch = safe.receives(1000)
    with ExitStack() as afterwards:
        for name in ("B1", "B2"):
            afterwards.callback(safe.counts_back, safe.issues(batch, 100, name), 100)
        tab = new_tablet()
        tab.opens_card("p40")
        asked = tab.page.locator("#container")
        assert asked.locator("option").all_inner_texts() == ["Choose", "B1 · 10 mg/mL", "B2 · 10 mg/mL"]
        assert asked.input_value() == ""
        against = tab.page.locator(".round-against").inner_text().split("\n")
        assert "0" not in against, "nobody can order by telephone"


def test_offline_from_the_start_with_a_reload_nothing_is_lost(site: RoundSite, new_tablet: NewTablet) -> None:
    before = site.cards_read()
    tab = new_tablet()
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.context.set_offline(True)
    tab.page.reload()
    tab.types_pin("999111")
    tab.page.get_by_text("That is not the PIN.").wait_for()
    tab.types_pin()
    tab.list().wait_for()
    tab.gives("p4")
    tab.gives("p5")
    tab.page.reload()
    tab.types_pin()
    tab.taps_on_card("p6", "#absent")
    assert "waiting: 3" in tab.page.locator("#chip").inner_text()
    tab.page.get_by_text("not checked since then").wait_for()
    assert doses(site, "p4", "p5", "p6") == []
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "p4", "p5", "p6") == [("p4", "given", "stored"), ("p5", "given", "stored"), ("p6", "absent", "stored")]  # fmt: skip
    tab.page.evaluate("() => Round.act.flush()")
    assert site.cards_read() == before + 3


def test_a_reply_that_is_lost_is_asked_for_again_and_makes_one_dose(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    lost: list[str] = []

    def lose(route: "Route") -> None:
        route.fetch()
        lost.append(str(route.request.headers.get("idempotency-key")))
        route.abort()

    tab.page.route(EVENTS, lose, times=1)
    tab.gives("p7")
    tab.page.locator("#chip[data-state=waiting]").wait_for()
    tab.sends_now()
    ((_, kind, outcome, id_),) = site.sent(["p7"])
    assert (kind, outcome, [id_]) == ("given", "stored", lost)


def test_two_tablets_that_gave_one_dose_keep_both_and_say_so(site: RoundSite, new_tablet: NewTablet) -> None:
    first, second = new_tablet(), new_tablet("nurse2", takes=False)
    second.context.set_offline(True)
    _takes_over_by_word(second, "p8")
    second.gives("p8")
    second.gives("p20")
    first.gives("p8")
    first.is_sent()
    second.context.set_offline(False)
    second.row("p8").get_by_text("to check").wait_for()
    assert sorted(doses(site, "p8")) == [("p8", "given", "conflict"), ("p8", "given", "stored")]
    second.is_sent()
    assert "taken-over" in flags(site, "p20")
    second.taps(second.page.locator("#to-check"))
    second.page.get_by_text("Two records of one dose").wait_for()
    second.page.get_by_text("The other record:").wait_for()


def test_what_another_tablet_gave_closes_its_row_once_there_is_contact_and_each_minute(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    first = new_tablet()
    first.gives("p35")
    first.is_sent()
    second = new_tablet("nurse2", takes=False)
    second.context.set_offline(True)
    second.opens_card("p35")
    second.page.locator("#was-done").wait_for()
    assert second.page.locator("#take-back").count() == 0  # it is the other tablet's
    second.taps(second.page.locator("#back"))
    _takes_over_by_word(second, "p31")
    second.opens_card("p31")
    first.gives("p30")
    first.gives("p31")
    first.is_sent()
    second.context.set_offline(False)
    second.page.locator("#card-changed").wait_for()  # nothing waited to be sent
    assert second.page.locator("#give").count() == 0
    second.taps(second.page.locator("#back"))
    second.row("p30").get_by_text("Given").wait_for()
    second.context.add_init_script(BEATS_AT_ONCE)
    second.page.reload()
    second.types_pin()
    second.list().wait_for()
    second.page.get_by_text("not checked since then").wait_for(state="detached")
    stood = second.place("p32")
    first.gives("p32")
    second.row("p32").get_by_text("Given").wait_for()
    assert second.place("p32") == stood
    second.opens_card("p32")
    assert second.page.locator("#give").count() == 0
    assert doses(site, "p30", "p31", "p32") == [(one, "given", "stored") for one in ("p30", "p31", "p32")]


def _takes_over_by_word(tab: RoundTab, person: str) -> None:
    """A wing of another tablet, without a network."""
    tab.taps(tab.row(person).locator(".round-row"))
    assert tab.page.locator("#give").count() == 0  # it is the other tablet's
    tab.taps(tab.page.get_by_role("button", name="Take this wing over"))
    tab.taps(tab.page.get_by_role("button", name="They agreed: take it over"))
    tab.page.locator("#agreed-with").wait_for()
    tab.page.wait_for_timeout(SETTLES_MS)
    tab.page.locator("#agreed").check()
    tab.taps(tab.page.get_by_role("button", name="Take over"))


BEATS_AT_ONCE = """(() => {
  const real = window.setInterval;
  window.setInterval = (act, every) => real(act, every === 60_000 ? 1_000 : every);
})()"""
"""What is done once a minute is done each second."""


def test_an_order_that_was_changed_while_the_tablet_had_no_network_is_told_and_the_dose_stands(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.context.set_offline(True)
    site.has([request_of(an_order(70, id="p21-order", patient="p21", facility=PRISON))])
    tab.gives("p21")
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "p21") == [("p21", "given", "flagged")]
    assert {"order-changed", "other-amount"} <= set(flags(site, "p21"))


def test_the_browser_is_closed_with_doses_unsent_and_opened_again_without_a_network(
    site: RoundSite,
    playwright_driver: Any,
    chromium_path: str,
    chromium_arguments: list[str],
    tmp_path: Path,
) -> None:
    def browser() -> Any:
        return playwright_driver.chromium.launch_persistent_context(
            str(tmp_path), executable_path=chromium_path, args=chromium_arguments, locale="en-GB"
        )

    with browser() as context:
        tab = a_tablet(site, context)
        tab.opens()
        tab.chooses_pin()
        tab.takes_the_wing()
        tab.page.evaluate("() => navigator.serviceWorker.ready")
        context.set_offline(True)
        tab.gives("p22")
    with browser() as context:
        context.set_offline(True)
        again = a_tablet(site, context, device=tab.device)
        again.opens()
        again.types_pin()
        assert "waiting: 1" in again.page.locator("#chip").inner_text()
        again.gives("p23")
        context.set_offline(False)
        again.is_sent()
    assert sorted(doses(site, "p22", "p23")) == [("p22", "given", "stored"), ("p23", "given", "stored")]


def test_in_the_night_in_which_the_clock_is_set_forward_times_are_as_on_the_wall(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    site.has([*_that_night(1), *_that_night(2)])
    before, site.clock.at = site.clock.at, CLOCK_SET_FORWARD
    try:
        tab = new_tablet(timezone_id="Europe/Podgorica")
        tab.page.evaluate("() => navigator.serviceWorker.ready")
        tab.context.set_offline(True)
        tab.gives("s1")
        site.clock.goes_on(minutes=20)
        set_clock(tab.context, site.clock())
        tab.page.reload()
        tab.types_pin()
        tab.gives("s2")
        site.sign_in(tab.context, "nurse", tab.device)  # the session was locked meanwhile
        tab.context.set_offline(False)
        tab.is_sent()
        tab.opens_card("s2")
        assert "29/03, 03:1" in tab.page.locator(".round-told").inner_text()
        with site.desk.database.cursor() as cursor:
            asked = "SELECT occurred_at, day FROM clinical.oat_event WHERE patient_id IN ('s1', 's2') AND event IS NOT NULL ORDER BY 1"
            (first, day), (second, other_day) = cursor.execute(asked).fetchall()
        assert day == other_day == date(2026, 3, 29)
        assert timedelta(minutes=19) < second - first < timedelta(minutes=22)
    finally:
        site.clock.at = before


def _that_night(number: int) -> list[dict[str, Any]]:
    """Somebody who had the dose of the morning before."""
    patient, stay, *_ = unlike_others(60 + number)
    before = CLOCK_SET_FORWARD - timedelta(hours=22)
    order = an_order(id=f"s{number}-order", patient=f"s{number}", facility=PRISON)
    dose = a_happened(id=f"s{number}-before", patient=f"s{number}", order=order.id, slot_day=before.date(), part=1, at=before)  # fmt: skip
    whose = {"reference": f"Patient/s{number}"}
    return [
        {**patient, "id": f"s{number}"}, {**stay, "id": f"s{number}-stay", "subject": whose}, request_of(order), resource_of(dose),
    ]  # fmt: skip


def test_who_was_not_here_or_not_awake_is_given_the_dose_later_without_a_network(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab, before = new_tablet(), site.clock.at
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.context.set_offline(True)
    tab.taps_on_card("p33", "#absent")
    tab.gives("p33")
    tab.opens_card("p34")
    tab.taps(tab.page.locator(".round-more > summary"))
    tab.page.locator("#finding").select_option("sedated")
    tab.taps(tab.page.locator(".round-form", has=tab.page.locator("#finding")).locator("button"))
    tab.row("p34").get_by_text("look again at").wait_for()
    tab.opens_card("p34")
    tab.page.get_by_text("Sedated. Nothing is given until the person is awake").wait_for()
    assert tab.page.locator("#give").count() == 0
    try:
        site.clock.goes_on(minutes=61)
        set_clock(tab.context, site.clock())
        tab.page.reload()
        tab.types_pin()
        tab.row("p34").get_by_text("look now").wait_for()
        tab.gives("p34")
        site.sign_in(tab.context, "nurse", tab.device)  # the session was locked meanwhile
        tab.context.set_offline(False)
        tab.is_sent()
    finally:
        site.clock.at = before
    assert doses(site, "p33") == [("p33", "absent", "stored"), ("p33", "given", "stored")]
    assert doses(site, "p34") == [("p34", "withheld", "stored"), ("p34", "given", "stored")]


def test_after_one_part_of_a_dose_the_other_waits_without_a_network(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    site.has(a_person("p39", 30, 30))
    tab = new_tablet()
    tab.context.set_offline(True)
    first, second = tab.row("p39").all()
    tab.taps_until(first.locator(".round-row"), tab.page.locator("#give"))
    tab.taps_until(tab.page.locator("#give"), second)
    second.get_by_text("stop", exact=True).wait_for()
    tab.taps_until(second.locator(".round-row"), tab.page.locator("#back"))
    tab.page.get_by_text("Too soon after the dose that was just recorded here").wait_for()
    assert tab.page.locator("#give").count() == 0
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "p39") == [("p39", "given", "stored")]


def test_a_clock_that_was_set_back_makes_no_old_list_young(site: RoundSite, new_tablet: NewTablet) -> None:
    patient, stay, order, *_ = unlike_others(60)
    site.has([patient, stay, order])  # whose last dose nobody knows
    tab = new_tablet()
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.context.set_offline(True)
    set_clock(tab.context, site.clock() - timedelta(days=400))
    tab.page.reload()
    tab.types_pin()
    tab.page.get_by_text("was set back by 9600 hours or more").wait_for()
    tab.opens_card("p60")
    assert tab.page.locator("#give").count() == 0
    last = tab.page.locator("dl div", has_text="None is known.").inner_text()
    assert re.search(r"not checked since 0?7:0\d.*None is known", last, re.DOTALL)
    tab.taps(tab.page.locator("#back"))
    tab.opens_card("p36")
    assert tab.page.locator("#give").count() == 0
    tab.taps(tab.page.locator(".round-more > summary"))
    tab.taps(tab.page.get_by_role("button", name="Record it"))
    tab.context.set_offline(False)
    tab.is_sent()
    assert doses(site, "p36") == [("p36", "given", "flagged")]
    tab.opens_card("p37")
    tab.page.locator("#give").wait_for()  # the server said what time it is


def test_the_server_dies_in_the_middle_and_comes_back(site: RoundSite, new_tablet: NewTablet) -> None:
    tab = new_tablet()
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.gives("p9")
    tab.is_sent()
    site.kill()
    try:
        tab.gives("p10")
        tab.page.locator("#chip[data-state=none]").wait_for()
        tab.page.reload()
        tab.types_pin()
        tab.gives("p11")
    finally:
        site.start()
    tab.sends_now()
    assert doses(site, "p9", "p10", "p11") == [(one, "given", "stored") for one in ("p9", "p10", "p11")]


def test_a_clock_that_is_a_day_ahead_is_told_and_put_right(site: RoundSite, new_tablet: NewTablet) -> None:
    tab = new_tablet(off=timedelta(days=1))
    tab.page.get_by_text("wrong by 24 hours").wait_for()
    tab.gives("p12")
    tab.is_sent()
    assert doses(site, "p12") in ([("p12", "given", "stored")], [("p12", "given", "flagged")])
    tab.taps(tab.row("p12").locator(".round-row"))
    assert re.search(r"10/03, 07:0\d", tab.page.locator(".round-told").inner_text())


def test_the_next_nurse_takes_over_while_something_is_unsent(site: RoundSite, new_tablet: NewTablet) -> None:
    site.who("nurse2")
    tab = new_tablet()
    tab.context.set_offline(True)
    tab.gives("p13")
    tab.taps(tab.page.locator("#hand-over"))
    tab.page.locator("#next").select_option(label="nurse2 of the tests")
    tab.taps(tab.page.get_by_role("button", name="Go on"))
    tab.chooses_pin("481516")
    tab.gives("p14")
    tab.context.set_offline(False)
    tab.is_sent()
    assert sorted(doses(site, "p13", "p14")) == [("p13", "given", "stored"), ("p14", "given", "stored")]


def test_after_ten_wrong_pins_the_list_is_gone_and_what_was_tapped_is_not(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.context.set_offline(True)
    tab.gives("p15")
    tab.taps(tab.page.locator("#lock-now"))
    for _ in range(3):
        tab.types_pin("999111")
        tab.page.get_by_text("That is not the PIN.").wait_for()
    tab.types_pin()
    tab.page.get_by_text("Too many wrong tries").wait_for()
    tab.page.evaluate(TRIED, 9)
    tab.types_pin("999111")
    tab.page.get_by_text("the list is removed").wait_for()
    tab.context.set_offline(False)
    tab.taps(tab.page.get_by_role("button", name="Try again"))
    tab.chooses_pin()
    tab.is_sent()
    assert doses(site, "p15") == [("p15", "given", "stored")]


def test_an_overdose_is_recorded_on_a_locked_tablet_without_a_network_and_sent_by_whoever_is_signed_in(
    site: RoundSite, new_tablet: NewTablet
) -> None:
    tab = new_tablet()
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    tab.context.set_offline(True)
    tab.page.reload()
    tab.taps(tab.page.locator("#overdose-open"))
    line = tab.page.locator(".round-flags li")
    tab.taps_until(tab.page.locator("#naloxone"), line.filter(has_text="Naloxone"))
    tab.taps_until(tab.page.locator("#ambulance-there"), line.filter(has_text="is there"))
    tab.taps(tab.page.get_by_role("button", name="Tapped by mistake"))
    line.filter(has_text="is there").wait_for(state="detached")
    tab.taps_until(tab.page.locator("#ambulance-called"), line.filter(has_text="called"))
    assert "DEMO-" not in tab.page.locator("main").inner_text()
    tab.page.reload()
    tab.page.get_by_text("Look again by").wait_for()
    assert "waiting: 5" in tab.page.locator("#chip").inner_text()
    site.sign_in(tab.context, "nurse2", tab.device)
    tab.context.set_offline(False)
    tab.is_sent()
    with site.desk.database.cursor() as cursor:
        of_it = "SELECT account FROM clinical.round_emergency WHERE device = %s"
        lines = cursor.execute(of_it, (tab.device.id,)).fetchall()
    assert lines == [(site.who("nurse2").account,)] * 5
    tab.taps(tab.page.locator("#overdose-open"))
    tab.taps(tab.page.locator("#over"))
    tab.page.get_by_text("Nobody has to look again.").wait_for()
    assert tab.complaints == [] or all("ERR_INTERNET_DISCONNECTED" in one for one in tab.complaints)


def test_nothing_of_a_person_is_on_the_disk(
    site: RoundSite, playwright_driver: Any, chromium_path: str, chromium_arguments: list[str], tmp_path: Path
) -> None:
    with playwright_driver.chromium.launch_persistent_context(
        str(tmp_path), executable_path=chromium_path, args=chromium_arguments, locale="en-GB"
    ) as context:
        tab = a_tablet(site, context)
        tab.opens()
        tab.chooses_pin()
        tab.takes_the_wing()
        tab.page.evaluate("() => navigator.serviceWorker.ready")
        context.set_offline(True)
        tab.page.reload()
        tab.types_pin()
        tab.gives("p16")
        tab.taps(tab.row("p17").locator(".round-row"))
        tab.page.get_by_text("N-p17").wait_for()
    words = [text for word in ("DEMO-", "N-p1", "Methadone", "methadone", "1984-03-02", "p16-order", PIN) for text in (word.encode(), word.encode("utf-16-le"))]  # fmt: skip
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"throughcare-round" in path.read_bytes() for path in files)
    assert [(path.name, word) for path in files for word in words if word in path.read_bytes()] == []


def test_axe_finds_nothing_it_fits_and_every_text_is_in_a_translators_reach(
    site: RoundSite,
    new_tablet: NewTablet,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """Each state by day and by night, on a tablet and on a phone, in the made-up language."""
    tab = new_tablet(bypass_csp=True, locale="qps-ploc", reduced_motion="reduce")
    for name in states(tab):
        for width, height, theme in ((1024, 768, "day"), (390, 844, "night")):
            tab.page.set_viewport_size({"width": width, "height": height})
            tab.page.locator("html").evaluate("(html, theme) => (html.dataset.theme = theme)", theme)
            tab.page.evaluate(DRAWN)
            with subtests.test(name, width=width):
                assert axe_finds(tab) == []
                assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
                widths = tab.page.locator("html").evaluate("html => [html.scrollWidth, html.clientWidth]")
                assert widths[0] <= widths[1]


def states(tab: RoundTab) -> Iterator[str]:
    """Every state of the page that looks different, one after another."""
    yield "list"
    tab.taps(tab.row("p18").locator(".round-row"))
    tab.taps(tab.page.locator(".round-more > summary"))
    yield "card"
    tab.taps(tab.page.locator("#absent"))
    tab.is_sent()
    yield "done with undo"
    tab.context.set_offline(True)
    tab.gives("p19")
    tab.page.locator("#chip[data-state=none]").wait_for()
    yield "offline, waiting"
    tab.taps(tab.row("p19").locator(".round-row"))
    yield "card of what was given"
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.locator("#to-check"))
    yield "to check"
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.locator("#hide"))
    yield "hidden"
    tab.taps(tab.page.locator(".cover button"))
    tab.taps(tab.page.locator("#lock-now"))
    tab.page.locator("#pin").wait_for()
    yield "locked"
    tab.taps(tab.page.locator("#overdose-open"))
    yield "overdose"
    tab.taps(tab.page.locator("#naloxone"))
    yield "overdose under way"
    tab.taps(tab.page.locator("#over"))
    yield "overdose over"
    tab.taps(tab.page.locator("#back"))
    tab.page.locator("#pin").wait_for()
