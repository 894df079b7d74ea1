"""Sheets for a day without a network: no medicine on them, a code that says nothing, and never refused afterwards."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from dispensary import TABLETS, Dispensary
from oat import DAY, ONE_DAY, an_order, on
from people_pages import Clock
from resources import a_stay
from round_online import Online
from round_prison import OTHER_PRISON, PRISON, a_person, goes_to_court, put
from round_tablets import SEVEN, SignIn, Tablet
from sqlalchemy import text

from clinical.oat.hold import Hold, HoldReason, flag_of
from clinical.oat.letters import LETTER_OF
from clinical.oat.order_resource import request_of
from clinical.oat.product import products
from clinical.oat.round.sheets import LENGTH, LETTERS, SheetRow, rows_of_sheet
from clinical.oat.round.stock import slot_named
from clinical.register.cup import Poured
from clinical.register.cups import pour
from clinical.register.stock import HeldIn
from fhir_store.store import Store
from fhir_store.write import raw_cursor
from services.access.pages.desk import Desk
from services.access.people.devices import Registered
from services.clinic.round import sheet as sheets


@pytest.fixture
def page(nurse: Tablet) -> Online:
    return Online(nurse)


@pytest.fixture
def typeset(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What stood on each sheet that was typeset."""
    made: list[dict[str, object]] = []
    real = sheets.pdf

    def noted(template: object, values: dict[str, object]) -> bytes:
        made.append(values)
        return real(template, values)  # type: ignore[arg-type]

    monkeypatch.setattr(sheets, "pdf", noted)
    return made


def _printed(page: Online, day: str = "", session: str = "morning") -> bytes:
    page.open("/round/paper")
    answer = page.send("/round/sheet", day=day or DAY.isoformat(), session=session)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


def _rows(desk: Desk, number: int = 1) -> list[SheetRow]:
    with desk.database.transaction() as connection:
        return rows_of_sheet(raw_cursor(connection), PRISON, number)


def _enter(page: Online, row: SheetRow, **typed: str) -> None:
    page.open("/round/paper")
    page.send("/round/paper/row", code=row.code)
    base = {"at": "06:10", "kind": "given", "mg": "60", "awake": "yes", "identity": "name-birth number", "alone": "yes"}  # fmt: skip
    answer = page.send("/round/paper/record", **{**base, **typed})
    assert answer.status_code == 200


def test_the_sheet_has_who_and_how_much_and_names_no_medicine(
    page: Online, typeset: list[dict[str, object]]
) -> None:
    pdf = _printed(page)
    assert pdf.startswith(b"%PDF")
    (values,) = typeset
    rows = values["rows"]
    assert isinstance(rows, list)
    assert [(one["name"], one["number"], one["amount"], one["letter"]) for one in rows] == [
        ("Ana DEMO-p1", "N-p1", "60 mg", "A"), ("Ana DEMO-p2", "N-p2", "60 mg", "A"),
    ]  # fmt: skip
    said = str(values).lower()
    for never in ("methadon", "buprenorphin", "morphin", "p1-order", "opioid"):
        assert never not in said


def test_the_sheet_says_who_leaves_and_when_the_dose_is(
    page: Online, desk: Desk, store: Store, typeset: list[dict[str, object]]
) -> None:
    put(desk.database, store, [goes_to_court("p2"), goes_to_court("p1", "late-round")])
    assert _printed(page).startswith(b"%PDF")
    rows = typeset[0]["rows"]
    assert isinstance(rows, list)
    assert [(one["number"], one["leaving"]) for one in rows] == [
        ("N-p2", "leaves 07:45: dose first"), ("N-p1", "leaves 07:45: late round"),
    ]  # fmt: skip


def test_somebody_is_called_by_one_number_on_the_sheet_the_page_and_every_tablet(
    page: Online, sign_in: SignIn, device: Callable[[str], Registered], desk: Desk, store: Store, clock: Clock,
    typeset: list[dict[str, object]],
) -> None:  # fmt: skip
    _printed(page, (DAY + ONE_DAY).isoformat())  # in the evening
    rows = typeset[0]["rows"]
    assert isinstance(rows, list)
    printed = {one["number"].removeprefix("N-"): one["call"] for one in rows}
    assert sorted(printed.values()) == [1, 2]
    clock.at += ONE_DAY
    put(desk.database, store, a_person("p0"))
    other = sign_in("nurse2", device("Round 2"))
    called = {person: row["call"] for person, row in other.rows().items()}
    assert called == {**printed, "p0": 3}
    assert {person: row["call"] for person, row in sign_in("nurse").rows().items()} == called
    answer = other.gives("p1", slot={"order": "p1-order", "day": (DAY + ONE_DAY).isoformat(), "part": 1})
    assert [row["call"] for row in answer.json()["rows"]] == [printed["p1"]]


def test_each_medicine_has_a_letter_of_its_own() -> None:
    assert set(LETTER_OF) == set(products())
    assert len(set(LETTER_OF.values())) == len(LETTER_OF)


