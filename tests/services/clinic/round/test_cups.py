"""Cups from pouring to hand-out, without a script: who needs one, what stops one, and what is left at the end."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from uuid import UUID

import pytest
from dispensary import Dispensary, law
from oat import DAY, an_order
from people_pages import PASSWORD, Someone
from resources import a_stay
from round_online import Online
from round_prison import PRISON, put
from round_tablets import SEVEN, SignIn, Tablet

from clinical.oat.order_resource import request_of
from clinical.register.discrepancy import FoundBy
from clinical.register.reading import holdings, lines_of_issue
from clinical.register.stock import HeldIn
from clinical.register.tray import Standing, standing_at
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk

CUP = re.compile(r'name="cup" value="([0-9a-f-]{36})"')


@pytest.fixture
def safe(desk: Desk) -> Dispensary:
    """The prison's register."""
    return Dispensary(desk.database, PRISON, law(residue_tolerance_percent=2), DAY, at=SEVEN)


@pytest.fixture
def tray(safe: Dispensary) -> UUID:
    """100 mL of 10 mg/mL, for cups of the morning."""
    return safe.issues(safe.receives(1000), 100, "B", held_in=HeldIn.CUPS)


@pytest.fixture
def page(nurse: Tablet) -> Online:
    """The nurse's tablet on the pages."""
    return Online(nurse)


@pytest.fixture
def pours(page: Online, tray: UUID) -> Callable[..., int]:
    """Open the page, tick cups, look, and sign alone; what the last page answers."""

    def poured(*cups: str, **signed: str) -> int:
        looked(page, tray, *cups)
        return signs(page, tray, **signed)

    return poured


def address(tray: UUID, *more: str) -> str:
    return "/".join((f"/round/pour/{tray}", *more)) + f"?facility={PRISON}"


def looked(page: Online, tray: UUID, *cups: str) -> None:
    """Tick some, or all that are offered, and look at it."""
    page.open(address(tray))
    form = page.forms(address(tray))[0]
    ticked = list(cups or CUP.findall(page.page.text))
    page.page = page.http.post(address(tray), data={**form, "cup": ticked})


def signs(page: Online, tray: UUID, **signed: str) -> int:
    form = page.forms(address(tray, "sign"))[0]
    data = {**form, "cup": CUP.findall(page.page.text), **(signed or {"alone": "yes"})}
    page.page = page.http.post(address(tray, "sign"), data=data)
    return page.page.status_code


def standing(safe: Dispensary) -> list[Standing]:
    return safe.run(lambda c: standing_at(raw_cursor(c), PRISON))


def changes_order(desk: Desk, store: Store, mg: int = 70) -> None:
    put(desk.database, store, [request_of(an_order(mg, id="p1-order", patient="p1", facility=PRISON))])


# --- pouring


def test_who_needs_a_cup_stands_there_by_cell_and_initials_with_mg_and_ml(page: Online, tray: UUID) -> None:
    text = page.open(address(tray)).text
    assert page.page.status_code == 200, page.main
    for said in ("Not poured yet: 100 mL, 1,000 mg", "AD 60 mg = 6 mL"):
        assert said in page.main, said
    assert len(CUP.findall(text)) == 2
    for never in ("DEMO-p1", "N-p1", "ethadon"):
        assert never not in text


def test_one_wing_after_the_other_is_shown_where_there_are_several(
    page: Online, tray: UUID, desk: Desk, store: Store
) -> None:
    prison = {"reference": f"Organization/{PRISON}"}
    wing = {"coding": [{"system": "urn:throughcare:code-system:place", "code": "wing"}]}
    for name, patient in (("East & old", "p1"), ("West", "p2")):
        id_ = name.split()[0].lower()
        put(desk.database, store, [
            {"resourceType": "Location", "id": id_, "name": name, "type": [wing], "managingOrganization": prison},
            {**a_stay(f"{patient}-stay", patient=patient, prison=PRISON), "location": [{"location": {"reference": f"Location/{id_}"}}]},
        ])  # fmt: skip
    page.open(address(tray))
    assert len(CUP.findall(page.page.text)) == 2
    (east, west) = re.findall(r'href="(/round/pour/[^"]*wing=[^"]+)"', page.page.text)
    first = CUP.findall(page.open(unescape(east)).text)
    second = CUP.findall(page.open(unescape(west)).text)
    assert (len(first), len(second), set(first) & set(second)) == (1, 1, set())
    assert CUP.findall(page.open(f"{address(tray)}&wing=nowhere").text) == []


