"""The day of expiry is the last good one."""

from datetime import date

import pytest
from dispensary import law

from clinical.protocols import NO_PROTOCOL, Protocol
from clinical.register.expiry import Expiry, expiry, is_over

LAST = date(2026, 3, 31)
SIXTY = law(expiry_warning_days=60)


@pytest.mark.parametrize(
    ("day", "over"), [(date(2026, 3, 30), False), (date(2026, 3, 31), False), (date(2026, 4, 1), True)]
)
def test_a_batch_is_good_on_its_last_day_and_not_on_the_next(day: date, over: bool) -> None:
    assert is_over(LAST, day) is over


@pytest.mark.parametrize(
    ("day", "protocol", "stands"),
    [
        (date(2026, 1, 29), SIXTY, Expiry.GOOD),
        (date(2026, 1, 30), SIXTY, Expiry.SOON),
        (date(2026, 1, 31), SIXTY, Expiry.SOON),
        (date(2026, 3, 31), SIXTY, Expiry.SOON),
        (date(2026, 4, 1), SIXTY, Expiry.OVER),
        (date(2026, 3, 31), NO_PROTOCOL, Expiry.GOOD),
        (date(2026, 3, 31), law(expiry_warning_days=0), Expiry.GOOD),
        (date(2026, 4, 1), NO_PROTOCOL, Expiry.OVER),
    ],
)
def test_it_is_marked_so_many_days_before(day: date, protocol: Protocol, stands: Expiry) -> None:
    assert expiry(LAST, day, protocol) is stands