def test_codes_say_nothing_and_sheets_are_numbered(page: Online, desk: Desk) -> None:
    _printed(page)
    _printed(page)
    first, second = _rows(desk, 1), _rows(desk, 2)
    codes = [one.code for one in (*first, *second)]
    assert len(set(codes)) == 4
    assert all(len(code) == LENGTH and set(code) <= set(LETTERS) for code in codes)
    assert [one.row for one in first] == [1, 2]


def test_who_is_stopped_is_on_it_with_a_stop(
    page: Online, desk: Desk, store: Store, typeset: list[dict[str, object]]
) -> None:
    put(desk.database, store, [flag_of(Hold("h", "p1", HoldReason.CLINICAL, DAY))])
    _printed(page)
    rows = typeset[0]["rows"]
    assert isinstance(rows, list)
    assert [one["stop"] for one in rows] == ["STOP: call the prescriber", ""]


def test_the_evening_prints_the_next_day(
    page: Online, desk: Desk, store: Store, typeset: list[dict[str, object]], clock: Clock, sign_in: SignIn
) -> None:
    changed = an_order(50, id="p1-order", patient="p1", start=on(1))
    put(desk.database, store, [request_of(changed)])
    page.give("p2")
    clock.at = SEVEN + timedelta(hours=12)
    _printed(Online(sign_in("nurse2")), day=on(1).isoformat())
    rows = typeset[0]["rows"]
    assert isinstance(rows, list)
    assert [(one["name"], one["amount"]) for one in rows] == [
        ("Ana DEMO-p1", "50 mg"),
        ("Ana DEMO-p2", "60 mg"),
    ]


def test_what_stands_on_paper_is_entered_by_its_code(page: Online, desk: Desk) -> None:
    _printed(page)
    _enter(page, _rows(desk)[0])
    assert "Given" in page.main
    assert "Entered afterwards, from paper" in page.main
    row = page.tablet.rows()["p1"]
    assert (row["state"], row["done"]["at"], row["done"]["mg"]) == ("done", "2026-03-10T05:10:00+00:00", "60")


def test_or_by_the_number_of_its_sheet_and_row(page: Online, desk: Desk) -> None:
    _printed(page)
    page.open("/round/paper")
    page.send("/round/paper/sheet")
    assert page.main.count("AD") == 2
    assert "DEMO-p1" not in page.main, "rows of a sheet are looked at from the door too"
    page.send("/round/paper/row", {"code": _rows(desk)[1].code})
    assert "DEMO-p2" in page.main
    page.send("/round/paper/record", at="06:20", kind="refused")
    assert page.tablet.rows()["p2"]["done"]["kind"] == "refused"
    assert "Sheet 1" in page.main, "the next row is one tap away"


def test_who_gave_it_is_who_signed_on_the_paper(page: Online, desk: Desk, sign_in: SignIn) -> None:
    _printed(page)
    other = sign_in("nurse2")
    _enter(
        page, _rows(desk)[0], given_by=str(other.who.account), second=str(page.tablet.who.account), alone=""
    )
    row = page.tablet.rows()["p1"]
    assert row["done"]["by"] == "nurse2 of the tests"
    assert "No second person" not in page.main


def test_an_order_that_ended_since_does_not_turn_it_away(page: Online, desk: Desk, store: Store) -> None:
    _printed(page)
    row = _rows(desk)[0]
    put(desk.database, store, [request_of(an_order(id="p1-order", patient="p1", start=on(-30), end=on(-1)))])
    _enter(page, row)
    assert "The order gives no dose on this day" in page.main


def test_who_has_left_since_is_entered_unnamed(page: Online, desk: Desk, store: Store) -> None:
    _printed(page)
    row = _rows(desk)[0]
    gone = a_stay("p1-stay", patient="p1", prison=PRISON, status="finished", period={"start": "2025-01-05", "end": "2025-12-01"})  # fmt: skip
    put(desk.database, store, [gone, a_stay("s", patient="p1", prison=OTHER_PRISON)])
    page.open("/round/paper")
    page.send("/round/paper/row", code=row.code)
    assert "DEMO-p1" not in page.main
    answer = page.send("/round/paper/record", at="06:10", kind="given", mg="60")
    assert answer.status_code == 200
    assert "Given" in page.main


@pytest.fixture
def safe(desk: Desk) -> Dispensary:
    """The prison's register."""
    return Dispensary(desk.database, PRISON, day=DAY, at=SEVEN)


def _drawn(desk: Desk) -> list[tuple[str, UUID, UUID | None]]:
    """What was drawn from what; nothing else may have come of it."""
    with desk.database.transaction() as connection:
        cursor = raw_cursor(connection)
        found = cursor.execute(
            "SELECT kind, issue, cup FROM clinical.register_line WHERE kind IN ('dose', 'spill') ORDER BY number"
        ).fetchall()
        assert cursor.execute("SELECT found_by FROM clinical.register_discrepancy").fetchall() == []
    return list(found)


