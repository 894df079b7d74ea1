"""What each role may do, in words and in code: one file a role. Add a file and its line here to add a role."""

from collections.abc import Mapping

from services.access.roles.administrator import ADMINISTRATOR
from services.access.roles.auditor import AUDITOR
from services.access.roles.confidential_recipient import CONFIDENTIAL_RECIPIENT
from services.access.roles.custody_officer import CUSTODY_OFFICER
from services.access.roles.doctor import DOCTOR
from services.access.roles.evaluator import EVALUATOR
from services.access.roles.hiv_counsellor import HIV_COUNSELLOR
from services.access.roles.inspector import INSPECTOR
from services.access.roles.medical_lead import MEDICAL_LEAD
from services.access.roles.ministry_analyst import MINISTRY_ANALYST
from services.access.roles.nurse import NURSE
from services.access.roles.pharmacist import PHARMACIST
from services.access.roles.role import Role
from services.access.roles.treatment_centre_system import TREATMENT_CENTRE_SYSTEM

__all__ = ["ROLES", "Role"]

ROLES: Mapping[str, Role] = {
    role.code: role
    for role in (
        NURSE,
        DOCTOR,
        PHARMACIST,
        HIV_COUNSELLOR,
        MEDICAL_LEAD,
        CUSTODY_OFFICER,
        MINISTRY_ANALYST,
        CONFIDENTIAL_RECIPIENT,
        EVALUATOR,
        AUDITOR,
        INSPECTOR,
        ADMINISTRATOR,
        TREATMENT_CENTRE_SYSTEM,
    )
}
"""Every role by its code."""
