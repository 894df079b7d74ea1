"""Second persons whom only a tablet proved, since it had no network: beside which doses, for whoever wants to ask them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import psycopg

from clinical.oat.round.flags import Flag

CLAIMED = """
SELECT e.witness, count(*) FROM clinical.oat_event e
JOIN clinical.round_event r ON r.id = CASE WHEN e.event ~ '^[0-9a-f-]{36}$' THEN e.event::uuid END
WHERE e.facility_id = %s AND e.day = %s AND e.witness IS NOT NULL AND r.flags @> ARRAY[%s]
GROUP BY e.witness ORDER BY e.witness
"""


def claimed_on(cursor: psycopg.Cursor[Any], facility: str, day: date) -> Mapping[str, int]:
    """By the account: beside how many doses of a civil day."""
    return dict(cursor.execute(CLAIMED, (facility, day, Flag.WITNESS_OFFLINE.value)).fetchall())
