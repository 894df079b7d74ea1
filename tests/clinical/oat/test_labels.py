"""What tells of opioid agonist treatment is labelled so, by its codes alone; what tells of an HIV medicine too."""

import pytest
from oat import DAY, ONE_DAY, SIX, a_happened, a_proposal, an_order, on

from clinical.labels import Label, labels_of
from clinical.oat import claim, cows, hold, release
from clinical.oat.checks import issues_of
from clinical.oat.happened import Kind
from clinical.oat.happened_resource import resource_of
from clinical.oat.interaction import partners
from clinical.oat.issue import Issue, Severity
from clinical.oat.issue_resource import Signed, detected_issue_of
from clinical.oat.medicine import Medicine
from clinical.oat.order_resource import request_of
from clinical.oat.product import products
from clinical.oat.stops import rules
from clinical.protocols import NO_PROTOCOL
from clinical.words import Sentence

SIGNED = Signed(SIX, "dr-a", "known for years")
ANTIRETROVIRALS = {
    "atazanavir", "atazanavir-boosted", "darunavir", "efavirenz", "elvitegravir", "lopinavir-ritonavir", "nevirapine", "zidovudine",
}  # fmt: skip
"""A partner that is a whole group, such as what lengthens the QT interval, does not tell which of it is taken."""


def bare(resource: object) -> frozenset[Label]:
    """The labels without those that follow from free text, and without a profile that says it too."""
    assert isinstance(resource, dict)
    said = {name: part for name, part in resource.items() if name not in ("meta", "detail", "mitigation")}
    return labels_of(said)


@pytest.mark.parametrize(
    "resource",
    [
        *(request_of(an_order(product=product)) for product in products().values()),
        resource_of(a_happened()),
        resource_of(a_happened(Kind.VOMITED)),
        claim.observation_of(claim.Claim("c", "p", SIX)),
        cows.observation_of(cows.Cows("c", "p", SIX, {})),
        *(hold.flag_of(hold.Hold("h", "p", reason, DAY)) for reason in hold.HoldReason),
        *(
            release.detected_issue_of(
                release.Release(code, release.Releaser.PRESCRIBER, SIX, DAY, patient="p")
            )
            for code in rules()
        ),
    ],
    ids=lambda resource: str(resource["resourceType"]),
)
def test_it_is_labelled_by_its_codes(resource: object) -> None:
    assert Label.OPIOIDUD in bare(resource)


def stored(issue: Issue) -> object:
    return detected_issue_of(issue, "p", "new", SIGNED)


@pytest.mark.parametrize("partner", partners())
def test_an_interaction_tells_of_the_other_medicine_as_well(partner: str) -> None:
    labels = bare(stored(Issue(f"interaction-{partner}", Severity.LOW, Sentence("x"))))
    assert Label.OPIOIDUD in labels
    assert (Label.HIV in labels) is (partner in ANTIRETROVIRALS)


def test_every_issue_is_labelled() -> None:
    everything = a_proposal(
        an_order(300, id="new", start=on(2), end=None, induction_start=on(2), take_home=frozenset({"sat"})),  # type: ignore[arg-type]
        a_happened(Kind.REFUSED, SIX - ONE_DAY),
        orders=(an_order(60, id="old", end=on(0)),),
        medicines=(Medicine("N05BA01", DAY),),
        pregnant=True,
    )
    found = issues_of(everything, NO_PROTOCOL)
    assert len({one.code for one in found}) > 7
    assert all(Label.OPIOIDUD in bare(stored(one)) for one in found)


def test_that_somebody_was_elsewhere_stays_in_the_house() -> None:
    held = release.Release("elsewhere", release.Releaser.NURSE, SIX, DAY, patient="p")
    assert Label.R in bare(release.detected_issue_of(held))