def test_what_would_be_left_is_shown_before_and_nothing_is_poured_by_looking(
    page: Online, tray: UUID, safe: Dispensary
) -> None:
    looked(page, tray)
    assert "2 cups, 12 mL, 120 mg." in page.main
    assert "Left afterwards: 88 mL, 880 mg." in page.main
    assert standing(safe) == []


def test_each_cup_is_of_one_person_one_slot_and_one_version_of_the_order(
    page: Online, pours: Callable[..., int], safe: Dispensary
) -> None:
    assert pours() == 200
    first, second = standing(safe)
    assert (first.label, second.label) == ("B-1", "B-2")
    one = first.cup.poured
    assert (one.patient, one.slot, one.order, one.version, one.amount) == (
        "p1", "p1-order|2026-03-10|1", "p1-order", 1, 6,
    )  # fmt: skip
    assert "Not poured yet: 88 mL, 880 mg" in page.main
    assert "Nobody on the list of this round needs a cup" in page.main


def test_pressed_twice_each_cup_is_poured_once(page: Online, tray: UUID, safe: Dispensary) -> None:
    looked(page, tray)
    form = page.forms(address(tray, "sign"))[0]
    data = {**form, "cup": CUP.findall(page.page.text), "alone": "yes"}
    answers = [page.http.post(address(tray, "sign"), data=data) for _ in range(2)]
    assert [one.status_code for one in answers] == [200, 200]
    assert len(standing(safe)) == 2


def test_two_pages_that_are_open_pour_one_cup_for_a_dose(page: Online, tray: UUID, safe: Dispensary) -> None:
    looked(page, tray)
    form = page.forms(address(tray, "sign"))[0]
    other = {**form, "cup": CUP.findall(page.page.text), "alone": "yes"}
    looked(page, tray)
    assert signs(page, tray) == 200
    assert page.http.post(address(tray, "sign"), data=other).status_code == 409
    assert len(standing(safe)) == 2


def test_two_sign_or_one_says_that_nobody_else_is_there(
    page: Online, tray: UUID, safe: Dispensary, people: dict[str, Someone]
) -> None:
    looked(page, tray)
    assert signs(page, tray, alone="no") == 409
    assert "two people sign this" in page.main
    colleague = str(people["nurse2"].account)
    assert signs(page, tray, second=colleague, pin="wrong wrong wrong") == 409
    counsellor = str(people["counsellor"].account)
    assert signs(page, tray, second=counsellor, pin=PASSWORD) == 409
    assert "does not keep the register" in page.main
    assert standing(safe) == []
    assert signs(page, tray, second=colleague, pin=PASSWORD) == 200
    assert len(standing(safe)) == 2


def test_an_order_that_changed_between_looking_and_signing_pours_nothing(
    page: Online, tray: UUID, safe: Dispensary, desk: Desk, store: Store
) -> None:
    looked(page, tray)
    changes_order(desk, store)
    assert signs(page, tray) == 409
    assert "the list has changed since you looked" in page.main
    assert standing(safe) == []


def test_more_than_is_in_it_is_not_poured(page: Online, safe: Dispensary) -> None:
    small = safe.issues(safe.receives(1000), 10, "S", held_in=HeldIn.CUPS)
    looked(page, small)
    assert "There is not so much in it" in page.main
    assert signs(page, small) == 409
    assert "there is not so much in it" in page.main
    assert standing(safe) == []


def test_of_a_batch_whose_last_day_is_over_nothing_is_poured(page: Online, safe: Dispensary) -> None:
    before = replace(safe, day=DAY - timedelta(days=3))
    batch = before.receives(1000, expires=DAY - timedelta(days=1))
    old = before.issues(batch, 100, "OLD", held_in=HeldIn.CUPS)
    page.open(address(old))
    assert "nothing is poured of it" in page.main
    assert CUP.findall(page.page.text) == []


