"""A release: who may let a dose go ahead, as a DetectedIssue and back."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, SIX, ZONE, held

from clinical.oat.release import (
    MAY_RELEASE,
    RELEASER_WORDS,
    WHY_WORDS,
    Release,
    Releaser,
    WhyHere,
    detected_issue_of,
    release_of,
)
from fhir_store.gate import issues_of


@given(
    st.builds(
        Release,
        st.sampled_from(["missed-days", "elsewhere"]),
        st.sampled_from(list(Releaser)),
        st.just(SIX),
        st.just(DAY),
        st.integers(1, 3),
        st.none() | st.just("dr-a"),
        st.none() | st.sampled_from(list(WhyHere)),
        st.just("p"),
        st.just("r"),
    )
)
def test_there_and_back_and_through_the_gate(release: Release) -> None:
    resource = held(detected_issue_of(release))
    assert issues_of(resource) == []
    assert release_of(resource, ZONE) == release


def an_issue(**changes: Any) -> dict[str, Any]:
    base = detected_issue_of(Release("held", Releaser.PRESCRIBER, SIX, DAY, patient="p"))
    return {name: one for name, one in {**base, **changes}.items() if one is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"code": None},
        {"patient": None},
        {"code": {"coding": [{"code": "held"}]}},
        {"patient": {"reference": "Group/g"}},
        {"mitigation": None},
        {"mitigation": [{"action": {"text": "x"}, "date": "2026-03-10"}]},
        {
            "mitigation": [
                {
                    "action": {
                        "coding": [{"system": "urn:throughcare:code-system:oat-release", "code": "nurse"}]
                    }
                }
            ]
        },
        {"extension": None},
    ],
)
def test_what_is_no_release_is_left_out(changes: dict[str, Any]) -> None:
    assert release_of(held(an_issue(**changes)), ZONE) is None


def test_a_reason_that_was_not_given_is_not_written() -> None:
    assert [one["url"].rpartition(":")[2] for one in an_issue()["extension"]] == ["slot"]


def test_what_is_left_out_is_the_first_dose_of_the_day_without_a_number() -> None:
    slot = {"url": "urn:throughcare:extension:slot", "extension": [{"url": "day", "valueDate": "2026-03-10"}]}
    resource = an_issue(extension=[slot], id=None)
    resource["mitigation"][0]["date"] = "2026-03-10"
    found = release_of(held(resource), ZONE)
    assert found
    assert (found.id, found.part, found.why) == ("", 1, None)
    assert found.at == SIX.replace(hour=23) - timedelta(days=1)


@pytest.mark.parametrize(
    ("needed", "by", "lets"),
    [
        (Releaser.NOBODY, Releaser.PRESCRIBER, False),
        (Releaser.NOBODY, Releaser.NURSE, False),
        (Releaser.NOBODY, Releaser.NOBODY, False),
        (Releaser.PRESCRIBER, Releaser.PRESCRIBER, True),
        (Releaser.PRESCRIBER, Releaser.NURSE, False),
        (Releaser.PRESCRIBER, Releaser.NOBODY, False),
        (Releaser.NURSE, Releaser.PRESCRIBER, True),
        (Releaser.NURSE, Releaser.NURSE, True),
        (Releaser.NURSE, Releaser.NOBODY, False),
    ],
)
def test_who_may_release_what(needed: Releaser, by: Releaser, lets: bool) -> None:
    release = Release("held", by, SIX, DAY, why=WhyHere.BACK)
    assert release.lets("held", needed, SIX) is lets


def test_a_release_is_for_its_own_stop_and_counts_from_when_it_was_given() -> None:
    release = Release("held", Releaser.PRESCRIBER, SIX, DAY)
    assert not release.lets("missed-days", Releaser.PRESCRIBER, SIX)
    assert not release.lets("held", Releaser.PRESCRIBER, SIX - timedelta(seconds=1))


def test_a_nurse_needs_a_reason() -> None:
    assert not Release("elsewhere", Releaser.NURSE, SIX, DAY).lets("elsewhere", Releaser.NURSE, SIX)


def test_everything_has_words() -> None:
    assert set(RELEASER_WORDS) == set(MAY_RELEASE) == set(Releaser)
    assert set(WHY_WORDS) == set(WhyHere)
