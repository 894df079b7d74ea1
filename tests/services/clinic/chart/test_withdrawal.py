"""The withdrawal of somebody on one page: whole or not kept, and once however often it is sent."""

from collections.abc import Callable

import httpx
import pytest
from people_pages import Clock, PlainBrowser
from round_prison import a_person, put
from round_tablets import SEVEN
from stored import records
from stores import store_on

from clinical.oat.cows import POINTS, Item
from services.access.pages.desk import Desk

SignIn = Callable[[str], PlainBrowser]
WORST = {str(item): str(POINTS[item][-1]) for item in Item}
KEEP = "/people/withdrawal/keep"


@pytest.fixture
def clock() -> Clock:
    return Clock(SEVEN)


@pytest.fixture
def prison(desk: Desk) -> Desk:
    put(desk.database, store_on(desk.database), a_person("p1", prison="north"))
    return desk


@pytest.fixture
def nurse(sign_in: SignIn, prison: Desk) -> PlainBrowser:
    browser = sign_in("nurse")
    browser.open("/people")
    _post(browser, "/people/chart")
    browser.send("/people/withdrawal")
    return browser


def _post(browser: PlainBrowser, path: str, **typed: str) -> httpx.Response:
    csrf = browser.fields("/session/lock")["csrf"]
    browser.page = browser.http.post(path, data={"csrf": csrf, "person": "p1", **typed})
    return browser.page


def _scores(prison: Desk) -> list[dict[str, object]]:
    found = records(prison, store_on(prison.database), "Observation")
    return [one for one in found if "valueQuantity" in one]


def test_a_score_is_kept_once_and_shown_with_what_it_means(nurse: PlainBrowser, prison: Desk) -> None:
    form = {**nurse.fields(KEEP), **WORST}
    for _ in range(2):
        nurse.page = nurse.http.post(KEEP, data=form)
        assert nurse.page.status_code == 200
    (kept,) = _scores(prison)
    assert kept["valueQuantity"]["value"] == sum(points[-1] for points in POINTS.values())  # type: ignore[index]
    assert len(kept["component"]) == len(Item)  # type: ignore[arg-type]
    assert "Severe withdrawal" in nurse.main
    assert kept["performer"]


@pytest.mark.parametrize("item", [Item.PULSE, Item.GOOSEFLESH])
@pytest.mark.parametrize("typed", ["", "2", "7", "-1", "x"])
def test_a_finding_that_is_missing_or_cannot_have_the_points_keeps_nothing_and_loses_nothing(
    nurse: PlainBrowser, prison: Desk, item: Item, typed: str
) -> None:
    if typed == "2" and int(typed) in POINTS[item]:
        typed = "3"
    form = {**nurse.fields(KEEP), **WORST, str(item): typed}
    nurse.page = nurse.http.post(KEEP, data=form)
    assert nurse.page.status_code == 422
    assert _scores(prison) == []
    assert nurse.page.text.count("checked") == len(Item) - 1
    nurse.page = nurse.http.post(KEEP, data={**nurse.fields(KEEP), **WORST})
    assert len(_scores(prison)) == 1


def test_a_form_without_its_number_is_refused(nurse: PlainBrowser, prison: Desk) -> None:
    form = {**nurse.fields(KEEP), **WORST, "entry": "1"}
    assert nurse.http.post(KEEP, data=form).status_code == 400
    assert _scores(prison) == []


def test_of_somebody_who_is_not_treated_here_nothing_is_kept(nurse: PlainBrowser, prison: Desk) -> None:
    form = {**nurse.fields(KEEP), **WORST, "person": "nobody"}
    assert nurse.http.post(KEEP, data=form).status_code in (403, 404)
    assert _scores(prison) == []
