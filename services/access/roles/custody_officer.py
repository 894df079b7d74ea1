"""Sees who has to be where at what time and whether somebody is fit for transfer. Nothing else."""

from services.access.roles.role import Role

CUSTODY_OFFICER = Role(
    code="custody_officer",
    title="Custody officer",
    words="Sees who has to be where at what time and whether somebody is fit for transfer. Nothing else.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
)
