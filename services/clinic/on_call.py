"""What to do beside a stop, with the telephone of the prescriber on call in it."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from clinical.oat.stop import CALL
from clinical.words import Sentence
from services.clinic.sentences import said
from services.shared.languages import N_, gettext

CALL_NUMBER = N_("Call the prescriber on call: %(telephone)s")
NO_NUMBER = N_("Call the prescriber on call. No number is set here: it is set on the page of the shift")


def steps(do_now: Iterable[Sentence], zone: ZoneInfo, telephone: str) -> list[str]:
    """The steps in the language of the request; ``telephone`` is empty where nobody has set a number."""
    return [_call(telephone) if one == CALL else said(one, zone) for one in do_now]


def _call(telephone: str) -> str:
    return gettext(CALL_NUMBER) % {"telephone": telephone} if telephone else gettext(NO_NUMBER)
