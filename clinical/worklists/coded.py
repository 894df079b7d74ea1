"""Records of many people by what code they have: by one statement, however many people."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from clinical.oat.shapes import Json
from clinical.worklists.ward import Ward
from fhir_store.read import read_many
from fhir_store.search_values import param_id

CODED = """
SELECT m.patient, r.id FROM fhir_store.compartment m
JOIN fhir_store.current_resource r ON r.key = m.key AND r.type = %(type)s AND NOT r.deleted
JOIN fhir_store.index_token t ON t.key = m.key AND t.param = %(param)s AND t.system = %(system)s AND t.code = %(code)s
WHERE m.patient = ANY(%(people)s::text[])
"""


def coded(
    ward: Ward, people: Sequence[str], type_: str, system: str, code: str
) -> Mapping[str, Sequence[Json]]:
    """The resources of a type with a code, of each of some people by all their records; nobody has none of them."""
    whose = ward.whose(people)
    asked = {"type": type_, "param": param_id(type_, "code"), "system": system, "code": code}
    rows = ward.reader.cursor.execute(CODED, {**asked, "people": sorted(whose)}).fetchall()
    stored = read_many(ward.reader.cursor, ward.reader.keyring, [(type_, id_) for _, id_ in rows])
    found: dict[str, list[Json]] = defaultdict(list)
    for record, id_ in rows:
        if one := stored.get((type_, id_)):
            found[whose[record]].append(one.value)
    return found
