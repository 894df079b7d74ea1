"""Somebody who is signed in, as the decision knows them; and when they are asked for a purpose."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asking import NOW, a_subject, an_actor, opened

from clinical.labels import Label
from services.access.decision import (
    Actor,
    BreakGlass,
    Interaction,
    Obligation,
    Purpose,
    actor_of_person,
    asks_purpose,
    decide,
)
from services.access.people.holdings import Holding, Person
from services.access.roles import ROLES


def person(*held: tuple[str, str | None]) -> Person:
    return Person(uuid4(), frozenset(Holding(role, facility) for role, facility in held))


def actor(who: Person, **how: Any) -> Actor:
    return actor_of_person(who, NOW, Purpose.TREATMENT, **how)


def test_each_grant_counts_at_its_organization_alone() -> None:
    made = actor(person(("nurse", "Organization/a"), ("doctor", "Organization/b")))
    assert {(one.role.code, one.facilities) for one in made.held} == {
        ("nurse", frozenset({"a"})),
        ("doctor", frozenset({"b"})),
    }


@pytest.mark.parametrize("facility", [None, "Location/a", "Practitioner/a"])
def test_a_role_at_no_organization_shows_nobody(facility: str | None) -> None:
    made = actor(person(("doctor", facility)))
    for at in ("a", facility or ""):
        subject = a_subject(facility=at, open_at=frozenset({at}))
        assert not decide(made, Interaction.READ, subject).permitted


@pytest.mark.parametrize("never", ["custody_officer", "administrator"])
@pytest.mark.parametrize("facility", [None, "Location/gate", "Organization/a"])
def test_whoever_guards_or_administers_anywhere_has_nothing_open(never: str, facility: str | None) -> None:
    who = person(("doctor", "Organization/a"), (never, facility))
    glass = BreakGlass(str(who.id), "p1", NOW)
    assert actor(who, opened=glass).opened is None
    assert (
        actor(Person(who.id, frozenset({Holding("doctor", "Organization/a")})), opened=glass).opened == "p1"
    )


def test_a_role_that_nobody_knows_is_none() -> None:
    assert actor(person(("healer", "Organization/a"))).held == ()


def test_what_is_open_is_asked_for_as_an_emergency_and_ends() -> None:
    who = person(("nurse", "Organization/a"))
    glass = BreakGlass(str(who.id), "p1", NOW - timedelta(hours=1))
    assert actor(who, opened=glass).purpose is Purpose.EMERGENCY
    over = BreakGlass(str(who.id), "p1", NOW - timedelta(hours=2))
    closed = BreakGlass(str(who.id), "p1", NOW - timedelta(hours=1), closed_at=NOW)
    others = BreakGlass(str(uuid4()), "p1", NOW)
    for glass in (over, closed, others):
        made = actor(who, opened=glass)
        assert (made.purpose, made.opened) == (Purpose.TREATMENT, None)


def test_what_was_closed_was_open_before() -> None:
    closed = opened(closed_at=NOW)
    assert closed.is_open("anna", NOW - timedelta(seconds=1))
    assert not closed.is_open("anna", NOW)


@pytest.mark.parametrize("role", ROLES)
def test_a_purpose_is_asked_of_whom_it_would_show_more(role: str) -> None:
    """Asked exactly where the decision on a record with HIV data would ask, of every patient alike."""
    for type_ in ("Condition", "MedicationRequest", "Patient"):
        made = an_actor(role, purpose=Purpose.TREATMENT, purpose_given_for=frozenset())
        subject = a_subject(type_, labels=frozenset({Label.HIV}))
        asked = Obligation.ASK_PURPOSE in decide(made, Interaction.SEARCH, subject).obligations
        if asked:
            assert asks_purpose(made, "p1")
    if role in ("nurse", "custody_officer", "administrator", "treatment_centre_system"):
        assert not asks_purpose(made, "p1")


def test_it_is_asked_once_and_not_in_an_emergency() -> None:
    doctor = an_actor("doctor", purpose_given_for=frozenset({"p1"}))
    assert not asks_purpose(doctor, "p1")
    assert asks_purpose(doctor, "p2")
    broken = an_actor("doctor", purpose_given_for=frozenset(), break_glass=opened())
    assert not asks_purpose(broken, "p1")
    assert asks_purpose(broken, "p2")
