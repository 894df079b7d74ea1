"""What somebody says they had elsewhere, and who confirmed it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, METHADONE, ONE_DAY, SIX, ZONE, held, on

from clinical.oat.claim import Call, Claim, Outcome, claim_of, last_claim, observation_of
from clinical.oat.happened import Happened, Kind
from clinical.oat.product import products
from fhir_store.gate import issues_of

INSTANTS = st.integers(0, 10**6).map(lambda n: SIX - timedelta(seconds=n))
PEOPLE = st.none() | st.just("nurse-a")
WORDS = st.sampled_from(["", "DEMO Centre", "a doctor there", "they know of 60 mg"])
CALLS = st.builds(
    Call, INSTANTS, st.sampled_from(list(Outcome)), st.none() | st.just("centre"), PEOPLE, WORDS, WORDS, WORDS
)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    at = draw(st.none() | INSTANTS)
    return Claim(
        "c",
        "p",
        SIX,
        draw(st.none() | st.sampled_from(list(products().values()))),
        draw(st.none() | st.decimals(1, 200, places=1)),
        at,
        None,
        at.astimezone(ZONE).date() if at else None,
        tuple(draw(st.lists(CALLS, max_size=3))),
    )


@given(claims())
def test_there_and_back_and_through_the_gate(claim: Claim) -> None:
    resource = held(observation_of(claim))
    assert issues_of(resource) == []
    assert resource["status"] == ("final" if claim.is_verified else "preliminary")
    assert claim_of(resource, ZONE) == claim


def a_claim(*outcomes: Outcome, **changes: object) -> Claim:
    base = {
        "id": "c",
        "patient": "p",
        "said_at": SIX,
        "product": METHADONE,
        "mg": Decimal(80),
        "last_taken_at": SIX - ONE_DAY,
        "last_taken_on": on(-1),
        "calls": tuple(Call(SIX, outcome) for outcome in outcomes),
    }
    return Claim(**{**base, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcomes", "verified"),
    [
        ([], False),
        ([Outcome.NOT_REACHED], False),
        ([Outcome.CONFIRMED], True),
        ([Outcome.CORRECTED], True),
        ([Outcome.NOT_KNOWN], False),
        ([Outcome.NOT_REACHED, Outcome.CONFIRMED], True),
        ([Outcome.CONFIRMED, Outcome.NOT_REACHED], True),
        ([Outcome.CONFIRMED, Outcome.NOT_KNOWN], False),
        ([Outcome.NOT_KNOWN, Outcome.CONFIRMED], True),
    ],
)
def test_the_last_call_that_was_answered_counts(outcomes: list[Outcome], verified: bool) -> None:
    assert a_claim(*outcomes).is_verified is verified


def test_a_confirmation_without_time_or_amount_is_none() -> None:
    assert not a_claim(Outcome.CONFIRMED, last_taken_at=None).is_verified
    assert not a_claim(Outcome.CONFIRMED, mg=None).is_verified


def test_a_claimed_dose_is_one_taken_elsewhere() -> None:
    assert a_claim().dose == Happened(
        "c", "p", Kind.GIVEN, SIX - ONE_DAY, day=on(-1), product=METHADONE, mg=Decimal(80)
    )
    assert a_claim(last_taken_at=None).dose is None
    assert a_claim(Outcome.NOT_KNOWN).dose is None


def test_a_day_without_a_time_was_over_at_its_end_at_the_latest() -> None:
    resource = observation_of(a_claim()) | {"effectiveDateTime": "2026-03-09"}
    claim = claim_of(held(resource), ZONE)
    assert claim
    assert claim.last_taken_on == date(2026, 3, 9)
    assert claim.surely_by == SIX.replace(hour=23) - ONE_DAY
    assert claim.dose
    assert claim.dose.latest_at == claim.surely_by
    assert observation_of(claim)["effectiveDateTime"] == "2026-03-09"


def test_the_latest_claim_counts_that_was_made_by_then() -> None:
    old, new = a_claim(id="a", said_at=SIX - ONE_DAY), a_claim(id="b")
    assert last_claim((new, old), SIX) is new
    assert last_claim((new, old), SIX - timedelta(seconds=1)) is old
    assert last_claim((new,), SIX - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"status": "cancelled"},
        {"code": {"coding": [{"code": "claimed-dose"}]}},
        {"subject": {"reference": "Group/g"}},
        {"issued": None},
    ],
)
def test_what_is_no_claim_is_left_out(changes: dict[str, object]) -> None:
    resource = {
        name: one for name, one in {**observation_of(a_claim()), **changes}.items() if one is not None
    }
    assert claim_of(held(resource), ZONE) is None


def test_a_call_whose_outcome_is_not_ours_is_none() -> None:
    resource = observation_of(a_claim(Outcome.CONFIRMED))
    resource["extension"][-1]["extension"][1]["valueCode"] = "maybe"
    claim = claim_of(held(resource), ZONE)
    assert claim
    assert claim.calls == ()
    assert on(-1) < DAY


WHOLE = Call(
    SIX, Outcome.CORRECTED, "centre", "nurse-a", "DEMO Centre", "a doctor there", "they know of 60 mg"
)
CALLED = {
    "url": "urn:throughcare:extension:verification-call",
    "extension": [
        {"url": "at", "valueDateTime": "2026-03-10T05:00:00Z"},
        {"url": "outcome", "valueCode": "corrected"},
        {"url": "whom", "valueReference": {"reference": "Organization/centre"}},
        {"url": "by", "valueReference": {"reference": "Practitioner/nurse-a"}},
        {"url": "place", "valueString": "DEMO Centre"},
        {"url": "spoke-with", "valueString": "a doctor there"},
        {"url": "said", "valueString": "they know of 60 mg"},
    ],
}


def test_a_claim_with_all_that_was_said_as_it_is_written_and_read() -> None:
    claim = a_claim(calls=(WHOLE,), said_at=SIX + ONE_DAY)
    written = observation_of(claim)
    product, called = written["extension"]
    assert called == CALLED
    assert product["url"] == "urn:throughcare:extension:oat-product"
    assert {name: one for name, one in written.items() if name != "extension"} == {
        "resourceType": "Observation",
        "id": "c",
        "status": "final",
        "code": {"coding": [{"system": "urn:throughcare:code-system:observation", "code": "claimed-dose"}]},
        "subject": {"reference": "Patient/p"},
        "issued": "2026-03-11T05:00:00Z",
        "effectiveDateTime": "2026-03-09T05:00:00Z",
        "valueQuantity": written["valueQuantity"],
    }
    assert (written["valueQuantity"]["value"], written["valueQuantity"]["code"]) == (Decimal(80), "mg")
    assert claim_of(held(written), ZONE) == claim


def test_a_call_says_no_more_than_was_said() -> None:
    written = observation_of(a_claim(Outcome.NOT_REACHED))
    assert [one["url"] for one in written["extension"][1]["extension"]] == ["at", "outcome"]
    nothing = observation_of(a_claim(product=None, mg=None, last_taken_at=None, last_taken_on=None))
    assert not {"effectiveDateTime", "valueQuantity"} & nothing.keys()
    assert nothing.get("extension", []) == []
    assert nothing["status"] == "preliminary"


@pytest.mark.parametrize("status", ["preliminary", "final", "amended", "corrected"])
def test_a_claim_counts_in_each_of_these_states(status: str) -> None:
    assert claim_of(held(observation_of(a_claim()) | {"status": status}), ZONE) == a_claim()


def test_a_call_of_which_no_time_is_said_is_none_and_those_after_it_count() -> None:
    resource = observation_of(a_claim(Outcome.CONFIRMED, Outcome.NOT_KNOWN))
    del resource["extension"][1]["extension"][0]
    claim = claim_of(held(resource), ZONE)
    assert claim
    assert [one.outcome for one in claim.calls] == [Outcome.NOT_KNOWN]


def test_a_claim_without_an_id_or_of_an_unknown_subject() -> None:
    resource = {name: one for name, one in observation_of(a_claim()).items() if name != "id"}
    claim = claim_of(held(resource), ZONE)
    assert claim
    assert claim.id == ""
    assert claim_of(held({name: one for name, one in resource.items() if name != "subject"}), ZONE) is None
    assert claim_of(held({name: one for name, one in resource.items() if name != "code"}), ZONE) is None


def test_of_several_claims_of_one_instant_the_one_with_the_later_id_counts() -> None:
    one, other = a_claim(id="a"), a_claim(id="b")
    assert last_claim((other, one), SIX) is other
    assert last_claim((one, other), SIX) is other
    assert last_claim((), SIX) is None
