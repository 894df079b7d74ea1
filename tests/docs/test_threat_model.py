"""docs/security/threat-model.md speaks of everybody it has to, names tests that are there, and says what is left."""

import re

from named_tests import ROOT, absent, named_in

FOLDER = ROOT / "docs" / "security"
PAGE = (FOLDER / "threat-model.md").read_text()

WHO = ("A guard", "A prison director", "The ministry", "Somebody who takes a tablet", "Somebody who takes a backup or a disk",
       "A curious nurse", "Somebody who worked here", "A treatment centre", "Whoever runs the database", "A prisoner with somebody's paper")  # fmt: skip
SECTIONS = dict(re.findall(r"^## (.+)\n\n((?:(?!^## ).*\n?)*)", PAGE, re.MULTILINE))


def test_everybody_is_there_with_what_stops_them_and_what_is_left() -> None:
    assert list(SECTIONS) == [*WHO, "Against all of them"]
    for who in WHO:
        assert re.search(r"\*[Hh]as\*", SECTIONS[who]), who
        assert re.search(r"\*Stopped by\*", SECTIONS[who]), who
        assert re.search(r"^\*Left\*: .", SECTIONS[who], re.MULTILINE), who
        assert [test for _, test in named_in(SECTIONS[who]) if test], who


def test_every_test_it_names_is_there() -> None:
    assert absent(named_in(PAGE)) == []


def test_every_page_of_this_folder_is_in_its_list() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)\)", (FOLDER / "README.md").read_text()))
    assert listed == {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
