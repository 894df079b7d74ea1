"""The roles' files, and the page made from them."""

from pathlib import Path

import services.access.roles
from services.access.roles import ROLES
from services.access.roles.manual import manual

ROOT = Path(__file__).parents[3]
FOLDER = Path(services.access.roles.__file__).parent
NO_ROLE = {"__init__", "manual", "role", "rule", "types"}


def test_the_manual_of_the_roles_is_current() -> None:
    assert (ROOT / "docs" / "security" / "roles.md").read_text() == manual(), "run: make docs"


def test_every_role_is_a_file_of_its_name() -> None:
    assert {file.stem for file in FOLDER.glob("*.py")} - NO_ROLE == set(ROLES)


def test_every_line_of_every_role_is_in_the_manual() -> None:
    text = manual()
    for role in ROLES.values():
        section = text.partition(f"## {role.title}\n")[2].partition("\n## ")[0]
        assert section.count("\n| ") == len(role.rules) + 1
        assert role.words in section
