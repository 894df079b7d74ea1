"""The care that counts for a person: what facilities did under any record of theirs. SQL, and no view: a view would look past
the wall of whoever made it (docs/decisions/0012).

Two records are of one person if each names the other (``clinical.people.same_person``). A condition on ``patient_id`` goes
down into both parts, so that of somebody with one record it costs a look into an index that has no such row.
"""

from clinical.people.same_person import JOINED

CARE = f"""(
    SELECT facility_id, patient_id, began, ended, source_type, source_id, patient_id AS record_id
    FROM clinical.treatment_relationship
    UNION ALL
    SELECT other.facility_id, joined.patient_id, other.began, other.ended, other.source_type, other.source_id,
        other.patient_id
    FROM {JOINED} joined JOIN clinical.treatment_relationship other ON other.patient_id = joined.other_id
)"""  # noqa: S608 - our own text
"""As what stands behind FROM: facility, patient, the first day and the last, None while it goes on; which resource says so, in whose record."""
