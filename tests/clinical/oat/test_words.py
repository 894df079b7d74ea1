"""Every sentence of the rules is in English, can be translated, and has what stands in it."""

import ast
from pathlib import Path

from oat import DEMONSTRATION, a_law

from clinical.oat.happened import KIND_WORDS, REASON_WORDS, Kind, Reason
from clinical.oat.hold import WORDS as HOLD_WORDS
from clinical.oat.hold import HoldReason
from clinical.words import Sentence
from services.shared.languages import TEMPLATE

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "clinical" / "oat"
README = (ROOT / "clinical" / "protocols" / "README.md").read_text(encoding="utf-8")


def trees() -> list[ast.Module]:
    return [ast.parse(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.rglob("*.py"))]


def test_a_sentence_says_itself_in_english() -> None:
    assert str(Sentence("Days: %(days)s", {"days": 3})) == "Days: 3"
    assert str(Sentence("Held")) == "Held"


def test_every_sentence_is_marked_for_the_catalogue() -> None:
    """What is passed to ``Sentence`` is marked by ``N_`` there, or has a name that stands for something marked."""
    for tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Sentence":
                assert not isinstance(node.args[0], ast.Constant | ast.JoinedStr), ast.unparse(node)


def test_what_is_marked_is_in_the_catalogue() -> None:
    template = TEMPLATE.read_text(encoding="utf-8").replace('"\n"', "")
    marked = [
        node.args[0].value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_"
        if isinstance(node.args[0], ast.Constant)
    ]
    assert len(marked) > 150
    assert [one for one in marked if str(one) not in template] == []


def test_every_code_has_words() -> None:
    assert set(KIND_WORDS) == set(Kind)
    assert set(REASON_WORDS) == set(Reason)
    assert set(HOLD_WORDS) == set(HoldReason)


def test_every_parameter_that_a_rule_asks_for_has_its_line_in_the_readme() -> None:
    asked = {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.value.startswith("oat.") and " " not in node.value
    }
    assert len(asked) > 30
    assert [name for name in sorted(asked) if f"`{name}" not in README] == []


def test_every_parameter_of_the_demonstration_has_its_line_in_the_readme_and_is_asked_for() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.py"))
    for name in DEMONSTRATION.parameters:
        if name.startswith("oat."):
            stem = name if f'"{name}"' in code else ".".join(name.split(".")[:2])
            assert f"`{stem}" in README, name
            assert f'"{stem}"' in code, name


def test_a_parameter_names_its_source_and_says_where_there_is_none() -> None:
    for name, parameter in a_law().parameters.items():
        if name.startswith("oat."):
            assert parameter.source, name
            assert parameter.status == "proposed", name
