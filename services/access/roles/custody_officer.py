"""Sees who has to be where at what time and whether somebody is fit for transfer. Nothing else."""

from services.access.roles.role import Role
from services.access.roles.rule import Interaction, Purpose, of_nobody
from services.access.roles.types import MOVEMENTS

CUSTODY_OFFICER = Role(
    code="custody_officer",
    title="Custody officer",
    words="Sees who has to be where at what time and whether somebody is fit for transfer. Nothing else.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(of_nobody({Interaction.READ}, {MOVEMENTS}, {Purpose.ADMINISTRATION}, own=True),),
)
