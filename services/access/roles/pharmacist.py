"""Sees orders, doses and stock at own facilities; receives, counts and destroys; checks interactions."""

from services.access.roles.role import Role

PHARMACIST = Role(
    code="pharmacist",
    title="Pharmacist",
    words="Sees orders, doses and stock at own facilities; receives, counts and destroys; checks interactions.",
    is_clinical=True,
    granted_by=frozenset({"medical_lead"}),
)
