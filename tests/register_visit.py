"""A register in the middle of a day, and the way through its pages: for Chromium."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from dispensary import SOUTH, TABLETS, Dispensary, law
from shift import Shift

from clinical.register.cup import Poured
from clinical.register.cups import pour
from clinical.register.stock import HeldIn
from clinical.register.transfer import transfer_out
from clinical.register.two_people import Hands


def stocked(shift: Shift) -> Dispensary:
    """Deliveries, a round under way, a night alone, a count that differed, something on its way."""
    nurse, colleague = (shift.somebody(login).account for login in ("nurse", "nurse2"))
    shift.application.state.law = law(
        residue_tolerance_percent=2, expiry_warning_days=60, two_people_dose=False
    )
    north = Dispensary(
        shift.desk.database,
        law=shift.application.state.law,
        day=shift.clock.day(shift.application.state.settings.facility_zone),
    )
    both = Hands(nurse, colleague)
    north.hands, north.at = both, shift.clock.at
    batch = north.receives(2000)
    north.receives(300, lot="L0", expires=north.day - timedelta(days=3))
    soon = north.receives(1000, lot="L2", expires=north.day + timedelta(days=20))
    tablets = north.receives(56, TABLETS, "T7")
    night = north.issues(batch, 200, "B-11", hands=Hands(nurse, alone=True), session="late")
    north.gives(night, 6, hands=Hands(nurse, alone=True))
    north.counts_back(night, 194, hands=Hands(nurse, alone=True))
    out = north.issues(batch, 500, "B-12")
    for amount in ("6.5", "8", "4.5"):
        north.gives(out, amount)
    tray = north.issues(soon, 60, "K-2", held_in=HeldIn.CUPS)
    for number in range(2):
        poured = Poured("inside", f"slot {number}", "order", 1, Decimal(6))
        north.run(lambda c, poured=poured: pour(c, north.by(), tray, poured))
    north.counts({tablets: 55})
    north.counts({soon: 940}, Hands(nurse, alone=True))
    south = Dispensary(shift.desk.database, SOUTH, day=north.day)
    south.hands, south.at = both, shift.clock.at
    theirs = south.receives(100, TABLETS, "T8")
    south.run(lambda c: transfer_out(c, south.by(), theirs, Decimal(28), "north"))
    return north


def register_pages(page: Any, address: str) -> Iterator[str]:
    """Go from page to page as the pharmacist, by the keyboard where something is filled in; the name of each."""
    page.goto(f"{address}/register")
    yield "register"
    page.locator("a[href^='/register/book/']").last.click()
    page.locator(".lines").wait_for()
    yield "register-book"
    page.goto(f"{address}/register")
    page.locator("a[href^='/register/issue/']").last.click()
    page.locator("#what").wait_for()
    yield "register-container"
    page.locator("a[href^='/round/pour/']").click()
    page.locator("#standing").wait_for()
    yield "register-pour"
    page.goto(f"{address}/register")
    page.locator("a[href='/register/enter/receive?site=north']").click()
    page.locator("#atc").wait_for()
    yield "register-receive"
    page.goto(f"{address}/register")
    page.locator("a[href^='/register/enter/count-back']").first.focus()
    page.keyboard.press("Enter")
    page.locator("#residue").focus()
    page.keyboard.type("nothing")
    page.keyboard.press("Enter")
    page.locator(".told").wait_for()
    yield "register-wrong"
    page.locator("#residue").fill("470")
    page.keyboard.press("Enter")
    page.locator("#second").wait_for()
    yield "register-look"
    page.locator("#second").focus()
    page.keyboard.type("nobody")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    page.keyboard.press("Enter")
    page.locator("p.told[role=alert]").wait_for()
    yield "register-not-signed"
    page.goto(f"{address}/register/discrepancies")
    yield "register-discrepancies"
    page.locator("a[href^='/register/discrepancy/']").first.click()
    page.locator("#steps").wait_for()
    yield "register-discrepancy"
    page.goto(f"{address}/register?site=north")
    page.locator("a[href^='/register/enter/count?']").first.click()
    page.locator("form.entering").wait_for()
    yield "register-count"
