"""What a page says when something was not done: what to do now, and never what was typed."""

from dataclasses import dataclass
from math import ceil

from services.access.people.errors import Busy, PeopleError
from services.access.people.outcomes import Refused, TryLater, Why
from services.shared.languages import gettext as _
from services.shared.languages import ngettext

REFUSED = 403
TOO_MANY = 429
UNUSABLE = 422
BUSY = 503
BUSY_WAIT_S = 5

BEGIN_ANEW = frozenset({Why.SIGN_IN_OVER, Why.TOO_MANY_CODES})
"""No further code is looked at in this sign-in."""


@dataclass(frozen=True)
class Said:
    """A sentence for the person, and the status of the answer."""

    text: str
    status: int
    retry_after_s: int = 0


def refused_password() -> Said:
    """One sentence, whether or not there is such an account."""
    return Said(
        _(
            "Login name and password were not accepted. Check both, then try again. If you have a code, use the account first."
        ),
        REFUSED,
    )


def refused_activation() -> Said:
    """One sentence, whether or not there is such an account."""
    return Said(
        _(
            "Login name and activation code were not accepted. Check both, or ask for a new code: one counts for 3 days."
        ),
        REFUSED,
    )


def refused_code(outcome: Refused) -> Said:
    """After the right password."""
    if outcome.why in BEGIN_ANEW:
        return Said(_("This sign-in is over. Begin again with login name and password."), REFUSED)
    return Said(
        _(
            "This code was not accepted. Each code passes once: wait for the next one, or take a recovery code."
        ),
        REFUSED,
    )


def refused_passkey() -> Said:
    """Whatever the reason."""
    return Said(
        _("The passkey or security key was not accepted. Try again, or sign in with password and code."),
        REFUSED,
    )


def refused_elsewhere() -> Said:
    """One sentence, whether or not that sign-in is linked to an account."""
    return Said(
        _(
            "The sign-in of your organisation was not accepted here. Begin again, or sign in with login name and password "
            "and see in your account whether it is linked."
        ),
        REFUSED,
    )


def too_soon(outcome: TryLater) -> Said:
    """How long to wait."""
    seconds = ceil(outcome.wait.total_seconds())
    text = ngettext(
        "Too many tries. Wait %(count)d second, then try again.",
        "Too many tries. Wait %(count)d seconds, then try again.",
        seconds,
    )
    return Said(text % {"count": seconds}, TOO_MANY, seconds)


def not_done(error: PeopleError) -> Said:
    """What an error of the people's own says."""
    if isinstance(error, Busy):
        return Said(_(str(error)), BUSY, BUSY_WAIT_S)
    return Said(_(str(error)), UNUSABLE)
