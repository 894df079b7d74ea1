"""Sees registers, omissions, holds, injuries and deaths; a doctor of the NPM or CPT sees charts for a limited time, under the mandate."""

from services.access.roles.role import Role
from services.access.roles.rule import EVERY_LABEL, READING, Purpose, Relationship, Rule, of_nobody
from services.access.roles.types import CHART, DIRECTORY, REGISTERS, SEALED, STOCK

INSPECTOR = Role(
    code="inspector",
    title="Inspector",
    words="Sees registers, omissions, holds, injuries and deaths; a doctor of the NPM or CPT sees charts for a limited time, under the mandate.",
    is_clinical=False,
    granted_by=frozenset({"administrator"}),
    rules=(
        of_nobody(READING, {REGISTERS, STOCK}, {Purpose.OVERSIGHT}, own=True),
        Rule(
            may=READING,
            on=CHART | {SEALED},
            labels=EVERY_LABEL,
            own_record=False,
            relationship=frozenset({Relationship.OPEN, Relationship.CLOSED}),
            purpose=frozenset({Purpose.OVERSIGHT}),
            under_mandate=True,
        ),
        of_nobody(READING, DIRECTORY, {Purpose.OVERSIGHT}),
    ),
)
