"""Who may reset whose credentials. Pure.

A reset ends in an activation code, and whoever has that can become the account. So for every account that sees
records, or watches over those who do, it takes two people besides its holder, and of an account that treats, the
facility's medical lead is the one who confirms and gets the code.
"""

from services.access.people.errors import ResetRefused
from services.access.people.grant_rules import NEVER_TOGETHER, may_confirm_at_all
from services.access.people.holdings import ADMINISTRATOR, AUDITOR, MEDICAL_LEAD, Person
from services.shared.languages import N_

GUARDED_ROLES = NEVER_TOGETHER[ADMINISTRATOR] | {ADMINISTRATOR}

OWN = N_("Nobody resets their own credentials. Ask an administrator or your medical lead.")
NOT_YOURS_TO_ASK = N_("A reset is asked for by an administrator, or by the medical lead of the facility.")
NOT_YOURS_TO_CONFIRM = N_(
    "Somebody else has to confirm this reset: the facility's medical lead, of an account that treats people; an "
    "auditor or a medical lead who is no administrator, of a medical lead, an auditor or an inspector."
)


def is_guarded(subject: Person) -> bool:
    """Whether it takes two people to reset this person's credentials."""
    return bool(subject.roles_ahead & GUARDED_ROLES)


def check_asks(asker: Person, subject: Person) -> None:
    """Return if this person may ask for the reset; of an account that is not guarded, that is enough.

    Raises ResetRefused.
    """
    if asker.id == subject.id:
        raise ResetRefused(OWN)
    if not (
        asker.holds(ADMINISTRATOR) or _leads(asker, subject) or _may_ask_for_administrator(asker, subject)
    ):
        raise ResetRefused(NOT_YOURS_TO_ASK)


def check_confirms(confirmer: Person, asker: Person, subject: Person) -> None:
    """Return if this person may confirm what another one has asked for. Raises ResetRefused."""
    if confirmer.id in (asker.id, subject.id) or not _may_confirm(confirmer, subject):
        raise ResetRefused(NOT_YOURS_TO_CONFIRM)


def _may_confirm(confirmer: Person, subject: Person) -> bool:
    ahead = subject.roles_ahead
    if ahead & {MEDICAL_LEAD, AUDITOR, "inspector"}:
        return may_confirm_at_all(confirmer)
    if subject.clinical_facilities:
        return _leads(confirmer, subject) and not confirmer.holds(ADMINISTRATOR)
    return confirmer.holds(ADMINISTRATOR) or may_confirm_at_all(confirmer)


def _leads(person: Person, subject: Person) -> bool:
    return any(person.holds_at(MEDICAL_LEAD, facility) for facility in subject.clinical_facilities)


def _may_ask_for_administrator(asker: Person, subject: Person) -> bool:
    # Else an installation whose only administrator has lost everything could not go on.
    return ADMINISTRATOR in subject.roles_ahead and may_confirm_at_all(asker)
