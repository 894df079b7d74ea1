"""The register in Chromium: each page once in each size and theme, by keyboard where something is filled in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import looks, too_wide
from people_pages import Clock, with_cheap_desk
from register_visit import register_pages, stocked
from serving import serving
from shift import Shift
from untranslated import MONTHS, UNTRANSLATED
from ward import fill

from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
ZONE = "Europe/Podgorica"


@pytest.fixture(scope="module")
def register(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[tuple[str, Shift]]:
    """The address of an installation with a register, and who works there."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"register_{worker_id}", home, examples=False) as application:
        clock = Clock()
        desk = with_cheap_desk(application, clock)
        fill(desk, ZONE)
        shift = Shift(application, desk, clock)
        stocked(shift)
        with serving(application, application.state.settings.port) as address:
            yield address, shift


def signed_in(tab: Any, register: tuple[str, Shift], **cookies: str) -> str:
    """Let the pharmacist work in a tab; the address."""
    address, shift = register
    found = {"throughcare-session": shift.token("pharmacist"), **cookies}
    tab.page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in found.items()]
    )
    return address


def test_axe_finds_nothing_it_fits_keeps_to_the_policy_and_every_text_is_in_a_translators_reach(
    new_tab: NewTab,
    register: tuple[str, Shift],
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the made-up language, in which every text is longer."""
    tab = new_tab(reduced_motion="reduce")
    for name in register_pages(tab.page, signed_in(tab, register, lang="qps-ploc")):
        for size in looks(tab):
            with subtests.test(name, size=size):
                assert axe_finds(tab) == []
                assert too_wide(tab) == []
                assert tab.page.evaluate(TOO_SMALL) == []
        with subtests.test(name):
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
            assert [said for said in tab.complaints if "status of 4" not in said] == []


TOO_SMALL = """() => [...document.querySelectorAll("main .button, main input:not([type=hidden]), main select, main textarea")]
  .filter(one => one.offsetParent)
  .filter(one => Math.min(one.closest("label.tick, .field, a, button").getBoundingClientRect().height, 999) < 56)
  .map(one => one.outerHTML)"""
"""Whatever is pressed or filled in measures at least 56 px."""
