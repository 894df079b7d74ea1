"""Every code that a page may show has words that a translator reaches."""

from clinical.custody import consequences, errors
from clinical.custody.commands import MOVEMENTS
from clinical.custody.movement_file import Flaw
from clinical.people import Doubt, NumberKind
from clinical.people.duplicates import Why
from clinical.people.two_people import Taken
from clinical.safety_set import reduced_form
from services.access.decision.break_glass import Reason, Verdict
from services.access.people.purposes import GivenPurpose
from services.clinic import movement_words, people_words
from services.clinic.proposals_page import LINE_FLAWS
from services.clinic.words import IN_PLACE_OF, PURPOSES, REASONS, VERDICTS


def test_every_code_has_words() -> None:
    assert list(REASONS) == list(Reason)
    assert list(VERDICTS) == list(Verdict)
    assert list(PURPOSES) == list(GivenPurpose)


def test_what_stands_in_place_of_a_code_has_words() -> None:
    assert set(IN_PLACE_OF) == {coding["display"] for coding in reduced_form.IN_PLACE_OF.values()}


def test_every_movement_and_what_follows_from_it_has_words() -> None:
    assert set(movement_words.MOVEMENTS) == set(MOVEMENTS)
    assert list(movement_words.DUTIES) == list(consequences.Duty)
    assert list(movement_words.ORDERS) == list(consequences.Orders)
    assert list(movement_words.MESSAGES) == list(consequences.Messages)
    assert list(movement_words.BOTTLES) == list(consequences.Bottles)
    assert list(movement_words.DOSING) == list(consequences.Dosing)
    assert set(movement_words.FLAWS) == set(errors.CustodyError.__subclasses__())
    assert list(LINE_FLAWS) == list(Flaw)


def test_everything_of_who_somebody_is_has_words() -> None:
    assert list(people_words.DOUBTS) == list(people_words.DOUBT_TAGS) == list(Doubt)
    assert list(people_words.WHYS) == list(Why)
    assert list(people_words.TAKEN) == list(Taken)
    assert set(people_words.NUMBERS) == set(NumberKind) - {NumberKind.CODE}
