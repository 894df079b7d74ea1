"""Of all answers, the one that counts; where two contend, the stricter."""

from datetime import datetime, timedelta

import pytest
from consenting import BY_GUARDIAN, BY_PATIENT, CENTRE, NOON, a_consent
from hypothesis import given
from hypothesis import strategies as st

from clinical.consent import (
    ANY_CENTRE,
    EVERYTHING,
    NEEDS,
    Act,
    Answer,
    Consent,
    Given,
    Helper,
    Purpose,
    decisions_in_force,
    is_granted,
    may_be_done,
)
from clinical.labels import Label

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GRANTED, REFUSED, WITHDRAWN = Answer.GRANTED, Answer.REFUSED, Answer.WITHDRAWN


def granted(*consents: Consent, on: datetime = NOON + DAY) -> bool:
    return is_granted(decisions_in_force(consents, on).get(Purpose.HAND_OVER), on)


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ([], False),
        ([(GRANTED, 0)], True),
        ([(GRANTED, 0), (WITHDRAWN, 1)], False),
        ([(WITHDRAWN, 1), (GRANTED, 0)], False),
        ([(GRANTED, 0), (WITHDRAWN, 1), (GRANTED, 2)], True),
        ([(GRANTED, 0), (REFUSED, 0)], False),
        ([(REFUSED, 0), (GRANTED, 0)], False),
        ([(GRANTED, 0), (WITHDRAWN, 0)], False),
        ([(GRANTED, 0), (Answer.LACKS_CAPACITY, 0)], False),
        ([(REFUSED, 0), (GRANTED, 1)], True),
        ([(GRANTED, 0), (GRANTED, 25)], True),
        ([(GRANTED, 25)], False),
        ([(GRANTED, 24)], True),
        ([(GRANTED, 0), (WITHDRAWN, 1000)], False),
    ],
)
def test_the_latest_counts_and_of_one_instant_the_stricter(
    answers: list[tuple[Answer, int]], counts: bool
) -> None:
    consents = [a_consent(answer=answer, at=NOON + hours * HOUR) for answer, hours in answers]
    assert granted(*consents) is counts


def test_what_was_entered_in_error_never_counts() -> None:
    assert not granted(a_consent(wrong=True))
    assert granted(a_consent(), a_consent(answer=WITHDRAWN, at=NOON + HOUR, wrong=True))


@pytest.mark.parametrize(
    ("start", "end", "on", "counts"),
    [
        (None, NOON + DAY, NOON + DAY - HOUR, True),
        (None, NOON + DAY, NOON + DAY, False),
        (NOON + DAY, None, NOON + DAY - HOUR, False),
        (NOON + DAY, None, NOON + DAY, True),
    ],
)
def test_a_grant_has_its_period(
    start: datetime | None, end: datetime | None, on: datetime, counts: bool
) -> None:
    assert granted(a_consent(start=start, end=end), on=on) is counts


def test_no_older_grant_comes_back_when_the_latest_is_over() -> None:
    assert not granted(a_consent(), a_consent(at=NOON + HOUR, end=NOON + 2 * HOUR))


def test_an_older_grant_counts_until_the_later_one_begins() -> None:
    assert granted(a_consent(), a_consent(at=NOON + HOUR, start=NOON + 9 * DAY))


def test_a_withdrawal_counts_at_once_whatever_period_it_names() -> None:
    assert not granted(a_consent(), a_consent(answer=WITHDRAWN, at=NOON + HOUR, start=NOON + 9 * DAY))
    assert not granted(a_consent(), a_consent(answer=WITHDRAWN, at=NOON + HOUR, end=NOON + 2 * HOUR))


def test_where_only_a_day_is_known_a_grant_counts_from_its_end() -> None:
    on_a_day = a_consent(at=NOON, surely_by=NOON + DAY)
    assert not granted(on_a_day, on=NOON + DAY - HOUR)
    assert granted(on_a_day, on=NOON + DAY)


def test_where_only_a_day_is_known_a_withdrawal_comes_last() -> None:
    day = {"at": NOON, "surely_by": NOON + DAY}
    assert not granted(a_consent(**day), a_consent(answer=WITHDRAWN, at=NOON + HOUR))
    assert not granted(a_consent(at=NOON + HOUR), a_consent(answer=WITHDRAWN, **day))


def test_two_grants_of_one_instant_agree_to_what_they_have_in_common() -> None:
    hiv, drugs = frozenset({Label.HIV}), frozenset({Label.ETH, Label.HIV})
    one = a_consent(recipients=frozenset({ANY_CENTRE}), labels=drugs)
    other = a_consent(labels=hiv, end=NOON + 9 * DAY)
    for pair in ((one, other), (other, one)):
        found = decisions_in_force(pair, NOON)[Purpose.HAND_OVER]
        assert (found.recipients, found.labels, found.end) == ({CENTRE}, hiv, NOON + 9 * DAY)
    assert not granted(one, a_consent(given=Given(interpreter=Helper.OFFICER)))
    assert not granted(a_consent(recipients=frozenset({"Organization/other"})), a_consent())


def test_a_grant_of_who_lacks_capacity_counts_if_somebody_else_decided() -> None:
    assert not granted(a_consent(capable=False, decided_by=BY_PATIENT))
    assert granted(a_consent(capable=False, decided_by=BY_GUARDIAN))
    assert granted(a_consent(capable=False, decided_by=BY_PATIENT + BY_GUARDIAN))


@pytest.mark.parametrize("helper", [Helper.PRISONER, Helper.OFFICER])
def test_a_grant_that_a_prisoner_or_officer_interpreted_does_not_count(helper: Helper) -> None:
    assert not granted(a_consent(given=Given(interpreter=helper)))


def test_one_purpose_is_no_answer_for_another() -> None:
    for purpose in Purpose:
        for act, needed in NEEDS.items():
            allowed = may_be_done(act, [a_consent(purpose)], NOON)
            assert allowed is (needed is None or needed is purpose)


def test_care_and_transfer_between_prisons_do_not_rest_on_a_consent() -> None:
    refused = [a_consent(purpose, REFUSED) for purpose in Purpose]
    without = {act for act in Act if may_be_done(act, refused, NOON)}
    assert without == {Act.EXAMINATION, Act.EMERGENCY, Act.TRANSFER_BETWEEN_PRISONS}


ANSWERS = st.builds(
    lambda answer, hours, wrong: a_consent(answer=answer, at=NOON + hours * HOUR, wrong=wrong),
    st.sampled_from(list(Answer)),
    st.integers(0, 4),
    st.booleans(),
)


@given(st.lists(ANSWERS, max_size=5), st.randoms(use_true_random=False), ANSWERS)
def test_order_does_not_matter_and_a_refusal_never_opens(consents, random, more) -> None:  # type: ignore[no-untyped-def]
    mixed = random.sample(consents, len(consents))
    assert granted(*mixed) is granted(*consents)
    if more.answer is not GRANTED and not granted(*consents):
        assert not granted(*consents, more)


def test_everything_is_every_label_but_normal_and_what_nobody_is_asked_about() -> None:
    assert frozenset(Label) - EVERYTHING == {Label.N, Label.V}
