"""docs/security/asvs.md answers every number once, names tests that are there, and counts right."""

import re
from collections import Counter
from typing import NamedTuple

import pytest
from named_tests import ROOT, absent, named_in

PAGE = (ROOT / "docs" / "security" / "asvs.md").read_text()
NUMBERS = (ROOT / "docs" / "security" / "asvs-numbers.txt").read_text()
STATES = ("met", "partly", "not met", "n.a.")
LEVEL_3 = {"8", "14", "16"}


class Answer(NamedTuple):
    number: str
    level: str
    label: str
    state: str
    shown: str

    @property
    def chapter(self) -> str:
        return self.number.partition(".")[0]


ANSWERS = [
    Answer(*found)
    for found in re.findall(r"^\| (\d+\.\d+\.\d+) \| (\d) \| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
]


def test_every_number_is_answered_once_at_its_level() -> None:
    asked = [tuple(line.split()) for line in NUMBERS.splitlines() if not line.startswith("#")]
    assert [(one.number, one.level) for one in ANSWERS] == asked
    assert len(set(asked)) == len(asked) > 250
    assert {number.partition(".")[0] for number, level in asked if level == "3"} <= LEVEL_3
    assert Counter(level for _, level in asked)["1"] == 70, "OWASP's own count of level 1"
    assert Counter(level for _, level in asked)["2"] == 183, "OWASP's own count of level 2"


def test_every_test_it_names_is_there() -> None:
    assert absent(named_in(PAGE)) == []
    assert absent([("tests/docs/test_asvs.py", "test_that_is_not_there"), ("tests/nothing.py", None)]) == [
        "tests/docs/test_asvs.py::test_that_is_not_there",
        "tests/nothing.py",
    ]


def test_every_answer_has_its_grounds() -> None:
    for one in ANSWERS:
        assert one.state in STATES, one
        said = re.sub(r"`[^`]*`|<br>", "", one.shown).strip()
        if one.state in ("met", "partly"):
            assert named_in(one.shown), one
        if one.state != "met":
            assert said, one


@pytest.mark.parametrize("chapter", [*(str(number) for number in range(1, 18)), "all"])
def test_the_counts_at_the_top_are_right(chapter: str) -> None:
    states = Counter(one.state for one in ANSWERS if chapter in (one.chapter, "all"))
    title = r"\*\*all\*\*" if chapter == "all" else rf"V{chapter} [^|]+?"
    counted = re.search(rf"^\| {title} \| (\d+) \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert counted is not None
    expected = [states[state] for state in STATES]
    assert [int(number) for number in counted.groups()] == [*expected, sum(expected)]
