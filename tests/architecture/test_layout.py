"""The house keeps its order: what stands at the top, and what never appears anywhere."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP = {
    "pyproject.toml", "requirements.lock", "README.md", "Makefile", "services", "clinical", "cascade", "fhir",
    "deploy", "tests", "docs", "CHANGELOG.md", "LICENSE", ".gitignore", ".ci",
}  # fmt: skip


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return listed.stdout.splitlines()


def test_the_top_level_holds_what_the_design_names_and_nothing_else() -> None:
    assert {path.split("/")[0] for path in _tracked()} == TOP


def test_fhir_is_a_folder_and_no_package() -> None:
    assert not (ROOT / "fhir" / "__init__.py").exists()
    assert [path for path in _tracked() if path.startswith("tests/") and path.endswith("__init__.py")] == []


def test_locks_name_no_registry() -> None:
    for path in _tracked():
        if path.endswith((".lock", "package-lock.json")):
            assert not re.search(r"https?://[^\s\"]*(pypi|pythonhosted|npmjs)", (ROOT / path).read_text()), (
                path
            )


def test_every_dependency_is_pinned_by_hash() -> None:
    for name in ("requirements.lock", "tests/requirements.lock"):
        pins = re.findall(r"^[a-z0-9].*?==.*?(?=^\S|\Z)", (ROOT / name).read_text(), re.MULTILINE | re.DOTALL)
        assert len(pins) > 50
        assert all("--hash=sha256:" in pin for pin in pins)
