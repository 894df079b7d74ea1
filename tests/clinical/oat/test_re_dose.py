"""What a prescriber decides to give again after vomiting, at, below and above what the protocol has."""

from datetime import timedelta
from decimal import Decimal

import pytest
from oat import SIX, SUBLINGUAL, a_happened, a_law

from clinical.oat.happened import Happened, Kind
from clinical.oat.issue import Issue, Severity
from clinical.oat.re_dose import weighed_re_dose
from clinical.protocols import NO_PROTOCOL, Protocol

LAW = a_law()
DOSE = a_happened(id="dose", mg=Decimal(60))


def issue(
    mg: str | int,
    minutes: float = 5,
    observed: bool | None = True,
    dose: Happened | None = DOSE,
    law: Protocol = LAW,
) -> Issue | None:
    vomited = a_happened(
        Kind.VOMITED, SIX + timedelta(minutes=minutes), id="vomited", about="dose", observed=observed
    )
    return weighed_re_dose(dose, vomited, Decimal(mg), law)


@pytest.mark.parametrize(
    ("minutes", "mg", "told"),
    [
        (9.99, 59, False),
        (9.99, 60, False),
        (9.99, "60.01", True),
        (10, 30, False),
        (10, "30.01", True),
        (14.99, 30, False),
        (14.99, 31, True),
        (15, 0, False),
        (15, "0.01", True),
        (60, 1, True),
    ],
)
def test_more_than_the_protocol_has_asks_for_a_reason_and_a_second_prescriber(
    minutes: float, mg: str | int, told: bool
) -> None:
    found = issue(mg, minutes)
    assert bool(found) is told
    if found:
        assert (found.code, found.severity, found.needs_reason, found.needs_second) == (
            "re-dose", Severity.HIGH, True, True,
        )  # fmt: skip
        assert found.by == ("oat.vomited.methadone-oral-solution",)
        assert found.evidence == ("MedicationAdministration/dose", "Observation/vomited")
        assert dict(found.says.values)["mg"] == Decimal(mg)


def test_it_says_how_much_the_protocol_has() -> None:
    assert str(issue(31, 10).says) == (  # type: ignore[union-attr]
        "31 mg are given again after vomiting. The protocol has at most 30 mg"
    )


@pytest.mark.parametrize("observed", [False, None])
def test_of_what_nobody_saw_nothing_is_given_again_without_a_reason(observed: bool | None) -> None:
    assert issue(0, observed=observed) is None
    assert issue(1, observed=observed)


@pytest.mark.parametrize(("second", "asks"), [(True, True), (False, False), (None, True)])
def test_whether_a_second_prescriber_signs_is_what_the_protocol_says(second: bool | None, asks: bool) -> None:
    found = issue(61, law=a_law(oat__second_prescriber__re_dose=second))
    assert found
    assert (found.needs_reason, found.needs_second) == (True, asks)
    assert ("oat.second-prescriber.re-dose" in found.not_set) is (second is None)


@pytest.mark.parametrize(
    ("mg", "severity"), [(59, Severity.MODERATE), (60, Severity.MODERATE), (61, Severity.HIGH)]
)
def test_where_the_protocol_says_nothing_a_reason_is_asked_for(mg: int, severity: Severity) -> None:
    found = issue(mg, law=NO_PROTOCOL)
    assert found
    assert (found.severity, found.needs_reason) == (severity, True)
    assert "oat.vomited.methadone-oral-solution" in found.not_set
    assert found.by == ()
    under_tongue = issue(8, dose=a_happened(id="dose", product=SUBLINGUAL, mg=Decimal(8)))
    assert under_tongue
    assert under_tongue.severity is Severity.MODERATE


def test_of_a_dose_that_is_not_known_any_amount_is_weighed() -> None:
    assert issue(1, dose=None)
    assert weighed_re_dose(DOSE, None, Decimal(1), LAW)
    assert weighed_re_dose(None, None, Decimal(0), LAW) is None
    assert issue(1, dose=a_happened(id="dose", mg=None))
