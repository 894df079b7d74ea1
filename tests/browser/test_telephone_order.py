"""A telephone order on the tablet without a network: nobody waits for a dose because the prescriber is elsewhere."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from looking import looks, too_wide
from oat import a_law, on
from round_pages import RoundSite, RoundTab, a_tablet, round_site
from round_prison import a_person
from untranslated import MONTHS, UNTRANSLATED

from services.shared.embedded_postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def site(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[RoundSite]:
    """A prison where the law allows it, and where the order of p9 ended yesterday."""
    with round_site(postgres, f"spoken_{worker_id}", tmp_path_factory.mktemp("home"), 2) as served:
        served.application.state.law = a_law(oat__law__telephone_orders=True)
        served.has(a_person("p9", end=on(-1)))
        served.doctor("vera")
        yield served


def writes_down(tab: RoundTab, mg: str) -> None:
    page = tab.page
    page.locator("#prescriber").select_option(label="vera of the tests")
    page.locator("#medicine").select_option("methadone-oral-solution")
    page.locator("#telephone-mg").fill(mg)
    page.locator("#telephone-reason").fill("seen yesterday")
    page.wait_for_timeout(450)
    page.locator("#read-back").check()
    tab.taps(page.locator("#write-down"))


def rows(tab: RoundTab) -> list[str]:
    """Who stands where."""
    names: list[str] = tab.page.locator("[data-row]").evaluate_all(
        "rows => rows.map(one => one.dataset.row.split('|')[0])"
    )
    return names


def test_it_is_written_down_without_a_network_and_the_dose_is_given_by_it(
    site: RoundSite, chromium: "Browser", axe_finds: Callable[[Any], Any]
) -> None:
    context = chromium.new_context(
        viewport={"width": 1024, "height": 768}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(8_000)
    tab = a_tablet(site, context)
    tab.opens()
    tab.chooses_pin()
    tab.takes_the_wing()
    tab.page.evaluate("() => navigator.serviceWorker.ready")
    context.set_offline(True)
    order = rows(tab)
    tab.opens_card("p9")
    tab.taps_until(tab.page.locator("#telephone-order"), tab.page.locator("#write-down"))
    assert "No order is valid today" in tab.page.locator("#to-read + ul").inner_text()
    tab.taps(tab.page.locator("#write-down"))
    assert tab.page.locator("#telephone-refused").inner_text() == "Choose the prescriber who said it."
    for _ in looks(tab):
        assert axe_finds(tab) == []
        assert too_wide(tab) == []
    tab.page.set_viewport_size({"width": 1024, "height": 768})
    writes_down(tab, "999")
    assert "at most 60 mg can be ordered by telephone" in tab.page.locator("#telephone-refused").inner_text()
    tab.page.locator("#telephone-mg").fill("40")
    tab.taps_until(tab.page.locator("#write-down"), tab.page.locator("#give"))
    assert "By telephone order of vera of the tests" in tab.page.locator("main").inner_text()
    tab.taps(tab.page.locator("#back"))
    assert rows(tab) == order
    # The tablet goes off in between.
    tab.page.reload()
    tab.types_pin()
    tab.list().wait_for()
    assert "by telephone" in tab.row("p9").inner_text()
    tab.gives("p9")
    assert site.sent(["p9"]) == []
    context.set_offline(False)
    tab.sends_now()
    assert [one[:3] for one in site.sent(["p9"])] == [
        ("p9", "telephone-order", "stored"), ("p9", "given", "stored"),
    ]  # fmt: skip
    assert [one for one in tab.complaints if "DISCONNECTED" not in one] == []
    context.close()


def test_it_is_in_the_language_of_the_reader_and_not_offered_where_the_law_is_silent(
    site: RoundSite, chromium: "Browser"
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB", reduced_motion="reduce"
    )
    context.set_default_timeout(8_000)
    context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": site.address}])
    tab = a_tablet(site, context)
    tab.opens()
    tab.chooses_pin()
    tab.takes_the_wing()
    tab.opens_card("p9")
    tab.taps_until(tab.page.locator("#telephone-order"), tab.page.locator("#write-down"))
    assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
    site.application.state.law = a_law(oat__law__telephone_orders=None)
    tab.taps(tab.page.locator("#back"))
    tab.taps(tab.page.locator("#back"))
    tab.page.evaluate("() => Round.act.fetchList()")
    tab.opens_card("p9")
    tab.page.locator("#against").wait_for()
    assert tab.page.locator("#telephone-order").count() == 0
    context.close()
