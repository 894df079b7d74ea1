"""The treatment relationship as SQL, asked of the projections that the record keeps of it."""

from clinical.custody.care import CARE
from fhir_store.sql import EVERYTHING, NOTHING, Sql
from services.access.decision.cares import DONE_ON
from services.access.decision.relationship import AT_MOST
from services.access.decision.sql import Relationships
from services.access.roles.rule import Relationship

BEGUN = f"""
SELECT FROM {CARE} t
WHERE t.patient_id = m.patient AND {{at}} AND t.began <= {{on}}
"""
# Care that has ended is over on the day after the last thing was done, or after AT_MOST; never on its own last day.
NOT_OVER = f"""
(t.ended IS NULL OR t.ended >= {{on}} OR (
    t.ended >= {{on}} - {AT_MOST.days} AND coalesce({DONE_ON}, {{on}}) >= {{on}}
))
"""


def relationships_on(day: Sql) -> Relationships:
    """The relationships on a civil day."""

    def closest(facilities: frozenset[str], wanted: frozenset[Relationship]) -> Sql:
        return _closest(sorted(facilities), wanted, day)

    return closest


def _closest(facilities: list[str], wanted: frozenset[Relationship], day: Sql) -> Sql:
    at = _at(facilities)
    care = BEGUN.format(at=at.text, on=day.text)
    begun = Sql(f"EXISTS ({care})", (*at.args, *day.args))
    not_over = Sql(NOT_OVER.format(on=day.text), day.args * NOT_OVER.count("{on}"))
    still = Sql(f"EXISTS ({care} AND {not_over.text})", (*at.args, *day.args, *not_over.args))
    match Relationship.OPEN in wanted, Relationship.CLOSED in wanted, Relationship.NONE in wanted:
        case (True, True, True):
            return EVERYTHING
        case (True, True, False):
            return begun
        case (True, False, False):
            return still
        case (True, False, True):
            return still | ~begun
        case (False, True, True):
            return ~still
        case (False, True, False):
            return begun & ~still
        case (False, False, True):
            return ~begun
    return NOTHING


def _at(facilities: list[str]) -> Sql:
    match facilities:
        case [facility]:
            return Sql("t.facility_id = %s", (facility,))
    return Sql("t.facility_id = ANY(%s)", (facilities,))