def test_a_bottle_pours_no_cups_and_what_is_elsewhere_is_not_there(page: Online, safe: Dispensary) -> None:
    bottle = safe.issues(safe.receives(1000), 100, "B7")
    elsewhere = replace(safe, facility="other")
    theirs = elsewhere.issues(elsewhere.receives(1000), 100, "T", held_in=HeldIn.CUPS)
    assert page.open(address(bottle)).status_code == 404
    assert page.open(address(theirs)).status_code == 404


def test_the_labels_are_a_pdf_without_a_name(pours: Callable[..., int], page: Online, tray: UUID) -> None:
    pours()
    answer = page.open(address(tray, "labels"))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["cache-control"] == "no-store"


def test_who_does_not_keep_the_register_pours_nothing(sign_in: SignIn, tray: UUID) -> None:
    for login in ("counsellor", "guard", "elsewhere"):
        assert Online(sign_in(login)).open(address(tray)).status_code in (403, 404), login
    assert Online(sign_in("pharmacist")).open(address(tray)).status_code == 200


# --- hand-out


def give(page: Online, **typed: str) -> int:
    """Press Given on the card that is open."""
    form = page.forms("/round/online/record", kind="given")[0]
    page.page = page.http.post("/round/online/record", data={**form, "alone": "yes", **typed})
    return page.page.status_code


def what_happened(page: Online, **typed: str) -> int:
    """Fill in what happened, on the card that is open."""
    form = page.forms("/round/online/record", happened="yes")[0]
    said = {"kind": "given", "mg": "60", "ml": "6", "alone": "yes", "awake": "yes"}
    page.page = page.http.post("/round/online/record", data={**form, **said, **typed})
    return page.page.status_code


def doses(safe: Dispensary, tray: UUID) -> list[tuple[UUID | None, Decimal]]:
    """From which cup each dose of the tray was."""
    lines = safe.run(lambda c: lines_of_issue(c, tray))
    return [(one.cup, one.amount) for one in lines if one.kind == "dose"]


def discrepancies(safe: Dispensary) -> list[FoundBy]:
    return [one.found_by for book in safe.run(lambda c: holdings(c, PRISON)) for one in book.discrepancies]


def test_the_cup_is_on_the_card_and_given_with_one_tap(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID
) -> None:
    pours()
    page.card()
    assert "Cup B-1 is in my hand" in page.main
    (first, _) = standing(safe)
    assert give(page, in_hand=str(first.cup.id)) == 200
    assert doses(safe, tray) == [(first.cup.id, Decimal(6))]
    assert [one.label for one in standing(safe)] == ["B-2"]
    assert discrepancies(safe) == []


@pytest.mark.parametrize("read", ["B-1", " b-1 "])
def test_the_label_may_be_typed(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID, read: str
) -> None:
    pours()
    page.card()
    assert give(page, cup_read=read) == 200
    assert len(doses(safe, tray)) == 1


def test_the_code_may_be_read(page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID) -> None:
    pours()
    page.card()
    assert give(page, cup_read=str(standing(safe)[0].cup.id)) == 200
    assert len(doses(safe, tray)) == 1


def test_nothing_is_given_before_somebody_said_which_cup_it_is(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID
) -> None:
    pours()
    page.card()
    assert give(page) == 409
    assert "a cup stands for this dose" in page.main
    assert give(page, cup_read="B-77") == 409
    assert "no cup of this label" in page.main
    assert doses(safe, tray) == []


def test_another_persons_cup_stops_given_and_what_was_taken_is_recorded(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID
) -> None:
    pours()
    theirs = standing(safe)[1]
    page.card()
    for said in ({"cup_read": theirs.label}, {"in_hand": str(theirs.cup.id)}):
        assert give(page, **said) == 409
        assert "this cup is not for this dose" in page.main
    assert doses(safe, tray) == []
    assert what_happened(page, cup_read=theirs.label) == 200
    assert doses(safe, tray) == [(theirs.cup.id, Decimal(6))]
    assert discrepancies(safe) == [FoundBy.CUP]


