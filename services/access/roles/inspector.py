"""Sees registers, omissions, holds, injuries and deaths; a doctor of the NPM or CPT sees charts for a limited time, under the mandate."""

from services.access.roles.role import Role

INSPECTOR = Role(
    code="inspector",
    title="Inspector",
    words="Sees registers, omissions, holds, injuries and deaths; a doctor of the NPM or CPT sees charts for a limited time, under the mandate.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
