"""A dose, or what was spilled of one, of which nobody can say yet how much of which book it was: it waits with what was said of it.

Revision ID: clinical_0014
"""

from alembic import op

revision = "clinical_0014"
down_revision = "clinical_0013"
branch_labels = None
depends_on = None

# What was said is kept as it was said: it may be no amount that a book holds. A container that is not known here has no row.
WAITING = """
ALTER TABLE clinical.register_dose ALTER COLUMN amount DROP NOT NULL;
ALTER TABLE clinical.register_dose ADD COLUMN mg numeric, ADD COLUMN ml numeric, ADD COLUMN issue uuid;
ALTER TABLE clinical.register_dose DROP CONSTRAINT register_dose_kind_check;
ALTER TABLE clinical.register_dose ADD CHECK (kind IN ('dose', 're-dose', 'spill'));
"""


def upgrade() -> None:
    op.execute(WAITING)


def downgrade() -> None:
    """Refused: a register loses nothing by a command."""
    raise NotImplementedError("What is in the register stays there. Restore a backup instead.")
