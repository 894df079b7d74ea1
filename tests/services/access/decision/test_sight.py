"""What may be searched is exactly what the sights show, whoever asks and whatever about."""

from datetime import timedelta

from asking import NOW, OTHER, OWN, SETS, a_subject, an_actor, held, opened
from hypothesis import given, settings
from hypothesis import strategies as st

from clinical.safety_set import Kind
from examples import examples
from services.access.decision import Actor, Held, Interaction, Purpose, Subject, decide, sight_of
from services.access.roles import ROLES

PLACES = st.frozensets(st.sampled_from([OWN, OTHER]))
PEOPLE = st.sampled_from(["p1", "p2"])
LABELS = st.sampled_from(list(SETS.values()))

HELD: st.SearchStrategy[Held] = st.builds(
    held,
    st.sampled_from(list(ROLES)),
    facilities=PLACES,
    until=st.sampled_from([None, NOW, NOW + timedelta(days=1)]),
    mandate=st.booleans(),
)
ACTORS: st.SearchStrategy[Actor] = st.builds(
    an_actor,
    st.just("doctor"),
    roles=st.lists(HELD, max_size=3).map(tuple),
    purpose=st.sampled_from(Purpose),
    purpose_given_for=st.frozensets(PEOPLE),
    break_glass=st.none()
    | st.builds(
        opened,
        patient=PEOPLE,
        opened_at=st.sampled_from([NOW, NOW - timedelta(hours=3)]),
        opened_by=st.sampled_from(["anna", "boris"]),
    ),
)
SUBJECTS: st.SearchStrategy[Subject] = st.builds(
    a_subject,
    st.sampled_from(["Observation", "MedicationRequest", "Encounter", "Patient", "Binary", "Location", "AuditEvent", "Basic"]),
    labels=LABELS,
    facility=st.sampled_from([None, OWN, OTHER]),
    patient=st.none() | PEOPLE,
    open_at=PLACES,
    closed_at=PLACES,
    agreed=LABELS,
    safety=st.none() | st.sampled_from(Kind),
)  # fmt: skip


@settings(max_examples=examples(400), deadline=None)
@given(ACTORS, SUBJECTS)
def test_the_filter_and_the_decision_agree(actor: Actor, subject: Subject) -> None:
    found = any(sight.shows(subject) for sight in sight_of(actor))
    assert found is decide(actor, Interaction.SEARCH, subject).permitted


@settings(max_examples=examples(150), deadline=None)
@given(ACTORS, SUBJECTS)
def test_whatever_is_found_may_be_read(actor: Actor, subject: Subject) -> None:
    if decide(actor, Interaction.SEARCH, subject).permitted:
        assert decide(actor, Interaction.READ, subject).permitted


def test_who_has_no_role_finds_nothing() -> None:
    assert sight_of(an_actor("doctor", roles=())) == ()


def test_a_guard_finds_nothing_by_searching() -> None:
    assert sight_of(an_actor("custody_officer", break_glass=opened())) == ()
