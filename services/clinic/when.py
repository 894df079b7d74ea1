"""Day and time as somebody fills them in, in the facility's zone. Empty: now."""

from datetime import datetime
from zoneinfo import ZoneInfo

from services.clinic.consent_form import Unfit
from services.shared.languages import N_

NOT_A_TIME = N_("Day and time cannot be read. Choose both, or leave both empty for now.")


def when(written: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant that a field of day and time says; of an hour that comes twice in a night the first. Raises Unfit."""
    if not written.strip():
        return now.astimezone(zone)
    try:
        local = datetime.fromisoformat(written.strip())
    except ValueError:
        raise Unfit(NOT_A_TIME) from None
    if local.tzinfo is not None:
        raise Unfit(NOT_A_TIME)
    return local.replace(tzinfo=zone)
