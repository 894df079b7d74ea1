"""Exchanges FHIR with the record within its scopes, for people whom the centre treats and who agreed."""

from clinical.labels import Label
from services.access.roles.role import Role
from services.access.roles.rule import (
    CARE,
    EVERY_LABEL,
    IN_CARE,
    READING,
    WRITING,
    Rule,
    in_care,
    of_nobody,
)
from services.access.roles.types import CHART, DIRECTORY

OUTWARD = EVERY_LABEL - {Label.V}
"""How and when somebody was in custody stays in the house, whatever was agreed; so do the prisons themselves."""

TREATMENT_CENTRE_SYSTEM = Role(
    code="treatment_centre_system",
    title="Treatment centre's system",
    words="Exchanges FHIR with the record within its scopes, for people whom the centre treats and who agreed. "
    "No prison is named to it.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(
        Rule(
            may=READING,
            on=CHART,
            labels=OUTWARD,
            own_record=False,
            relationship=IN_CARE,
            purpose=CARE,
            with_consent=True,
        ),
        in_care(WRITING, CHART, EVERY_LABEL),
        of_nobody(READING, DIRECTORY, CARE, labels=OUTWARD),
    ),
)
