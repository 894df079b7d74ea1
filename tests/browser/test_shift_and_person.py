"""The start page of a shift, the worklists and the page of a person, in Chromium: each page once in each size and theme."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import fits_in_every_look
from people_pages import Clock, Someone, with_cheap_desk
from people_visit import crowd, renew
from pressable import too_low
from serving import serving
from shift_visit import shift_pages, treated
from untranslated import MONTHS, UNTRANSLATED
from ward import fill, staff

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

NewTab = Callable[..., Any]
Ward = tuple[str, Desk, dict[str, Someone]]

HEIGHTS = """main => [...main.querySelectorAll(
  'button, input:not([type=hidden]):not(.tick *), .tick, select, a.button, .counts a, summary'
)].map((one) => [one.outerHTML, one.getBoundingClientRect().height])"""


@pytest.fixture(scope="module")
def ward(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Ward]:
    """The address of an installation with people in treatment, and a doctor."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"shift_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, Clock())
        fill(desk, "Europe/Podgorica")
        crowd(desk)
        renew(desk)
        treated(desk)
        with serving(application, application.state.settings.port) as address:
            yield address, desk, staff(desk, "doctor")


def test_axe_finds_nothing_and_nothing_is_cut_off(
    new_tab: NewTab, ward: Ward, axe_finds: Callable[[Any], Any], subtests: pytest.Subtests
) -> None:
    """One visit in the language that shows what no translator reaches, in which every text is longer."""
    address, desk, people = ward
    # Colours that change slowly would be looked at halfway.
    tab = new_tab(reduced_motion="reduce")
    with desk.database.transaction() as connection:
        token = begin(connection, people["doctor"].account, None, desk.now()).token
    tab.page.context.add_cookies(
        [
            {"name": "throughcare-session", "value": token, "url": address},
            {"name": "lang", "value": "qps-ploc", "url": address},
        ]
    )
    for name in shift_pages(tab.page, address):
        fits_in_every_look(tab, name, axe_finds, subtests, partial(too_low, heights=HEIGHTS))
        with subtests.test(name):
            assert tab.complaints == []
            for told in ("n-330", "N-330", "DEMO"):
                assert told not in tab.page.url + tab.page.title()
            assert tab.page.evaluate(UNTRANSLATED, [MONTHS]) == []
