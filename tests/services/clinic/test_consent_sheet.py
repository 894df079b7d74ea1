"""One question stands on one sheet, whatever the language makes of it, and what somebody wrote is never an instruction."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from clinical.consent import Purpose
from clinical.people import Identity
from services.clinic.consent_lines import AnswerLine
from services.clinic.consent_sheet import sheet
from services.clinic.consent_words import ANSWERS, DECIDERS, FORMS, LABELS
from services.shared.languages import installed_languages

LANGUAGES = installed_languages("en", pseudo=True).offered
PAGE = re.compile(rb"/Type\s*/Page\b")

WHOLE = AnswerLine(
    consent="c", version=1, answer=next(iter(ANSWERS.values())), at=datetime(2026, 3, 1, tzinfo=UTC),
    deciders=tuple((words, "#panic() *A long name of a guardian*") for words in DECIDERS.values()),
    form=next(iter(FORMS.values())), read_aloud=True, interpreter="Professional interpreter", witness="Health worker",
    without_capacity=True, assented=True,
    recipients=tuple((f"DEMO treatment centre number {number} [#x]", False) for number in range(4)),
    labels=tuple(words for words, _ in LABELS.values()), begins=None,
    ends=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=90), wrong=False, flaw="", to_confirm=False,
    stands_for_it="doctor of the tests",
)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_each_question_stands_on_one_page_blank_and_answered(purpose: Purpose, language: str) -> None:
    named = Identity("A very long name of somebody DEMO", "N-100", "1984")
    for made in (
        sheet(purpose, language=LANGUAGES[language]),
        sheet(purpose, named, WHOLE, LANGUAGES[language]),
    ):
        assert len(PAGE.findall(made)) == 1
