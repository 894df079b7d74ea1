"""Who may grant what to whom. Pure.

An administrator makes accounts, a medical lead lets them treat. What an administrator could use to get at a record by
way of an account of their own making, the roles that confirm or see charts, takes effect only when somebody confirms
it who is no administrator.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.access.people.errors import GrantRefused
from services.access.people.holdings import (
    ADMINISTRATOR,
    AUDITOR,
    INSPECTOR,
    MEDICAL_LEAD,
    Person,
    is_clinical,
)
from services.access.roles import ROLES
from services.shared.languages import N_

CONFIRMED_ROLES = frozenset({MEDICAL_LEAD, AUDITOR, INSPECTOR})
"""Granted by an administrator, they wait to be confirmed."""

CONFIRMING_ROLES = (AUDITOR, MEDICAL_LEAD)

ROLES_OF_SYSTEMS = frozenset({"treatment_centre_system"})

CLINICAL_ROLES = frozenset(code for code in ROLES if is_clinical(code))

NEVER_TOGETHER: Mapping[str, frozenset[str]] = {
    ADMINISTRATOR: CLINICAL_ROLES | {AUDITOR, INSPECTOR},
    "custody_officer": CLINICAL_ROLES,
}
"""What nobody holds together with a role: an administrator would be their own control, a guard would see records."""

LONGEST_CLINICAL = timedelta(days=366)
"""A clinical role is granted anew at least so often. Proposed."""

CONFIRMED_WITHIN = timedelta(days=7)
"""A grant that nobody confirms lapses. Proposed."""

LONGEST_MANDATE = timedelta(days=30)
"""So long at most a mandate opens the charts of a facility; a visit takes days. Proposed."""

MANDATE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ./()-]{1,79}")

UNKNOWN_ROLE = N_("There is no such role for a person.")
TO_ONESELF = N_("Nobody grants a role to themselves. Ask somebody else who may grant it.")
NOT_YOURS_TO_GRANT = N_(
    "This role is granted by others, or you do not hold the granting role at this facility."
)
NEEDS_FACILITY = N_("A clinical role is granted at a facility. Name it.")
NEEDS_END = N_("A clinical role is granted for a year at most, and has an end. Name it.")
MANDATE_OF_INSPECTOR = N_("Only an inspector's role is granted under a mandate.")
MANDATE_NEEDS = N_(
    "A mandate opens the charts of one facility, for 30 days at most. Name the facility and the days."
)
MANDATE_UNREADABLE = N_(
    "Name the mandate by the number of its letter: letters, digits, spaces and . / ( ) -, 80 at most."
)
NO_TIME = N_("A grant ends after it begins, and does not begin in the past.")
NOT_TOGETHER = N_(
    "One person cannot be administrator and also treat, audit or inspect, nor custody officer and also treat. These are "
    "two people, each with an account of their own."
)
NOT_YOURS_TO_CONFIRM = N_(
    "A grant is confirmed by an auditor or a medical lead who is no administrator, and neither asked for it nor gets it."
)
NOT_YOURS_TO_REVOKE = N_(
    "A grant is revoked by whoever may grant it there, by an administrator, or by its holder."
)


@dataclass(frozen=True)
class Wanted:
    """What is to be granted."""

    role: str
    facility: str | None
    starts_at: datetime
    ends_at: datetime | None
    mandate: str | None = None
    """What an inspector's grant rests on, such as the number of a letter of the NPM or the CPT: it then covers charts."""


def needs_confirmation(granter: Person, subject: Person, wanted: Wanted) -> bool:
    """Whether the grant waits for a second person; else it takes effect. Raises GrantRefused."""
    if wanted.role not in ROLES or wanted.role in ROLES_OF_SYSTEMS:
        raise GrantRefused(UNKNOWN_ROLE)
    if granter.id == subject.id:
        raise GrantRefused(TO_ONESELF)
    granting = _granting_roles(granter, wanted)
    if not granting:
        raise GrantRefused(NOT_YOURS_TO_GRANT)
    _check_shape(wanted)
    if not _goes_together(wanted.role, subject):
        raise GrantRefused(NOT_TOGETHER)
    return granting == {ADMINISTRATOR} and wanted.role in CONFIRMED_ROLES


def check_time(wanted: Wanted, at: datetime) -> None:
    """Return if the grant begins now or later and ends after that. Raises GrantRefused."""
    if wanted.starts_at < at or (wanted.ends_at is not None and wanted.ends_at <= wanted.starts_at):
        raise GrantRefused(NO_TIME)


def check_confirms(confirmer: Person, granter: Person, subject: Person) -> None:
    """Return if this person may confirm what an administrator has granted. Raises GrantRefused."""
    is_another = confirmer.id not in (granter.id, subject.id)
    if not is_another or not may_confirm_at_all(confirmer):
        raise GrantRefused(NOT_YOURS_TO_CONFIRM)


def may_confirm_at_all(person: Person) -> bool:
    """Whether the person is one of those who watch over administrators."""
    return any(person.holds(role) for role in CONFIRMING_ROLES) and not person.holds(ADMINISTRATOR)


def check_revokes(revoker: Person, subject: Person, wanted: Wanted) -> None:
    """Return if this person may take the role away again. Raises GrantRefused."""
    own = revoker.id == subject.id
    if (
        not own
        and not revoker.holds_at(ADMINISTRATOR, wanted.facility)
        and not _granting_roles(revoker, wanted)
    ):
        raise GrantRefused(NOT_YOURS_TO_REVOKE)


def needs_presence(wanted: Wanted, *, confirmed: bool) -> bool:
    """Whether whoever grants or confirms has to see that the account is in the hands of its person."""
    return confirmed or is_clinical(wanted.role)


def _granting_roles(granter: Person, wanted: Wanted) -> set[str]:
    if wanted.role not in ROLES:
        return set()
    return {role for role in ROLES[wanted.role].granted_by if granter.holds_at(role, wanted.facility)}


def _check_shape(wanted: Wanted) -> None:
    if wanted.mandate is not None:
        _check_mandate(wanted, wanted.mandate)
    if not is_clinical(wanted.role):
        return
    if wanted.facility is None:
        raise GrantRefused(NEEDS_FACILITY)
    if wanted.ends_at is None or wanted.ends_at - wanted.starts_at > LONGEST_CLINICAL:
        raise GrantRefused(NEEDS_END)


def _check_mandate(wanted: Wanted, mandate: str) -> None:
    """A mandate opens charts: of one facility, for a time that is short and fixed. Raises GrantRefused."""
    if wanted.role != INSPECTOR:
        raise GrantRefused(MANDATE_OF_INSPECTOR)
    ends = wanted.ends_at
    if wanted.facility is None or ends is None or ends - wanted.starts_at > LONGEST_MANDATE:
        raise GrantRefused(MANDATE_NEEDS)
    if not MANDATE.fullmatch(mandate):
        raise GrantRefused(MANDATE_UNREADABLE)


def _goes_together(role: str, subject: Person) -> bool:
    held = subject.roles_ahead
    return not any(
        (role == one and held & others) or (role in others and one in held)
        for one, others in NEVER_TOGETHER.items()
    )
