"""Numbers of people outside one's care, tried one after the other: counted for each account, and slowed down.

Who is in the reader's care is always found. A number that is wrong and one of somebody outside count alike.
"""

from datetime import timedelta

from services.access.people.throttle import Limit
from services.access.people.throttling import Throttle, TooSoon, Try
from services.clinic.asking import Asking

NUMBERS = Limit(free=20, first=timedelta(seconds=5), longest=timedelta(minutes=1))
"""Of one account in a day. Proposed: a slip of the pen, or a busy night in a receiving prison, costs nothing."""


def counted(asking: Asking) -> Try | TooSoon:
    """Count a number that found nobody in care; or how long to wait before another is looked up."""
    throttle = Throttle(asking.database, asking.request.app.state.desk.keys.throttling)
    return throttle.take_of("number outside care", str(asking.who.account.id), NUMBERS, asking.at)