def test_a_cup_of_an_order_that_changed_stops_given_says_what_to_do_and_is_recorded_if_it_was_taken(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID, desk: Desk, store: Store
) -> None:
    pours()
    page.card()
    before = page.forms("/round/online/record", kind="given")[0]
    changes_order(desk, store)
    first = standing(safe)[0]
    answer = page.http.post(
        "/round/online/record", data={**before, "alone": "yes", "in_hand": str(first.cup.id)}
    )
    assert answer.status_code == 409
    page.card()
    assert page.forms("/round/online/record", kind="given") == []
    for said in ("The order was changed after the cup was poured.", "Pour a new cup", "by two"):
        assert said in page.main, said
    row = page.tablet.rows()["p1"]
    (stop,) = row["stops"]
    assert (stop["code"], stop["group"]) == ("cup-order-changed", "a")
    assert doses(safe, tray) == []
    page.card()
    assert what_happened(page, cup_read="B-1") == 200
    assert doses(safe, tray) == [(first.cup.id, Decimal(6))]
    assert discrepancies(safe) == [FoundBy.CUP]


def test_once_a_new_cup_is_poured_it_is_given(
    page: Online, pours: Callable[..., int], safe: Dispensary, tray: UUID, desk: Desk, store: Store
) -> None:
    pours()
    changes_order(desk, store)
    assert pours() == 200
    new = standing(safe)[-1]
    assert (new.label, new.cup.poured.version, new.cup.left) == ("B-3", 2, 7)
    page.card()
    assert give(page, in_hand=str(new.cup.id)) == 200
    assert doses(safe, tray) == [(new.cup.id, Decimal(7))]


def test_what_is_spilled_of_a_cup_is_spilled_of_it(
    page: Online, pours: Callable[..., int], safe: Dispensary
) -> None:
    pours()
    page.card()
    page.send("/round/online/record", {"kind": "spilled"}, mg="60", ml="6", alone="yes")
    assert page.page.status_code == 200
    assert [one.label for one in standing(safe)] == ["B-2"]
    assert discrepancies(safe) == []


def test_a_wrong_tap_puts_it_back_into_its_cup(
    page: Online, pours: Callable[..., int], safe: Dispensary
) -> None:
    pours()
    page.card()
    give(page, cup_read="B-1")
    page.send("/round/online/record", {"kind": "entered-in-error"}, alone="yes")
    assert [one.label for one in standing(safe)] == ["B-1", "B-2"]


def test_the_list_of_a_tablet_has_the_cups_and_no_name_with_them(
    nurse: Tablet, pours: Callable[..., int], tray: UUID
) -> None:
    pours()
    (cup,) = nurse.rows()["p1"]["cups"]
    assert (cup["label"], cup["left"], cup["unit"], cup["mg"], cup["good"]) == ("B-1", "6", "mL", "60", True)
    assert cup["container"] == str(tray)


def test_an_event_of_a_tablet_draws_on_its_cup(
    nurse: Tablet, pours: Callable[..., int], safe: Dispensary, tray: UUID
) -> None:
    pours()
    (cup,) = nurse.rows()["p1"]["cups"]
    answer = nurse.gives("p1", container=cup["container"], cup=cup["id"], mL=cup["left"])
    assert answer.status_code == 201
    assert answer.json()["rows"][0]["cups"] == []
    assert doses(safe, tray) == [(UUID(cup["id"]), Decimal(6))]
    assert discrepancies(safe) == []


# --- the end of the round


def test_what_nobody_had_is_shown_once_the_round_is_closed_with_the_way_back(
    page: Online, pours: Callable[..., int], safe: Dispensary
) -> None:
    pours()
    page.card()
    give(page, cup_read="B-1")
    assert "still stands" not in page.main
    page.send("/round/online/close", left_out="yes")
    assert "1 cup still stands" in page.main
    assert "B-2" in page.main
    assert "B-1" not in page.main
    left = standing(safe)[0]
    assert f"/register/enter/cup-back?cup={left.cup.id}" in page.page.text
    assert page.open(f"/register/enter/cup-back?cup={left.cup.id}").status_code == 200
