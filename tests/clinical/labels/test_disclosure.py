"""What labels mean when a resource is to leave the house."""

import pytest

from clinical.labels import EVERYTHING, Label, covered, for_disclosure

OPIOIDS = frozenset({Label.ETH, Label.OPIOIDUD})


def test_unlabelled_counts_as_restricted() -> None:
    assert for_disclosure(frozenset()) == {Label.R}


@pytest.mark.parametrize("labels", [frozenset({Label.N}), frozenset({Label.HIV}), OPIOIDS])
def test_what_is_labelled_stays_as_it_is(labels: frozenset[Label]) -> None:
    assert for_disclosure(labels) == labels


@pytest.mark.parametrize(
    ("labels", "agreed", "enough"),
    [
        ({Label.HIV}, set(), False),
        ({Label.HIV}, {Label.HIV}, True),
        ({Label.HIV}, {Label.ETH, Label.R}, False),
        ({Label.HIV, Label.ETH}, {Label.HIV}, False),
        ({Label.N}, set(), False),
        ({Label.N}, {Label.HIV}, True),
        ({Label.R, Label.HIV}, {Label.R, Label.HIV}, False),
        ({Label.R}, EVERYTHING, True),
        ({Label.V}, EVERYTHING, False),
        ({Label.V}, set(Label), False),
        ({Label.R, Label.V}, set(Label), False),
        (set(), set(), False),
        (set(), {Label.R}, True),
        (OPIOIDS, {Label.ETH}, True),
        (OPIOIDS, {Label.OPIOIDUD}, False),
        ({Label.OPIOIDUD}, {Label.HIV}, False),
    ],
)
def test_an_agreement_covers_what_it_names_and_its_parts(
    labels: set[Label], agreed: set[Label], enough: bool
) -> None:
    assert covered(labels, agreed) is enough
