"""Every code that a page may show has words that a translator reaches."""

from clinical.safety_set import reduced_form
from services.access.decision.break_glass import Reason, Verdict
from services.access.people.purposes import GivenPurpose
from services.clinic.words import IN_PLACE_OF, PURPOSES, REASONS, VERDICTS


def test_every_code_has_words() -> None:
    assert list(REASONS) == list(Reason)
    assert list(VERDICTS) == list(Verdict)
    assert list(PURPOSES) == list(GivenPurpose)


def test_what_stands_in_place_of_a_code_has_words() -> None:
    assert set(IN_PLACE_OF) == {coding["display"] for coding in reduced_form.IN_PLACE_OF.values()}
