"""Every role x interaction x type x own or other facility x label x relationship, against ``what_roles_may.md``."""

from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from asking import NATURAL, OTHER, OWN, SETS, a_subject, an_actor, held
from roles_table import LINES, Line

from clinical.labels import Label
from fhir_store.gate import served_types
from services.access.decision import Actor, Interaction, Outcome, Purpose, Relationship, decide, sight_of
from services.access.decision.subject import Subject
from services.access.roles import ROLES
from services.access.roles.types import CHART, DIRECTORY, OF_PATIENTS, THINGS

TYPES = (*served_types(), *sorted(THINGS))
EVERYTHING = frozenset(Label)


@cache
def _lines(role: str, type_: str) -> tuple[Line, ...]:
    return tuple(line for line in LINES if line.role == role and type_ in line.types)


def _expected(
    role: str, does: str, type_: str, labels: set[str], own: bool, relationship: str, purpose: str
) -> Outcome:
    lines = _lines(role, type_)
    asked = (type_, labels, own, relationship, purpose)
    if any(line.allows(does, *asked) for line in lines):
        return Outcome.PERMITTED
    if does == "create":
        there = any("read" in line.does for line in lines)
    else:
        there = does not in {"read", "search"} and any(line.allows("read", *asked) for line in lines)
    return Outcome.DENIED if there else Outcome.HIDDEN


def _actors(role: str) -> list[Actor]:
    """The role for its own purpose and for each other; an inspector with a mandate that ends."""
    mandate = {"mandate": True, "until": an_actor(role).at.replace(year=2027)} if role == "inspector" else {}
    roles = (held(role, **mandate),)
    natural = NATURAL.get(role, Purpose.TREATMENT)
    others = [Purpose.ADMINISTRATION] if role == "medical_lead" else [Purpose.RESEARCH]
    return [an_actor(role, roles=roles, purpose=purpose) for purpose in dict.fromkeys([natural, *others])]


@pytest.mark.parametrize("role", ROLES)
def test_every_combination_is_decided_as_the_table_says(role: str) -> None:
    wrong = []
    actors = [(actor, sight_of(actor)) for actor in _actors(role)]
    for (actor, sights), type_, own, (name, labels), relationship in product(
        actors, TYPES, (True, False), SETS.items(), Relationship
    ):
        subject = a_subject(
            type_, relationship, labels=labels, facility=OWN if own else OTHER, agreed=EVERYTHING
        )
        plain = {label.value for label in labels}
        for does in Interaction:
            outcome = decide(actor, does, subject).outcome
            asked = (role, does.value, type_, plain, own, relationship.value, actor.purpose.value)
            if outcome is not _expected(*asked):
                wrong.append((*asked, outcome))
            if does is Interaction.SEARCH and (outcome is Outcome.PERMITTED) != _found(sights, subject):
                wrong.append((name, "sight", *asked))
    assert wrong[:5] == []


def _found(sights: tuple[object, ...], subject: Subject) -> bool:
    return any(sight.shows(subject) for sight in sights)  # type: ignore[attr-defined]


@pytest.mark.parametrize("role", ["custody_officer", "administrator", "ministry_analyst", "evaluator"])
def test_no_clinical_record_of_any_kind(role: str) -> None:
    """Whatever the labels, the relationship, the purpose, the facility, and with the glass broken."""
    for purpose, type_, labels, relationship, does in product(
        Purpose, sorted(CHART), SETS.values(), Relationship, Interaction
    ):
        actor = an_actor(role, purpose=purpose)
        decision = decide(actor, does, a_subject(type_, relationship, labels=labels, agreed=EVERYTHING))
        assert decision.outcome is Outcome.HIDDEN
        assert decision.obligations == set()


def test_every_line_of_the_table_is_of_a_role_and_types_that_are_there() -> None:
    assert {line.role for line in LINES} == set(ROLES)
    assert {type_ for line in LINES for type_ in line.types} <= set(TYPES)


def test_every_rule_is_about_types_that_are_there() -> None:
    for role in ROLES.values():
        for rule in role.rules:
            assert rule.on <= set(TYPES)
            assert rule.about_patients == bool(rule.on & (CHART | OF_PATIENTS))
            assert not (rule.on & CHART and rule.on & DIRECTORY)


def test_nobody_deletes() -> None:
    assert all(Interaction.DELETE not in rule.may for role in ROLES.values() for rule in role.rules)


def test_whoever_may_dose_is_a_nurse_or_a_doctor() -> None:
    assert {role.code for role in ROLES.values() if role.may_dose} == {"nurse", "doctor", "medical_lead"}


def test_of_several_roles_each_counts_where_it_was_granted() -> None:
    nurse_here = held("nurse")
    counsellor_there = held("hiv_counsellor", facilities=frozenset({OTHER}))
    actor = an_actor("nurse", roles=(nurse_here, counsellor_there))
    here = a_subject(labels=SETS["HIV"])
    assert decide(actor, Interaction.READ, here).outcome is Outcome.HIDDEN
    there = replace(here, open_at=frozenset({OTHER}))
    assert decide(actor, Interaction.READ, there).outcome is Outcome.PERMITTED
