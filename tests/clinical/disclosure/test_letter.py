"""What a letter on paper may hold, by whom it is for and what the person agreed to."""

from datetime import timedelta

import pytest
from consenting import CENTRE, NOON, a_consent

from clinical.consent import ANY_CENTRE, EVERYTHING, Answer
from clinical.disclosure.letter import in_letter, letter_may_hold
from clinical.labels import Label

PRISON = "Organization/prison"
HIV, ETH, OPIOIDUD, R = Label.HIV, Label.ETH, Label.OPIOIDUD, Label.R
DOSE = frozenset({ETH, OPIOIDUD})
SECOND = timedelta(seconds=1)


def held(*consents, to=CENTRE, at=NOON, is_prison=False):  # type: ignore[no-untyped-def]
    return letter_may_hold(consents, to, at, is_prison=is_prison)


def test_without_an_agreement_nothing_goes_to_a_centre() -> None:
    assert held() == frozenset()
    assert held(a_consent(answer=Answer.REFUSED)) == frozenset()


@pytest.mark.parametrize(
    ("labels", "goes"),
    [({ETH}, True), ({ETH, HIV}, True), ({HIV}, False), ({HIV, R}, False), (EVERYTHING, True)],
)
def test_there_is_a_letter_only_if_the_treatment_may_be_told(labels: set[Label], goes: bool) -> None:
    assert bool(held(a_consent(labels=frozenset(labels)))) is goes


def test_hiv_goes_only_where_the_recipient_is_named_and_it_was_agreed_to() -> None:
    assert HIV in held(a_consent())
    assert HIV not in held(a_consent(labels=EVERYTHING - {HIV}))
    assert HIV not in held(a_consent(recipients=frozenset({ANY_CENTRE})))
    assert held(a_consent(recipients=frozenset({ANY_CENTRE}))) >= DOSE
    assert held(a_consent(), to="Organization/other") == frozenset()


@pytest.mark.parametrize(("after", "goes"), [(-SECOND, True), (timedelta(), False), (SECOND, False)])
def test_an_agreement_that_is_over_lets_nothing_go(after: timedelta, goes: bool) -> None:
    ends = NOON + timedelta(days=1)
    assert bool(held(a_consent(end=ends), at=ends + after)) is goes


def test_a_withdrawal_counts_at_once() -> None:
    taken_back = a_consent(answer=Answer.WITHDRAWN, at=NOON + SECOND)
    assert held(a_consent(), taken_back, at=NOON + SECOND) == frozenset()


def test_the_health_service_of_a_prison_goes_on_with_the_treatment_without_being_asked_and_not_with_hiv() -> (
    None
):
    assert held(to=PRISON, is_prison=True) >= DOSE
    assert HIV not in held(to=PRISON, is_prison=True)
    assert HIV not in held(a_consent(recipients=frozenset({ANY_CENTRE})), to=PRISON, is_prison=True)
    assert HIV in held(a_consent(recipients=frozenset({PRISON})), to=PRISON, is_prison=True)
    ended = a_consent(recipients=frozenset({PRISON}), end=NOON + SECOND)
    assert HIV in held(ended, to=PRISON, is_prison=True)
    assert HIV not in held(ended, to=PRISON, at=NOON + SECOND, is_prison=True)
    taken_back = a_consent(answer=Answer.WITHDRAWN, at=NOON + SECOND, recipients=frozenset({PRISON}))
    both = (a_consent(recipients=frozenset({PRISON})), taken_back)
    assert HIV not in held(*both, to=PRISON, at=NOON + SECOND, is_prison=True)


def test_a_record_stands_in_it_only_with_labels_that_it_may_hold() -> None:
    to_prison = held(to=PRISON, is_prison=True)
    assert in_letter(DOSE, to_prison)
    assert in_letter(frozenset(), to_prison)
    assert not in_letter(frozenset({HIV}), to_prison)
    assert not in_letter(frozenset({R}), to_prison)
    assert not in_letter(frozenset({Label.V}), held(a_consent()))
