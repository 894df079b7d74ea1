"""The sights as SQL: a condition on the resource ``c`` of current_resource that is true exactly where ``decide`` permits
to search it, for each of its patients.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

from clinical.labels import Label
from clinical.labels.label import exact_bits
from fhir_store.sql import EVERYTHING, NOTHING, Sql, all_of, any_of
from services.access.decision.agreed import Agreed
from services.access.decision.sight import Sight
from services.access.roles.rule import Relationship

Relationships = Callable[[frozenset[str], frozenset[Relationship]], Sql]
"""That the closest relationship that some Organizations have with the patient ``m.patient`` is one of several."""

HIV = exact_bits([Label.HIV])


def _without(labels: int) -> Sql:
    # The planner is told by `coalesce` that a comparison of bits is often true; else it expects one row in 200.
    return Sql(f"coalesce(c.labels & {labels} = 0)")


OF_EVERY_PATIENT = "(SELECT bool_and({fits}) FROM fhir_store.compartment m WHERE m.key = c.key)"
OF_NO_PATIENT = "NOT EXISTS (SELECT FROM fhir_store.compartment m WHERE m.key = c.key)"


class _Whose(NamedTuple):
    """What a sight asks of a patient."""

    treated_by: frozenset[str] | None
    relationships: frozenset[Relationship]
    patient: str | None
    hiv_only_of: frozenset[str] | None
    agreed_for: frozenset[str] | None


class _Which(NamedTuple):
    """What a sight asks of the record, besides its type."""

    hidden: int
    kept_by: frozenset[str] | None


Types = tuple[str, ...]

EVERY_TYPE = frozenset({"*"})
"""Stands for all types that ``c`` can be of."""

OF_ANYBODY = _Whose(None, frozenset(), None, None, None)


def sights_sql(
    sights: Iterable[Sight], relationships: Relationships, agreed: Agreed, only: Types | None = None
) -> Sql:
    """What somebody with these sights finds. Of a record of several patients, each must be shown by one of them.

    ``only``: the types of which ``c`` is known to be, which makes it shorter.
    """
    by_whose = {whose: list(found) for whose, found in _grouped(_of_types(sights, only))}
    conditions = [_records(by_whose.pop(OF_ANYBODY))] if OF_ANYBODY in by_whose else []
    if by_whose:
        conditions += [_of_patients(by_whose, relationships, agreed), *_of_none(by_whose)]
    return any_of(conditions)


def _of_types(sights: Iterable[Sight], only: Types | None) -> Iterator[Sight]:
    for sight in sights:
        if only is None:
            yield sight
        elif shown := sight.types & set(only):
            yield replace(sight, types=EVERY_TYPE if len(shown) == len(only) else shown)


def _grouped(sights: Iterable[Sight]) -> Iterator[tuple[_Whose, Iterator[Sight]]]:
    return groupby(sorted(sights, key=lambda one: repr(_ordered(_whose(one)))), key=_whose)


def _whose(sight: Sight) -> _Whose:
    return _Whose(sight.treated_by, sight.relationships, sight.patient, sight.hiv_only_of, sight.agreed_for)


def _ordered(parts: tuple[object, ...]) -> list[object]:
    return [sorted(part) if isinstance(part, frozenset) else part for part in parts]


def _of_patients(by_whose: dict[_Whose, list[Sight]], relationships: Relationships, agreed: Agreed) -> Sql:
    records = _records([sight for sights in by_whose.values() for sight in sights])
    if len(by_whose) == 1:
        fits = _fits(next(iter(by_whose)), relationships, agreed)
    else:
        fits = any_of(
            _fits(one, relationships, agreed) & _records(sights) for one, sights in by_whose.items()
        )
    return records & Sql(OF_EVERY_PATIENT.format(fits=fits.text), fits.args)


def _of_none(by_whose: dict[_Whose, list[Sight]]) -> Iterator[Sql]:
    """Records of no patient, of those that ask for none."""
    for whose, sights in by_whose.items():
        if (
            whose.patient is None
            and whose.agreed_for is None
            and (whose.treated_by is None or Relationship.NONE in whose.relationships)
        ):
            without_hiv = EVERYTHING if whose.hiv_only_of is None else _without(HIV)
            yield all_of([_records(sights), without_hiv, Sql(OF_NO_PATIENT)])


def _fits(whose: _Whose, relationships: Relationships, agreed: Agreed) -> Sql:
    """That the patient ``m.patient`` is one of whom ``c`` may be shown."""
    asked = []
    if whose.patient is not None:
        asked.append(Sql("m.patient = %s", (whose.patient,)))
    if whose.hiv_only_of is not None:
        asked.append(_hiv_only_of(whose.hiv_only_of))
    if whose.treated_by is not None:
        asked.append(relationships(whose.treated_by, whose.relationships))
    if whose.agreed_for is not None:
        asked.append(agreed(whose.agreed_for))
    return all_of(asked)


def _hiv_only_of(patients: frozenset[str]) -> Sql:
    without = _without(HIV)
    return without | Sql("m.patient = ANY(%s)", (sorted(patients),)) if patients else without


def _records(sights: Iterable[Sight]) -> Sql:
    """That ``c`` is a record that one of the sights shows, whosever it is."""
    ordered = sorted(sights, key=lambda one: repr(_ordered(_which(one))))
    return any_of(_record(which, found) for which, found in groupby(ordered, key=_which))


def _which(sight: Sight) -> _Which:
    return _Which(exact_bits(sight.hidden), sight.kept_by)


def _record(which: _Which, sights: Iterable[Sight]) -> Sql:
    # Written out, so that a plan that is kept for any values is as good as one for these.
    types = {type_ for sight in sights for type_ in sight.types}
    asked = [] if types >= EVERY_TYPE else [Sql(f"c.type IN ({str(sorted(types))[1:-1]})")]
    if which.hidden:
        asked.append(_without(which.hidden))
    if which.kept_by is not None:
        asked.append(Sql("c.facility = ANY(%s)", (sorted(which.kept_by),)) if which.kept_by else NOTHING)
    return all_of(asked)