def _from_row(page: Online, row: SheetRow, **typed: str) -> str:
    """Open a row of the sheet that is shown, and enter it; what stood in the choice at first."""
    page.send("/round/paper/row", {"code": row.code})
    chosen = re.search(r'<option value="([^"]*)"[^>]* selected', page.page.text.partition('id="container"')[2].partition("</select>")[0])  # fmt: skip
    base = {"at": "06:10", "kind": "given", "mg": "60", "awake": "yes", "identity": "name-birth number", "alone": "yes"}  # fmt: skip
    first = {"container": chosen[1]} if chosen else {}
    assert page.send("/round/paper/record", **{**base, **first, **typed}).status_code == 200
    return chosen[1] if chosen else ""


def test_what_it_was_poured_from_is_asked_once_for_a_sheet(
    page: Online, desk: Desk, safe: Dispensary
) -> None:
    batch = safe.receives(1000)
    bottles = [safe.issues(batch, 100, name) for name in ("B1", "B2")]
    safe.issues(batch, 100, "B3", round_on=DAY + timedelta(1))
    safe.issues(safe.receives(28, TABLETS), 28, "T1")
    _printed(page)
    page.open("/round/paper")
    page.send("/round/paper/sheet")
    first, second = _rows(desk)
    page.send("/round/paper/row", {"code": first.code})
    asked = re.search(r'<select id="container".*?</select>', page.page.text)
    assert asked is not None
    assert re.findall(r">([^<]+)</option>", asked[0]) == [
        "Nobody knows",
        "B1 · 10 mg/mL · Morning",
        "B2 · 10 mg/mL · Morning",
    ]
    assert "selected" not in asked[0]
    page.send(
        "/round/paper/record",
        at="06:10",
        kind="given",
        mg="60",
        alone="yes",
        container=str(bottles[1]),
    )
    assert "Sheet 1" in page.main
    assert _from_row(page, second) == str(bottles[1]), "the same, without being asked again"
    assert _drawn(desk) == [("dose", bottles[1], None)] * 2


def test_the_only_one_that_was_out_is_taken_by_itself_also_if_it_is_back_since(
    page: Online, desk: Desk, safe: Dispensary
) -> None:
    bottle = safe.issues(safe.receives(1000), 100)
    _printed(page)
    first, second = _rows(desk)
    _enter(page, first)
    _enter(page, second, kind="refused", mg="")
    assert _drawn(desk) == [("dose", bottle, None)]
    safe.counts_back(bottle, 94)
    page.open("/round/paper")
    page.send("/round/paper/row", code=second.code)
    form = page.forms("/round/paper/record")[0]
    assert form["container"] == str(bottle)


def test_who_had_a_cup_on_paper_had_that_cup(page: Online, desk: Desk, safe: Dispensary) -> None:
    tray = safe.issues(safe.receives(1000), 100, "K", held_in=HeldIn.CUPS)
    _printed(page)
    row = _rows(desk)[0]
    of = Poured(
        "p1", slot_named(row.order or "", DAY, 1), row.order or "", int(row.order_version or 0), Decimal(6)
    )
    cup = safe.run(lambda c: pour(c, safe.by(), tray, of)).id
    _enter(page, row)
    assert _drawn(desk) == [("dose", tray, cup)]


def test_where_nothing_was_issued_that_day_it_is_told_what_to_do(
    page: Online, desk: Desk, safe: Dispensary
) -> None:
    safe.receives(1000)
    _printed(page)
    page.open("/round/paper")
    page.send("/round/paper/row", code=_rows(desk)[0].code)
    assert "nothing was issued for this day" in page.main


def test_what_is_recorded_already_is_told_and_both_are_kept(page: Online, desk: Desk) -> None:
    _printed(page)
    page.give()
    row = _rows(desk)[0]
    page.open("/round/paper")
    page.send("/round/paper/row", code=row.code.lower())
    assert "recorded already: Given" in page.main
    _enter(page, row)
    assert "Possibly a double dose" in page.main
    page.open("/round/conflicts")
    assert "conflict" in page.main


@pytest.mark.parametrize("code", ["", "x", "ABCDEFGHJK"])
def test_a_code_of_no_sheet_opens_nothing(page: Online, code: str) -> None:
    page.open("/round/paper")
    answer = page.send("/round/paper/row", code=code)
    assert answer.status_code == 404
    assert "No sheet printed here has this code" in page.main


def test_a_sheet_of_another_prison_opens_nothing(page: Online, desk: Desk, sign_in: SignIn) -> None:
    _printed(page)
    row = _rows(desk)[0]
    other = Online(sign_in("elsewhere"))
    other.open("/round/paper")
    assert other.send("/round/paper/row", code=row.code).status_code == 404
    assert "Sheet 1" not in other.main


def test_a_mistake_on_paper_is_entered_with_what_was_in_fact_taken(page: Online, desk: Desk) -> None:
    _printed(page)
    row = next(one for one in _rows(desk) if one.patient == "p1")
    _enter(page, row, mistake="wrong-medicine", product="buprenorphine-sublingual", mg="8")
    assert "Recorded as a mistake by who gave it" in page.main
    with desk.database.transaction() as connection:
        (taken,) = connection.execute(text("SELECT product, mg FROM clinical.oat_event WHERE patient_id = 'p1' AND day = '2026-03-10'")).all()  # fmt: skip
    assert (taken.product, taken.mg) == ("buprenorphine-sublingual", 8)
