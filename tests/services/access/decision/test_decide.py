"""What a decision obliges to, and what narrows it beside the roles' tables: time, purpose, safety set, break-glass, consent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from asking import CENTRE, NOW, OTHER, PATIENT, SETS, a_subject, an_actor, held, opened

from clinical.labels import Label
from clinical.safety_set import Kind
from services.access.decision import (
    Actor,
    Decision,
    Interaction,
    Obligation,
    Outcome,
    Purpose,
    Subject,
    decide,
)
from services.access.roles import ROLES

READ = Interaction.READ
HIV = SETS["HIV"]
CLINICAL = [role.code for role in ROLES.values() if role.is_clinical]
WHOLE = Decision(Outcome.PERMITTED)
HIDDEN = Decision(Outcome.HIDDEN)
REDUCED = Decision(Outcome.PERMITTED, frozenset({Obligation.SAFETY_SET_ONLY}))


def _read(actor: Actor, subject: Subject) -> Decision:
    return decide(actor, READ, subject)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (NOW - timedelta(1), None, True),
        (NOW, None, True),
        (NOW + timedelta(seconds=1), None, False),
        (NOW - timedelta(1), NOW + timedelta(seconds=1), True),
        (NOW - timedelta(1), NOW, False),
    ],
)
def test_a_role_counts_for_the_time_for_which_it_was_granted(
    since: object, until: object, counts: bool
) -> None:
    actor = an_actor("doctor", roles=(held("doctor", since=since, until=until),))
    assert _read(actor, a_subject()) == (WHOLE if counts else HIDDEN)


def test_nobody_without_a_role_sees_or_does_anything() -> None:
    actor = an_actor("doctor", roles=())
    assert {decide(actor, does, a_subject(type_)).outcome for does in Interaction for type_ in ("Patient", "Location")} == {Outcome.HIDDEN}  # fmt: skip


def test_what_no_rule_speaks_of_is_not_there() -> None:
    doctor = an_actor("doctor")
    assert {decide(doctor, does, a_subject("Basic")).outcome for does in Interaction} == {Outcome.HIDDEN}


class TestPurpose:
    """HIV data asks for a purpose once per session and patient, not per click."""

    @pytest.mark.parametrize("role", ["doctor", "medical_lead", "pharmacist", "hiv_counsellor"])
    def test_hiv_data_asks_for_it(self, role: str) -> None:
        actor = an_actor(role, purpose_given_for=frozenset({"somebody else"}))
        asked = _read(actor, a_subject("MedicationRequest", labels=HIV))
        assert asked == Decision(Outcome.DENIED, frozenset({Obligation.ASK_PURPOSE}))

    def test_once_given_it_is_not_asked_again(self) -> None:
        assert _read(an_actor("doctor"), a_subject(labels=HIV)) == WHOLE

    @pytest.mark.parametrize("labels", [labels for labels in SETS.values() if Label.HIV not in labels])
    def test_nothing_else_asks_for_it(self, labels: frozenset[Label]) -> None:
        assert _read(an_actor("doctor", purpose_given_for=frozenset()), a_subject(labels=labels)) == WHOLE

    def test_changing_asks_and_writing_anew_does_not(self) -> None:
        doctor = an_actor("doctor", purpose_given_for=frozenset())
        subject = a_subject(labels=HIV)
        assert Obligation.ASK_PURPOSE in decide(doctor, Interaction.UPDATE, subject).obligations
        assert decide(doctor, Interaction.CREATE, subject) == WHOLE

    def test_who_may_not_see_it_is_not_asked(self) -> None:
        nurse = an_actor("nurse", purpose_given_for=frozenset())
        assert _read(nurse, a_subject(labels=HIV)) == HIDDEN
        assert _read(an_actor("doctor", purpose_given_for=frozenset()), a_subject(labels=HIV, relationship="none")) == HIDDEN  # fmt: skip

    def test_the_directory_asks_nobody(self) -> None:
        clinic = a_subject("HealthcareService", labels=HIV, patient=None, open_at=frozenset())
        assert _read(an_actor("doctor", purpose_given_for=frozenset()), clinic) == WHOLE


class TestSafetySet:
    """Whoever may dose always sees it, in its reduced form where they may not see the whole."""

    @pytest.mark.parametrize("kind", Kind)
    def test_a_nurse_sees_what_is_labelled_in_its_reduced_form(self, kind: Kind) -> None:
        order = a_subject("MedicationRequest", labels=HIV, safety=kind)
        assert _read(an_actor("nurse"), order) == REDUCED

    def test_what_may_be_seen_is_seen_whole(self) -> None:
        order = a_subject("MedicationRequest", labels=SETS["OPIOIDUD"], safety=Kind.MEDICINE)
        assert _read(an_actor("nurse"), order) == WHOLE

    def test_what_is_not_of_it_is_not_there(self) -> None:
        assert _read(an_actor("nurse"), a_subject(labels=HIV, safety=None)) == HIDDEN

    def test_a_doctor_sees_it_before_giving_a_purpose(self) -> None:
        doctor = an_actor("doctor", purpose_given_for=frozenset())
        seen = _read(doctor, a_subject("MedicationRequest", labels=HIV, safety=Kind.MEDICINE))
        assert seen == Decision(
            Outcome.PERMITTED, frozenset({Obligation.SAFETY_SET_ONLY, Obligation.ASK_PURPOSE})
        )

    @pytest.mark.parametrize("relationship", ["closed", "none"])
    def test_only_of_people_in_care(self, relationship: str) -> None:
        order = a_subject("MedicationRequest", relationship, labels=HIV, safety=Kind.MEDICINE)
        assert _read(an_actor("nurse"), order) == HIDDEN

    def test_only_in_care(self) -> None:
        nurse = an_actor("nurse", purpose=Purpose.RESEARCH)
        assert _read(nurse, a_subject("MedicationRequest", labels=HIV, safety=Kind.MEDICINE)) == HIDDEN

    @pytest.mark.parametrize("role", [code for code, role in ROLES.items() if not role.may_dose])
    def test_who_may_not_dose_does_not_get_it(self, role: str) -> None:
        labels = frozenset(Label)
        subject = a_subject("Flag", relationship="open", labels=labels, safety=Kind.HOLD)
        assert Obligation.SAFETY_SET_ONLY not in _read(an_actor(role), subject).obligations

    @pytest.mark.parametrize("does", sorted(set(Interaction) - {READ}))
    def test_it_is_read_and_never_found_or_changed(self, does: Interaction) -> None:
        order = a_subject("MedicationRequest", labels=HIV, safety=Kind.MEDICINE)
        assert not decide(an_actor("nurse"), does, order).permitted

    def test_what_is_shown_reduced_is_denied_to_be_changed_and_not_hidden(self) -> None:
        order = a_subject("MedicationRequest", labels=HIV, safety=Kind.MEDICINE)
        assert decide(an_actor("nurse"), Interaction.UPDATE, order).outcome is Outcome.DENIED


BY_BREAK_GLASS = Decision(Outcome.PERMITTED, frozenset({Obligation.RECORD_BREAK_GLASS}))
STRANGER = a_subject("MedicationRequest", "none", facility=OTHER, labels=SETS["OPIOIDUD"])


class TestBreakGlass:
    """It opens one record for reading, to who treats, for two hours."""

    @pytest.mark.parametrize("role", ["nurse", "doctor", "medical_lead", "pharmacist"])
    @pytest.mark.parametrize("relationship", ["closed", "none"])
    def test_it_opens_a_record_without_a_relationship(self, role: str, relationship: str) -> None:
        subject = a_subject("MedicationRequest", relationship, facility=OTHER, labels=SETS["OPIOIDUD"])
        assert _read(an_actor(role), subject) == HIDDEN
        assert _read(an_actor(role, break_glass=opened()), subject) == BY_BREAK_GLASS

    def test_only_that_record(self) -> None:
        other = replace(STRANGER, patient="p2")
        assert _read(an_actor("doctor", break_glass=opened()), other) == HIDDEN
        nobody = replace(STRANGER, patient=None)
        assert _read(an_actor("doctor", break_glass=opened()), nobody) == HIDDEN

    def test_only_for_who_opened_it(self) -> None:
        assert _read(an_actor("doctor", break_glass=opened(opened_by="boris")), STRANGER) == HIDDEN

    @pytest.mark.parametrize(
        ("ago", "is_open"),
        [
            (timedelta(0), True),
            (timedelta(hours=2) - timedelta(seconds=1), True),
            (timedelta(hours=2), False),
            (timedelta(hours=-1), False),
        ],
    )
    def test_only_for_two_hours(self, ago: timedelta, is_open: bool) -> None:
        actor = an_actor("doctor", break_glass=opened(opened_at=NOW - ago))
        assert _read(actor, STRANGER).permitted is is_open

    @pytest.mark.parametrize("does", [Interaction.CREATE, Interaction.UPDATE, Interaction.DELETE])
    def test_only_to_read(self, does: Interaction) -> None:
        assert not decide(an_actor("doctor", break_glass=opened()), does, replace(STRANGER, facility="prison")).permitted  # fmt: skip

    def test_no_label_that_the_role_does_not_see(self) -> None:
        nurse = an_actor("nurse", break_glass=opened())
        assert _read(nurse, replace(STRANGER, labels=HIV)) == HIDDEN

    def test_the_safety_set_is_in_it(self) -> None:
        nurse = an_actor("nurse", break_glass=opened())
        order = replace(STRANGER, labels=HIV, safety=Kind.MEDICINE)
        assert _read(nurse, order) == Decision(
            Outcome.PERMITTED, frozenset({Obligation.SAFETY_SET_ONLY, Obligation.RECORD_BREAK_GLASS})
        )

    def test_it_does_not_ask_for_a_purpose(self) -> None:
        doctor = an_actor("doctor", break_glass=opened(), purpose_given_for=frozenset())
        assert _read(doctor, replace(STRANGER, labels=HIV)) == BY_BREAK_GLASS

    def test_what_is_read_while_it_is_open_is_recorded_even_of_who_is_in_care(self) -> None:
        assert _read(an_actor("doctor", break_glass=opened()), a_subject()) == BY_BREAK_GLASS

    @pytest.mark.parametrize("role", [code for code, role in ROLES.items() if not role.is_clinical])
    def test_never_for_who_does_not_treat(self, role: str) -> None:
        assert _read(an_actor(role, break_glass=opened()), STRANGER) == HIDDEN

    def test_of_several_roles_only_for_the_one_that_treats(self) -> None:
        inspector = held("inspector", mandate=True, until=NOW + timedelta(days=1))
        both = (held("doctor"), inspector)
        inspecting = an_actor("doctor", roles=both, break_glass=opened(), purpose=Purpose.OVERSIGHT)
        assert _read(inspecting, STRANGER) == HIDDEN

    @pytest.mark.parametrize("other", ["custody_officer", "administrator"])
    @pytest.mark.parametrize("role", CLINICAL)
    def test_never_for_who_also_guards_or_administers(self, role: str, other: str) -> None:
        actor = an_actor(role, other, break_glass=opened(), purpose=Purpose.TREATMENT)
        assert _read(actor, STRANGER) == HIDDEN


class TestDisclosure:
    """To a system outside goes what the patient agreed to give it, of people in its care."""

    centre = an_actor("treatment_centre_system")

    def _sees(self, labels: frozenset[Label], agreed: set[Label], **how: object) -> bool:
        return _read(
            self.centre, a_subject("Observation", labels=labels, agreed=frozenset(agreed), **how)
        ).permitted

    def test_labelled_data_goes_by_agreement_alone(self) -> None:
        assert not self._sees(HIV, set())
        assert not self._sees(HIV, {Label.ETH, Label.R})
        assert self._sees(HIV, {Label.HIV})
        assert self._sees(SETS["OPIOIDUD"], {Label.ETH})

    def test_unlabelled_counts_as_restricted(self) -> None:
        assert not self._sees(SETS["none"], {Label.HIV, Label.ETH})
        assert self._sees(SETS["none"], {Label.R})
        assert self._sees(SETS["N"], {Label.HIV})
        assert not self._sees(SETS["N"], set())

    @pytest.mark.parametrize("relationship", ["closed", "none"])
    def test_only_of_people_in_its_care(self, relationship: str) -> None:
        assert not self._sees(SETS["N"], set(Label), relationship=relationship)

    def test_a_stay_in_custody_never_goes(self) -> None:
        stay = a_subject("Encounter", labels=SETS["R and V"], agreed=frozenset(Label))
        assert _read(self.centre, stay) == HIDDEN
        assert not self._sees(SETS["V"], set(Label))

    def test_prisons_are_not_there(self) -> None:
        prison = a_subject("Organization", "none", labels=SETS["V"], patient=None)
        assert _read(self.centre, prison) == HIDDEN
        assert _read(an_actor("doctor"), prison) == WHOLE

    def test_a_system_is_not_asked_for_a_purpose(self) -> None:
        centre = replace(self.centre, purpose_given_for=frozenset())
        assert _read(centre, a_subject(labels=HIV, agreed=HIV)) == WHOLE


class TestMandate:
    """A doctor of the NPM or CPT reads charts for a limited time."""

    ends = NOW + timedelta(days=5)

    def _inspector(self, **how: object) -> Actor:
        return an_actor("inspector", roles=(held("inspector", **how),))

    def test_under_a_mandate_charts_are_read(self) -> None:
        inspector = self._inspector(mandate=True, until=self.ends)
        assert _read(inspector, a_subject()) == WHOLE
        assert _read(inspector, a_subject(relationship="closed")) == WHOLE

    def test_not_of_other_places(self) -> None:
        inspector = self._inspector(mandate=True, until=self.ends)
        assert _read(inspector, a_subject(relationship="none", open_at=frozenset({OTHER}))) == HIDDEN

    def test_not_without_a_mandate(self) -> None:
        assert _read(self._inspector(until=self.ends), a_subject()) == HIDDEN

    def test_not_without_an_end(self) -> None:
        assert _read(self._inspector(mandate=True), a_subject()) == HIDDEN

    @pytest.mark.parametrize("does", sorted(set(Interaction) - {READ, Interaction.SEARCH}))
    def test_nothing_is_written(self, does: Interaction) -> None:
        inspector = self._inspector(mandate=True, until=self.ends)
        assert decide(inspector, does, a_subject()).outcome is Outcome.DENIED

    def test_hiv_data_asks_for_a_purpose(self) -> None:
        inspector = replace(self._inspector(mandate=True, until=self.ends), purpose_given_for=frozenset())
        assert Obligation.ASK_PURPOSE in _read(inspector, a_subject(labels=HIV)).obligations


def test_the_closest_relationship_of_any_facility_counts() -> None:
    subject = a_subject(relationship="none", open_at=frozenset({"b"}), closed_at=frozenset({"a", "b"}))
    assert subject.relationship_with(frozenset({"a", "b"})) == "open"
    assert subject.relationship_with(frozenset({"a", "c"})) == "closed"
    assert subject.relationship_with(frozenset({"c"})) == "none"
    assert subject.relationship_with(frozenset()) == "none"


def test_a_record_that_no_facility_keeps_is_nobodys_own() -> None:
    doctor = an_actor("doctor")
    assert decide(doctor, Interaction.UPDATE, a_subject(facility=None)).outcome is Outcome.DENIED
    assert decide(doctor, Interaction.UPDATE, a_subject()).permitted


def test_a_patient_arrives_where_a_clinician_works() -> None:
    arrival = a_subject("Encounter", "none", labels=SETS["R"])
    nurse = an_actor("nurse")
    assert decide(nurse, Interaction.CREATE, arrival).permitted
    assert decide(nurse, Interaction.CREATE, replace(arrival, facility=OTHER)).outcome is Outcome.DENIED
    assert decide(nurse, Interaction.CREATE, replace(arrival, type="Observation")).outcome is Outcome.DENIED
    assert arrival.patient == PATIENT
    assert arrival.open_at.isdisjoint(CENTRE)
