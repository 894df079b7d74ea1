"""Who may call the pages of the clinic: somebody who treats, or reviews emergency access. A refusal is logged."""

from typing import Annotated

from fastapi import Depends, Request

from services.access.audit import kinds
from services.access.decision.people import organizations
from services.access.pages.signed_in import RoleMissing, present
from services.access.people.holdings import MEDICAL_LEAD, is_clinical
from services.clinic.asking import Asking
from services.shared.actors import actor
from services.shared.languages import N_


class NoOrganization(RoleMissing):
    """A clinical role, but none that is for an Organization."""

    message = N_(
        "Your role is granted at a place whose records are kept by an organization. Ask your medical lead for the "
        "role at that organization."
    )


@actor
def clinician(request: Request) -> Asking:
    """Somebody with a clinical role at an Organization. Raises RoleMissing, and leads to the sign-in."""
    asking = Asking(request, present(request), request.app.state.desk.now())
    roles = [one.role for one in asking.who.person.holds_now if is_clinical(one.role)]
    if not roles:
        raise _refused(asking, RoleMissing())
    if not organizations(asking.who.person, *roles):
        raise _refused(asking, NoOrganization())
    return asking


@actor
def reader(request: Request) -> Asking:
    """The same, or an inspector whose mandate covers charts. Raises RoleMissing, and leads to the sign-in."""
    asking = Asking(request, present(request), request.app.state.desk.now())
    return asking if asking.inspects else clinician(request)


@actor
def reviewer(request: Request) -> Asking:
    """A medical lead of an Organization. Raises RoleMissing, and leads to the sign-in."""
    asking = Asking(request, present(request), request.app.state.desk.now())
    if not organizations(asking.who.person, MEDICAL_LEAD):
        raise _refused(asking, RoleMissing())
    return asking


Reader = Annotated[Asking, Depends(reader)]
Clinician = Annotated[Asking, Depends(clinician)]
Reviewer = Annotated[Asking, Depends(reviewer)]


def _refused(asking: Asking, error: RoleMissing) -> RoleMissing:
    asking.log(kinds.refusal(asking.circumstances(), "read", "Patient", "role", kinds.NOBODY))
    return error
