"""Who decides: by the law of the country, and by the stricter path where it is not set."""

import pytest
from consenting import BY_COURT, BY_GUARDIAN, BY_PATIENT, a_consent

from clinical.consent import (
    ANY_CENTRE,
    Answer,
    AssentMissing,
    ConsentError,
    Decider,
    Decision,
    Form,
    Given,
    Helper,
    InterpreterNotAllowed,
    NotTheDecider,
    Purpose,
    RecipientMissing,
    WitnessMissing,
    check,
    who_decides,
)
from clinical.labels import Label
from clinical.protocols import NO_PROTOCOL, protocol_of

LAW = protocol_of("demonstration")
PATIENT, GUARDIAN, COURT = Decider.PATIENT, Decider.GUARDIAN, Decider.COURT


@pytest.mark.parametrize(
    ("purpose", "age", "capable", "by", "with_assent"),
    [
        (Purpose.HIV_TEST, 15, True, {GUARDIAN}, True),
        (Purpose.HIV_TEST, 16, True, {PATIENT}, False),
        (Purpose.HIV_TEST, 17, True, {PATIENT}, False),
        (Purpose.TREATMENT, 17, True, {GUARDIAN}, True),
        (Purpose.TREATMENT, 18, True, {PATIENT}, False),
        (Purpose.TREATMENT, 11, True, {GUARDIAN}, False),
        (Purpose.TREATMENT, 12, True, {GUARDIAN}, True),
        (Purpose.TREATMENT, None, True, {GUARDIAN}, True),
        (Purpose.TREATMENT, 40, False, {COURT}, False),
        (Purpose.TREATMENT, 15, False, {GUARDIAN, COURT}, False),
    ],
)
def test_the_law_says_who_decides(
    purpose: Purpose, age: int | None, capable: bool, by: set[Decider], with_assent: bool
) -> None:
    assert who_decides(purpose, age, capable, LAW) == Decision(frozenset(by), with_assent)


@pytest.mark.parametrize(
    ("age", "capable", "by", "with_assent", "not_set"),
    [
        (18, True, {PATIENT}, False, 0),
        (17, True, {GUARDIAN, COURT}, True, 3),
        (5, True, {GUARDIAN, COURT}, True, 3),
        (None, True, {GUARDIAN, COURT}, True, 3),
        (40, False, {GUARDIAN, COURT}, False, 1),
    ],
)
def test_where_no_law_is_set_the_stricter_path_is_taken_and_said(
    age: int | None, capable: bool, by: set[Decider], with_assent: bool, not_set: int
) -> None:
    decision = who_decides(Purpose.HIV_TEST, age, capable, NO_PROTOCOL)
    assert (decision.by, decision.with_assent, len(decision.not_set)) == (by, with_assent, not_set)


ALONE = Decision(frozenset({PATIENT}))
BOTH = Decision(frozenset({GUARDIAN, COURT}), with_assent=True)


@pytest.mark.parametrize(
    ("attributes", "decision", "why"),
    [
        ({}, ALONE, None),
        ({"decided_by": ()}, ALONE, NotTheDecider),
        ({"decided_by": BY_GUARDIAN}, ALONE, NotTheDecider),
        ({"decided_by": BY_GUARDIAN, "assented": True}, BOTH, NotTheDecider),
        ({"decided_by": BY_GUARDIAN + BY_COURT, "assented": True}, BOTH, None),
        ({"decided_by": BY_GUARDIAN + BY_COURT}, BOTH, AssentMissing),
        ({"decided_by": BY_GUARDIAN + BY_COURT, "assented": False}, BOTH, AssentMissing),
        ({"decided_by": BY_PATIENT, "capable": False}, ALONE, NotTheDecider),
        ({"given": Given(interpreter=Helper.PROFESSIONAL_INTERPRETER)}, ALONE, None),
        ({"given": Given(interpreter=Helper.PRISONER)}, ALONE, InterpreterNotAllowed),
        ({"given": Given(interpreter=Helper.OFFICER)}, ALONE, InterpreterNotAllowed),
        ({"given": Given(interpreter=Helper.RELATIVE)}, ALONE, InterpreterNotAllowed),
        ({"given": Given(Form.MARK, read_aloud=True)}, ALONE, WitnessMissing),
        ({"given": Given(Form.MARK, witness=Helper.OFFICER)}, ALONE, WitnessMissing),
        ({"given": Given(Form.MARK, witness=Helper.PRISONER)}, ALONE, WitnessMissing),
        ({"given": Given(Form.MARK, witness=Helper.LAWYER)}, ALONE, None),
        ({"recipients": frozenset()}, ALONE, RecipientMissing),
        ({"labels": frozenset()}, ALONE, RecipientMissing),
        ({"recipients": frozenset({ANY_CENTRE})}, ALONE, None),
        ({"purpose": Purpose.HIV_TEST, "labels": frozenset({Label.HIV})}, ALONE, RecipientMissing),
    ],
)
def test_a_grant_counts_only_if_it_was_given_rightly(
    attributes: dict[str, object], decision: Decision, why: type[ConsentError] | None
) -> None:
    consent = a_consent(**attributes)  # type: ignore[arg-type]
    if why is None:
        check(consent, decision)
        return
    with pytest.raises(why):
        check(consent, decision)


@pytest.mark.parametrize("answer", [Answer.REFUSED, Answer.WITHDRAWN, Answer.LACKS_CAPACITY])
def test_no_refusal_is_turned_away(answer: Answer) -> None:
    check(a_consent(answer=answer, decided_by=(), given=Given(interpreter=Helper.OFFICER)), ALONE)
