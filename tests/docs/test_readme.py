"""What the README says can be done, and its pictures are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "deploy").glob("*.md")),
]


def test_every_make_target_it_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    named = set(re.findall(r"(?:^|`|=\d+ )make ([a-z-]+)", README, re.MULTILINE))
    assert {"demo", "test", "check", "bench", "crash", "screens", "demo-reset"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_it_shows_exists() -> None:
    manual = (ROOT / "docs" / "commands.md").read_text()
    shown = re.findall(r"throughcare ((?:client |cascade )?[a-z]+)", README)
    assert len(shown) >= 4
    for command in shown:
        assert f"## throughcare {command}\n" in manual, command


def test_the_two_commands_come_first() -> None:
    assert re.search(r"```\nmake demo .*\nmake test ", README)
    assert README.index("make demo") < README.index("![")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_nothing_in_the_project_names_a_persons_machine() -> None:
    """No path of the machine that something was written on."""
    written = [
        p
        for folder in ("services", "clinical", "cascade", "fhir", "deploy", "docs")
        for p in (ROOT / folder).rglob("*")
    ]
    for path in written:
        if path.suffix in {".py", ".md", ".toml", ".yaml", ".html", ".js", ".css"}:
            assert not re.search(r"(?<![\w.])/(work|root|home/(?!throughcare))/", path.read_text()), path
