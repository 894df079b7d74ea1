"""The prescriber's pages in Chromium: each page once in each size and theme."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from demo_installation import demo_installation
from looking import fits_in_every_look
from orders_visit import ordered, orders_pages, prescribers, telephone_pages
from people_pages import Clock, Someone, with_cheap_desk
from pressable import too_low
from serving import serving
from untranslated import MONTHS, UNTRANSLATED

from services.access.pages.desk import Desk
from services.access.people.sessions import begin
from services.shared.embedded_postgres import EmbeddedPostgres

Ward = tuple[str, Desk, dict[str, Someone]]
NAMES = "Vera|Ili|Luka|Babi|Nada|Kos|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
"""What stands inside sentences and is no word of ours: who signed, and days."""


@pytest.fixture(scope="module")
def ward(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Ward]:
    """The address of a prison, and who works there."""
    home = tmp_path_factory.mktemp("home")
    with demo_installation(postgres, f"orders_{worker_id}", home, examples=False) as application:
        desk = with_cheap_desk(application, Clock())
        staff = prescribers(desk)
        ordered(desk, str(staff["vera"].account), str(staff["nada"].account))
        with serving(application, application.state.settings.port) as address:
            yield address, desk, staff


def test_axe_finds_nothing_it_fits_and_can_be_pressed(
    new_tab: Callable[..., Any],
    ward: Ward,
    axe_finds: Callable[[Any], Any],
    subtests: pytest.Subtests,
) -> None:
    """One visit in the language that shows what no translator reaches, in which every text is longer."""
    address, desk, staff = ward
    # Colours that change slowly would be looked at halfway.
    tab = new_tab(reduced_motion="reduce")
    tab.page.context.add_cookies([{"name": "lang", "value": "qps-ploc", "url": address}])
    for login, pages in (("vera", orders_pages), ("nada", telephone_pages)):
        with desk.database.transaction() as connection:
            token = begin(connection, staff[login].account, None, desk.now()).token
        tab.page.context.add_cookies([{"name": "throughcare-session", "value": token, "url": address}])
        for name in pages(tab.page, address):
            fits_in_every_look(tab, name, axe_finds, subtests, too_low)
            with subtests.test(name):
                assert [one for one in tab.complaints if "422" not in one] == []
                for told in ("v1", "N-301", "DEMO"):
                    assert told not in tab.page.url + tab.page.title()
                assert tab.page.evaluate(UNTRANSLATED, [f"{MONTHS}|{NAMES}"]) == []
