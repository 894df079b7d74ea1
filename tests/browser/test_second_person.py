"""On the tablet: the PIN of a second person for each dose, a dose taken back by two, and one that is given again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from oat import a_law
from people_pages import PASSWORD, PIN
from round_pages import SETTLES_MS, TRIED, RoundSite, RoundTab, a_tablet, round_site, unlike_others
from round_visit import NORTH, SOUTH, places

from clinical.people.code import code_from
from clinical.people.numbers import Number, NumberKind, identifier_of
from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NewTab = Callable[..., RoundTab]


@pytest.fixture
def site(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[RoundSite]:
    """A prison with two nurses."""
    with round_site(postgres, f"second_{worker_id}", tmp_path_factory.mktemp("home"), 3) as served:
        served.who("nurse2")
        yield served


@pytest.fixture
def new_tab(site: RoundSite, chromium: "Browser") -> Iterator[NewTab]:
    with ExitStack() as opened:

        def new(*wings: str) -> RoundTab:
            context = chromium.new_context(viewport={"width": 1024, "height": 768}, locale="en-GB")
            context.set_default_timeout(8_000)
            opened.callback(context.close)
            tab = a_tablet(site, context)
            tab.opens()
            tab.chooses_pin(wings=wings)
            if not wings:
                tab.takes_the_wing()
            return tab

        yield new


def flags(site: RoundSite, person: str) -> list[list[str]]:
    """The remarks on each event about somebody, in the order in which they came."""
    with site.desk.database.cursor() as cursor:
        found = cursor.execute(
            "SELECT flags FROM clinical.round_event WHERE patient_id = %s ORDER BY received_at", (person,)
        ).fetchall()
    return [one for (one,) in found]


def test_where_the_law_wants_it_each_dose_needs_the_pin_of_a_second_person(
    site: RoundSite, new_tab: NewTab
) -> None:
    site.application.state.law = a_law(oat__law__pin_for_each_dose=True)
    tab = new_tab()
    tab.opens_card("p1")
    tab.page.locator("#beside").select_option(label="nurse2 of the tests")
    tab.page.locator("#beside-pin").fill("not their password")
    tab.taps_until(tab.page.locator("#give"), tab.page.locator("#pin-refused:not(:empty)"))
    assert site.sent(["p1"]) == []
    tab.page.locator("#beside-pin").fill(PASSWORD)
    tab.taps_until(tab.page.locator("#give"), tab.row("p1"))
    tab.is_sent()
    assert [one[1:3] for one in site.sent(["p1"])] == [("given", "stored")]
    assert flags(site, "p1") == [[]]


def signs_in_beside(tab: RoundTab, called: str = "nurse2 of the tests", typed: str = PASSWORD) -> None:
    tab.taps(tab.page.get_by_role("button", name="Second person"))
    tab.page.locator("#beside").select_option(label=called)
    tab.page.locator("#beside-pin").fill(typed)
    tab.taps_until(tab.page.get_by_role("button", name="Sign in beside"), tab.list())


def gives_by_two(tab: RoundTab, person: str) -> None:
    """The nurse's two taps, and between them one of whoever stands beside: without it nothing is recorded."""
    tab.opens_card(person)
    tab.taps_until(tab.page.locator("#give"), tab.page.locator("#beside-now.tick-missing"))
    tab.page.locator("#beside-saw").check()
    tab.taps_until(tab.page.locator("#give"), tab.row(person))


def witnesses(site: RoundSite, person: str) -> list[str | None]:
    """Who is named beside what was given."""
    with site.desk.database.cursor() as cursor:
        asked = "SELECT witness FROM clinical.oat_event WHERE patient_id = %s AND event IS NOT NULL ORDER BY occurred_at"
        return [one for (one,) in cursor.execute(asked, (person,)).fetchall()]


@pytest.mark.parametrize("per", ["round", "wing", "dose"])
def test_who_signed_in_beside_taps_on_each_card_and_who_went_away_is_not_named(
    site: RoundSite, new_tab: NewTab, per: str
) -> None:
    site.application.state.law = a_law(oat__witness_per=per)
    site.has(places(3, first_of_south=3))
    tab = new_tab(NORTH, SOUTH)
    signs_in_beside(tab)
    gives_by_two(tab, "p1")
    tab.opens_card("p2")
    tab.page.wait_for_timeout(SETTLES_MS)
    tab.page.locator("#beside-now-nobody").check()
    tab.taps_until(tab.page.locator("#give"), tab.row("p2"))
    tab.opens_card("p3")
    assert tab.page.locator("#beside-saw").count() == (0 if per == "wing" else 1)
    tab.is_sent()
    assert (witnesses(site, "p1"), flags(site, "p1")) == ([str(site.who("nurse2").account)], [[]])
    assert (witnesses(site, "p2"), flags(site, "p2")) == ([None], [["single-handed"]])


