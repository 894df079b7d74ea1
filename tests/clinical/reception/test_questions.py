"""The questions: each in its place, asked of whom it concerns, and what follows from an answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from oat import held

from clinical.labels import Label, labels_of
from clinical.oat.claim import Call, Outcome, claim_of, observation_of
from clinical.oat.cows import POINTS, Item, cows_of
from clinical.oat.proposal import OpioidKind
from clinical.reception.answer import Answer, Silence
from clinical.reception.asked import asked, question_called, questions
from clinical.reception.claimed import KEYS, records, treated_at
from clinical.reception.form import answers_in, form_of, recorded_id
from clinical.reception.opioid_use import OPIOIDS, other_opioids_of
from clinical.reception.question import Known, Part
from clinical.reception.questions import withdrawal
from clinical.reception.taking_back import is_taken_back, taken_back
from fhir_store.gate import check

ZONE = ZoneInfo("Europe/Podgorica")
NOW = datetime(2026, 3, 10, 5, 0, tzinfo=UTC)
FORM = "8a5f5b0e-3a2f-4a1b-9a61-0a1a4b7c9d10"


def an_answer(question: str, *codes: str, at: datetime = NOW, **said: Any) -> Answer:
    return Answer(question, at, "nurse", codes, **said)


def known(*answers: Answer, at: datetime = NOW, before: dict[str, Any] | None = None) -> Known:
    by_question = {one.question: one for one in answers}
    return Known("p", "north", at, "nurse", ZONE, by_question, before or {})


def recorded(question: str, state: Known) -> dict[str, Any]:
    found = question_called(question)
    assert found is not None
    return dict(found.records(state))


def test_each_question_has_a_code_and_a_place_of_its_own_and_the_safety_set_comes_first() -> None:
    every = questions()
    assert len({one.code for one in every}) == len({one.place for one in every}) == len(every)
    parts = [one.part for one in every]
    assert parts == sorted(parts, key=list(Part).index)
    assert {one.code for one in every if one.part is Part.SAFETY} == {
        "opioid", "opioid-last", "oat", "oat-last", "oat-mg", "oat-place", "alcohol", "sedatives", "pregnancy",
        "suicide", "vital-medicines", "antiretrovirals",
    }  # fmt: skip


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.code)
def test_every_answer_that_can_be_given_is_kept_by_what_the_gate_takes(question: Any) -> None:
    for choice in question.choices:
        state = known(an_answer(question.code, choice.code))
        if question.kept:
            made = [question.kept.resource(state, state.answers[question.code])]
        else:
            made = [one for _, one in question.records(state) if one]
        for one in made:
            check(held({**one, "id": recorded_id(FORM, "x")}))


def test_whether_somebody_is_pregnant_is_not_asked_of_who_is_a_man() -> None:
    assert "pregnancy" not in {one.code for one in asked({}, "male")}
    for sex in ("female", "other", "unknown", ""):
        assert "pregnancy" in {one.code for one in asked({}, sex)}


def test_the_last_dose_is_asked_of_who_says_that_they_were_treated() -> None:
    after = {"oat-last", "oat-mg", "oat-place"}

    def codes(answer: Answer) -> set[str]:
        return {one.code for one in asked({"oat": answer}, "")}

    assert after <= codes(an_answer("oat", "methadone-oral-solution"))
    assert after <= codes(an_answer("oat", "other"))
    assert not after & codes(an_answer("oat", "none"))
    assert not after & codes(an_answer("oat", silence=Silence.REFUSES))


def test_withdrawal_is_looked_for_unless_there_was_neither_opioid_nor_treatment() -> None:
    no_opioid, no_treatment = an_answer("opioid", "none"), an_answer("oat", "none")

    def is_scored(*answers: Answer) -> bool:
        found = asked({one.question: one for one in answers}, "")
        return any(one.code.startswith("cows-") for one in found)

    assert not is_scored(no_opioid, no_treatment)
    assert is_scored()
    assert is_scored(no_opioid)
    assert is_scored(no_treatment)
    assert is_scored(an_answer("opioid", silence=Silence.REFUSES), no_treatment)


# --- withdrawal


def findings(points: dict[Item, int], *, minutes: int = 1) -> list[Answer]:
    return [
        an_answer(withdrawal.question_of(item), str(one), at=NOW + timedelta(minutes=nth * minutes))
        for nth, (item, one) in enumerate(points.items())
    ]


def test_a_score_needs_every_finding_and_is_as_old_as_the_oldest() -> None:
    most = {item: POINTS[item][-1] for item in Item}
    answers = findings(most)
    later = NOW + timedelta(hours=1)
    made = recorded("cows-pulse", known(*answers, at=later))["cows"]
    assert made is not None
    score = cows_of(made, ZONE)
    assert score is not None
    assert score.total == sum(most.values())
    assert score.at == NOW
    for missing in Item:
        rest = [one for one in answers if one.question != withdrawal.question_of(missing)]
        assert recorded("cows-pulse", known(*rest, at=later)) == {"cows": None}
        silent = an_answer(withdrawal.question_of(missing), silence=Silence.REFUSES)
        assert recorded("cows-pulse", known(*rest, silent, at=later)) == {"cows": None}


def test_each_finding_has_words_for_each_of_its_points() -> None:
    for item in Item:
        question = question_called(withdrawal.question_of(item))
        assert question is not None
        assert [int(one.code) for one in question.choices] == list(POINTS[item])


# --- what others read


def test_a_day_without_a_time_is_as_late_as_it_can_have_been() -> None:
    state = known(an_answer("opioid", "heroin"), an_answer("opioid-last", when="2026-03-09"))
    made = recorded("opioid", state)["opioid-use"]
    assert made is not None
    (one,) = other_opioids_of(made, ZONE)
    assert one.kind is OpioidKind.SHORT_ACTING
    assert one.at == datetime(2026, 3, 9, 23, 0, tzinfo=UTC), "midnight in the zone of the facility"
    unknown = recorded("opioid", known(an_answer("opioid", "heroin")))["opioid-use"]
    assert unknown is not None
    assert "effectiveDateTime" not in unknown, "not when it was said"
    assert other_opioids_of(unknown, ZONE) == ()
    assert recorded("opioid", known(an_answer("opioid", "none"))) == {"opioid-use": None}


@pytest.mark.parametrize("opioid", OPIOIDS)
def test_of_what_is_not_known_the_longer_time_is_taken(opioid: str) -> None:
    state = known(an_answer("opioid", opioid), an_answer("opioid-last", when="2026-03-09T10:00:00Z"))
    made = recorded("opioid", state)["opioid-use"]
    assert made is not None
    kinds = [one.kind for one in other_opioids_of(made, ZONE)]
    expected = {"heroin": [OpioidKind.SHORT_ACTING], "methadone": [OpioidKind.METHADONE], "buprenorphine": []}
    assert kinds == expected.get(opioid, [OpioidKind.LONG_ACTING])


def test_could_be_pregnant_is_looked_at_as_if_it_were_a_yes() -> None:
    answers = {"pregnant": "LA15173-0", "possible": "LA4489-6", "not-pregnant": "LA26683-5"}
    for code, loinc in answers.items():
        made = recorded("pregnancy", known(an_answer("pregnancy", code)))["pregnancy"]
        assert made is not None
        assert made["valueCodeableConcept"]["coding"][0]["code"] == loinc
    assert recorded("pregnancy", known(an_answer("pregnancy", silence=Silence.REFUSES))) == {
        "pregnancy": None
    }


def test_a_watch_begins_once_and_does_not_end_with_another_answer() -> None:
    for code in ("thoughts", "plan"):
        made = recorded("suicide", known(an_answer("suicide", code)))
        assert labels_of(made["suicide-watch"]) == {Label.R}
        assert recorded("suicide", known(an_answer("suicide", code), before=made)) == {}
    for code in ("none", "earlier"):
        assert recorded("suicide", known(an_answer("suicide", code), before=made)) == {}
        assert recorded("suicide", known(an_answer("suicide", code))) == {}


def test_no_allergy_is_no_record_of_one() -> None:
    assert not any(recorded("allergies", known(an_answer("allergies", "none"))).values())
    made = recorded("allergies", known(an_answer("allergies", "latex", text="Hazelnuts")))
    assert {key for key, one in made.items() if one} == {"allergy-latex", "allergy-another"}
    wrong = taken_back(made["allergy-latex"])
    assert is_taken_back(wrong)
    check(held({**wrong, "id": "x"}))


def test_what_tells_of_hiv_is_kept_apart_with_its_label_also_if_it_was_not_asked() -> None:
    for question in questions():
        if question.kept is None:
            for choice in question.choices:
                made = [
                    one for _, one in question.records(known(an_answer(question.code, choice.code))) if one
                ]
                assert not any(Label.HIV in labels_of(one) for one in made), question.code
            continue
        for answer in (
            *(an_answer(question.code, one.code) for one in question.choices),
            *(an_answer(question.code, silence=one) for one in Silence),
        ):
            made = question.kept.resource(known(answer), answer)
            assert Label.HIV in labels_of(made)
            again = question.kept.answer(held(made))
            assert again == answer


# --- the form


def test_a_form_is_read_as_it_was_written_and_leaves_the_house_by_no_agreement() -> None:
    answers = {
        one.question: one
        for one in (
            an_answer("opioid", "heroin", "fentanyl"),
            an_answer("oat-last", when="2026-03-09"),
            an_answer("oat-mg", amount=Decimal("82.5")),
            an_answer("oat-place", place="centre"),
            an_answer("allergies", "latex", text="Hazelnuts"),
            an_answer("suicide", silence=Silence.CANNOT_ANSWER),
        )
    }
    form = form_of(None, answers, "p", "stay", answers["suicide"], is_complete=False)
    check(held(form))
    assert Label.V in labels_of(form)
    assert answers_in(held(form), ZONE) == answers
    assert form["status"] == "in-progress"
    done = form_of(form, answers, "p", "stay", answers["suicide"], is_complete=True)
    assert done["status"] == "completed"
    assert form_of(done, answers, "p", "stay", answers["suicide"], is_complete=True)["status"] == "amended"
    assert (
        form_of(done, answers, "p", "stay", answers["suicide"], is_complete=False)["status"] == "in-progress"
    )


# --- the claimed dose

TREATED = (
    an_answer("oat", "methadone-oral-solution"),
    an_answer("oat-last", when="2026-03-09T06:00:00Z"),
    an_answer("oat-mg", amount=Decimal(80)),
)


def called(observation: Any, outcome: Outcome, at: datetime) -> dict[str, Any]:
    claim = claim_of(observation, ZONE)
    assert claim is not None
    return observation_of(replace(claim, calls=(*claim.calls, Call(at, outcome, "centre", "nurse"))))


def test_a_claim_is_put_right_in_its_place_and_keeps_when_it_was_first_said_and_its_calls() -> None:
    first = dict(records(known(*TREATED)))[KEYS[0]]
    tried = called(first, Outcome.NOT_REACHED, NOW)
    later = NOW + timedelta(hours=1)
    now = known(
        *TREATED[:2], an_answer("oat-mg", amount=Decimal(60), at=later), at=later, before={KEYS[0]: tried}
    )
    ((key, made),) = records(now)
    claim = claim_of(made or {}, ZONE)
    assert claim is not None
    assert (key, claim.mg, claim.said_at, len(claim.calls)) == (KEYS[0], Decimal(60), NOW, 1)
    assert not claim.is_verified


@pytest.mark.parametrize(("minutes", "is_new"), [(-1, False), (0, False), (1, True)])
def test_what_is_said_after_an_answered_call_is_another_claim_that_nobody_has_confirmed(
    minutes: int, is_new: bool
) -> None:
    call_at = NOW + timedelta(hours=1)
    confirmed = called(dict(records(known(*TREATED)))[KEYS[0]], Outcome.CONFIRMED, call_at)
    said_at = call_at + timedelta(minutes=minutes)
    mg = an_answer("oat-mg", amount=Decimal(120), at=said_at)
    made = dict(records(known(*TREATED[:2], mg, at=said_at, before={KEYS[0]: confirmed})))
    assert set(made) == ({KEYS[1]} if is_new else set())
    if is_new:
        claim = claim_of(made[KEYS[1]] or {}, ZONE)
        assert claim is not None
        assert not claim.is_verified
        assert claim.calls == ()


def test_no_treatment_takes_a_claim_back_unless_a_centre_has_answered() -> None:
    none = an_answer("oat", "none", at=NOW + timedelta(hours=2))
    claim = dict(records(known(*TREATED)))[KEYS[0]]
    assert dict(records(known(none, before={KEYS[0]: claim}))) == {KEYS[0]: None}
    confirmed = called(claim, Outcome.CONFIRMED, NOW + timedelta(hours=1))
    assert dict(records(known(none, before={KEYS[0]: confirmed}))) == {}
    assert dict(records(known(none))) == {}
    assert dict(records(known(an_answer("oat", silence=Silence.REFUSES)))) == {}
    wrong = {**(claim or {}), "status": "entered-in-error"}
    assert set(dict(records(known(*TREATED, before={KEYS[0]: wrong})))) == {KEYS[1]}


def test_where_the_treatment_was_stands_in_the_claim() -> None:
    known_place = dict(records(known(*TREATED, an_answer("oat-place", place="centre"))))[KEYS[0]]
    assert treated_at(known_place or {}).organization == "centre"
    in_words = dict(records(known(*TREATED, an_answer("oat-place", text="by the river"))))[KEYS[0]]
    assert treated_at(in_words or {}).words == "by the river"
    assert treated_at(dict(records(known(*TREATED)))[KEYS[0]] or {}).organization == ""
