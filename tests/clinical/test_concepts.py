"""What a concept is called."""

from typing import Any

import pytest

from clinical.concepts import words

ATC = "http://www.whocc.no/atc"


@pytest.mark.parametrize(
    ("concept", "said"),
    [
        ({"text": "his own words", "coding": [{"code": "x", "display": "y"}]}, "his own words"),
        ({"coding": [{"code": "x"}, {"code": "z", "display": "y"}]}, "y"),
        ({"coding": [{"system": ATC, "code": "N05BA01"}]}, "anxiolytics (N05BA01)"),
        ({"coding": [{"system": ATC, "code": "N06AX11"}]}, "mirtazapine"),
        ({"coding": [{"system": "urn:x", "code": "x"}]}, "x"),
        ({"system": ATC, "code": "N06AX11"}, "mirtazapine"),
        ({"coding": []}, ""),
        ({}, ""),
    ],
)
def test_its_own_words_then_a_meaning_then_the_code(concept: dict[str, Any], said: str) -> None:
    assert words(concept) == said