def test_without_a_network_the_second_person_is_proved_by_their_own_pin_on_the_tablet(
    site: RoundSite, new_tab: NewTab
) -> None:
    tab = new_tab()
    tab.hands_over_to("nurse2 of the tests", "481516")
    tab.context.set_offline(True)
    tab.taps(tab.page.get_by_role("button", name="Second person"))
    tab.page.locator("#beside").select_option(label="nurse of the tests")
    tab.page.locator("#beside-pin").fill("481516")  # the PIN of whoever gives
    tab.taps_until(tab.page.locator("#sign-in-beside"), tab.page.get_by_text("That is not the PIN."))
    tab.page.locator("#beside").select_option(label="nurse of the tests")
    tab.page.locator("#beside-pin").fill(PIN)
    tab.taps_until(tab.page.locator("#sign-in-beside"), tab.list())
    gives_by_two(tab, "p1")
    tab.context.set_offline(False)
    tab.is_sent()
    assert (witnesses(site, "p1"), flags(site, "p1")) == (
        [str(site.who("nurse").account)],
        [["witness-offline"]],
    )


def test_ten_wrong_pins_of_a_second_person_count_as_for_unlocking(site: RoundSite, new_tab: NewTab) -> None:
    site.application.state.law = a_law(oat__law__pin_for_each_dose=True)
    tab = new_tab()
    tab.hands_over_to("nurse2 of the tests", "481516")
    tab.context.set_offline(True)
    tab.page.evaluate(TRIED, 9)
    tab.opens_card("p1")
    tab.page.locator("#beside").select_option(label="nurse of the tests")
    tab.page.locator("#beside-pin").fill("999111")
    tab.taps_until(tab.page.locator("#give"), tab.page.get_by_text("the list is removed"))


def test_a_wrong_tap_is_taken_back_by_two_where_there_are_two(site: RoundSite, new_tab: NewTab) -> None:
    tab = new_tab()
    signs_in_beside(tab)
    gives_by_two(tab, "p2")
    tab.taps_until(tab.row("p2").locator(".round-undo"), tab.page.locator("#take-back"))
    tab.taps(tab.page.locator("#take-back"))
    tab.page.locator(".tick-missing").wait_for()
    assert [one[1] for one in site.sent(["p2"])] == ["given"]
    tab.page.wait_for_timeout(SETTLES_MS)
    tab.page.locator("#beside-agrees").check()
    tab.taps_until(tab.page.locator("#take-back"), tab.row("p2"))
    tab.is_sent()
    assert [one[1] for one in site.sent(["p2"])] == ["given", "entered-in-error"]
    assert flags(site, "p2")[-1] == []


def test_who_could_be_taken_for_another_is_told_by_the_code_of_their_card(
    site: RoundSite, new_tab: NewTab
) -> None:
    name = [{"family": "DEMO-alike", "given": ["Ana"]}]
    card = identifier_of(Number(NumberKind.CODE, code_from(7)))
    alike = [{**unlike_others(number)[0], "name": name, "birthDate": "1984-03-02"} for number in (1, 2)]
    site.has([{**alike[0], "identifier": [*alike[0]["identifier"], card]}, alike[1]])
    tab = new_tab()
    tab.opens_card("p1")
    tab.taps_until(tab.page.locator("#give"), tab.page.locator("#code-read:focus"))
    for read, told in (("N-p2", "it is somebody else's card"), (code_from(7), "It is this person.")):
        tab.page.locator("#code-read").fill("")
        tab.page.locator("#code-read").press_sequentially(read)
        tab.page.locator("#code-read").press("Enter")
        tab.page.get_by_text(told).wait_for()
        assert site.sent(["p1"]) == []
    tab.taps_until(tab.page.locator("#give"), tab.row("p1"))
    tab.opens_card("p2")
    tab.page.wait_for_timeout(SETTLES_MS)
    tab.page.locator("#without-code").check()
    tab.taps_until(tab.page.locator("#give"), tab.row("p2"))
    tab.is_sent()
    events = "Round.state.entries.map(({ event }) => [event.person, event.identity_by])"
    assert tab.page.evaluate(events) == [["p1", ["qr", "name-birth"]], ["p2", ["name-birth"]]]
    assert "few-identifiers" in flags(site, "p2")[0]


def test_what_was_vomited_is_given_again_from_the_card(site: RoundSite, new_tab: NewTab) -> None:
    tab = new_tab()
    tab.gives("p3")
    tab.opens_card("p3")
    tab.taps(tab.page.locator(".round-more > summary"))
    tab.taps_until(
        tab.page.locator(".round-form", has_text="Vomited").get_by_role("button", name="Record").first,
        tab.row("p3"),
    )
    tab.is_sent()
    tab.opens_card("p3")
    tab.taps(tab.page.locator(".round-more > summary"))
    tab.page.locator("#again-mg").fill("30")
    tab.page.wait_for_timeout(SETTLES_MS)
    again = tab.page.locator(".round-form", has=tab.page.locator("#again-mg"))
    tab.taps_until(again.get_by_role("button", name="Record"), tab.row("p3"))
    tab.is_sent()
    assert [one[1] for one in site.sent(["p3"])] == ["given", "vomited", "re-dose"]
    assert flags(site, "p3")[-1] == ["not-decided", "single-handed"]
