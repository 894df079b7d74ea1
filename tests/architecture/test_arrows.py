"""The import contracts hold, and each of them is seen to fail when it is broken."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("services", "clinical", "cascade", "fhir")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages in a folder where they may be spoiled."""
    folder = tmp_path_factory.mktemp("copy")
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("static", "*.ndjson", "__pycache__"),
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "import sys; sys.path[:0] = ['.', 'fhir']; from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-I", "-c", program, "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_arrows_hold(copy: Path) -> None:
    result = _lint(copy)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("where", "what", "contract"),
    [
        (
            "fhir/fhir_store/planted.py",
            "import clinical.custody",
            "services -> clinical | cascade -> fhir_store",
        ),
        ("clinical/planted.py", "import cascade.tables", "services -> clinical | cascade -> fhir_store"),
        ("cascade/planted.py", "import services.settings", "services -> clinical | cascade -> fhir_store"),
        ("cascade/tables_planted.py", "import clinical", "services -> clinical | cascade -> fhir_store"),
        ("cascade/derive/planted.py", "import cascade.sources", "inside cascade"),
        ("cascade/measures/planted.py", "import cascade.derive", "measures know the contract tables"),
        ("cascade/measures/planted.py", "import pandas", "measures know the contract tables"),
        ("clinical/planted.py", "import fastapi", "only services speaks HTTP"),
        ("fhir/fhir_store/planted.py", "import httpx", "only services speaks HTTP"),
        ("services/ministry/planted.py", "import services.exchange", "the apps under services"),
    ],
)
def test_a_broken_arrow_is_found(copy: Path, where: str, what: str, contract: str) -> None:
    planted = copy / where
    planted.write_text(f"{what}\n")
    try:
        result = _lint(copy)
    finally:
        planted.unlink()
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(contract in line for line in broken), result.stdout
