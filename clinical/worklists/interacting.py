"""What people take beside the treatment that may change its effect: by one statement, however many people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from clinical.oat.interaction import partners
from clinical.oat.medicine import TYPES, Medicine, medicine_of
from clinical.oat.shapes import ATC, ATC_OID
from clinical.worklists.ward import Ward
from fhir_store.read import read_many
from fhir_store.search_values import param_id

TAKEN = """
SELECT DISTINCT m.patient, r.type, r.id FROM fhir_store.compartment m
JOIN fhir_store.current_resource r ON r.key = m.key AND r.type = ANY(%(types)s::text[]) AND NOT r.deleted
JOIN fhir_store.index_token t ON t.key = m.key AND t.param = ANY(%(params)s) AND t.system = ANY(%(systems)s::text[])
    AND t.code LIKE ANY(%(codes)s::text[])
WHERE m.patient = ANY(%(people)s::text[]) ORDER BY m.patient, r.type, r.id
"""


def interacting(ward: Ward, people: Sequence[str]) -> Mapping[str, Sequence[Medicine]]:
    """The medicines of some people that a partner of the table of interactions is; nobody has none of them."""
    whose, types = ward.whose(people), sorted(TYPES)
    asked = {
        "people": sorted(whose),
        "types": types,
        "params": [param_id(one, "code") for one in types],
        "systems": [ATC, ATC_OID],
        "codes": [f"{atc}%" for partner in partners().values() for atc in partner.atc],
    }
    rows = ward.reader.cursor.execute(TAKEN, asked).fetchall()
    stored = read_many(ward.reader.cursor, ward.reader.keyring, [(type_, id_) for _, type_, id_ in rows])
    found: dict[str, list[Medicine]] = defaultdict(list)
    for record, type_, id_ in rows:
        one = stored.get((type_, id_))
        if one and (medicine := medicine_of(one.value, ward.reader.zone)):
            found[whose[record]].append(medicine)
    return found
