"""What is suspended when a day closes, and how long a day waits for tablets: at and beside each limit."""

from datetime import date, datetime, time, timedelta

import pytest
from oat import DAY, HOUR, ONE_DAY, SIX, ZONE, a_happened, a_law, an_order, on

from clinical.oat.day_close import has_waited
from clinical.oat.record import TreatmentRecord
from clinical.oat.suspension import suspended_at

LAW = a_law()
MINUTE = timedelta(minutes=1)


def suspended(*, pregnant: bool = False, days: int = 9) -> list[str]:
    orders = (
        an_order(id="here"),
        an_order(id="there", facility="other"),
        an_order(id="not-said", facility=None),
        an_order(id="also-here"),
        an_order(id="over", end=on(-2)),
    )
    record = TreatmentRecord(orders=orders, happened=(a_happened(at=SIX - (days + 1) * ONE_DAY),))
    return [one.id for one in suspended_at(on(-1), "prison", record, LAW, pregnant=pregnant)]


def test_every_order_of_the_facility_is_suspended_and_none_of_another() -> None:
    assert suspended() == ["here", "also-here"]
    assert suspended(days=5) == ["here", "also-here"]
    assert suspended(days=4) == []
    assert suspended(pregnant=True) == []


@pytest.mark.parametrize(("said", "waits"), [("12 h", 12 * HOUR), ("3 h", 3 * HOUR), (None, 12 * HOUR)])
def test_a_day_waits_so_long_after_its_end(said: str | None, waits: timedelta) -> None:
    law = a_law(oat__day_waits=said)
    closed = datetime.combine(DAY, time(), ZONE)

    def waited(at: datetime, day: date) -> bool:
        return has_waited(day, at, ZONE, law)

    assert not waited(closed + waits - MINUTE, on(-1))
    assert waited(closed + waits, on(-1))
    assert waited(closed + waits, on(-2))
    assert not waited(closed + waits, DAY)
