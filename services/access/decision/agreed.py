"""What a patient agreed to give a recipient, as SQL, asked of the projection that the record keeps of the answers.

The same as ``clinical.disclosure.agreement``: the latest answer counts, of several of one instant what they have in
common, and nothing if one of them refuses. A grant that the recipient itself keeps is none: nobody lets themselves in.
Nor does one count in a version for which nobody here stands (docs/decisions/0018).
"""

from collections.abc import Callable

from clinical.labels import BROADER, EVERYTHING, Label
from clinical.labels.label import exact_bits
from fhir_store.sql import NOTHING, Sql, any_of

Agreed = Callable[[frozenset[str]], Sql]
"""That the patient ``m.patient`` agreed that one of some Organizations gets what ``c`` is labelled with."""

LATEST = """
(SELECT {found}
FROM (
    SELECT h.*, rank() OVER (ORDER BY h.said_at DESC) AS place, EXISTS (
        SELECT FROM clinical.confirmed_consent f WHERE f.consent_id = h.source_id AND f.version = k.version
    ) AS confirmed
    FROM clinical.hand_over_answer h
    JOIN fhir_store.current_resource k ON k.type = h.source_type AND k.id = h.source_id
    WHERE h.patient_id = m.patient AND NOT (h.granted AND (h.begins_at > {at} OR k.facility IS NOT DISTINCT FROM %s))
) a
WHERE a.place = 1)
"""

GRANTED = """bool_and(a.counts AND a.confirmed AND (a.ends_at IS NULL OR a.ends_at > {at})
        AND (a.any_centre OR %s = ANY(a.recipients)))"""
"""That the latest answers give something to a recipient."""

AGREED = "bit_and(a.labels)"


def _bits(*labels: Label) -> int:
    return exact_bits(labels)


def _covers() -> str:
    """``clinical.labels.covered`` of the labels of ``c``."""
    parts = " ".join(
        f"WHEN c.labels & {_bits(narrow)} <> 0 AND {AGREED} & {_bits(narrow, broad)} = 0 THEN false"
        for narrow, broad in BROADER.items()
    )
    rest = f"c.labels & ~{_bits(Label.N, *BROADER)} & ~{AGREED} = 0"
    return (
        f"CASE WHEN c.labels & {_bits(Label.V)} <> 0 THEN false "
        f"WHEN c.labels & {_bits(Label.R)} <> 0 THEN {AGREED} & {_bits(*EVERYTHING)} = {_bits(*EVERYTHING)} "
        f"WHEN c.labels = 0 THEN {AGREED} & {_bits(Label.R)} <> 0 "
        f"WHEN {AGREED} = 0 THEN false {parts} ELSE {rest} END"
    )


COVERS = _covers()


def agreed_at(moment: Sql) -> Agreed:
    """What was agreed at an instant."""

    def agreed(recipients: frozenset[str]) -> Sql:
        return any_of(_agreed(one, moment) for one in sorted(recipients)) if recipients else NOTHING

    return agreed


def agreed_labels(organization: str, moment: Sql) -> Sql:
    """The labels, as bits, that the patient ``m.patient`` agreed at an instant to give one Organization."""
    labels = _latest(f"CASE WHEN {GRANTED} THEN {AGREED} ELSE 0 END", organization, moment)
    return Sql(f"coalesce({labels.text}, 0)", labels.args)


def _agreed(organization: str, moment: Sql) -> Sql:
    covers = _latest(f"{GRANTED} AND {COVERS}", organization, moment)
    return Sql(f"coalesce({covers.text}, false)", covers.args)


def _latest(found: str, organization: str, moment: Sql) -> Sql:
    """Something of the latest answers, which begins with whether they give anything."""
    text = LATEST.format(found=found.format(at=moment.text), at=moment.text)
    return Sql(text, (*moment.args, f"Organization/{organization}", *moment.args, organization))
