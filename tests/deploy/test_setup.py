"""Setting up on a machine that lacks something: one line that says what to do, before anything is installed."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETUP = ROOT / "deploy" / "setup.py"


def _setup(before: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a Python that was changed first."""
    program = f"import runpy, sys\n{before}\nsys.argv = ['setup.py', *sys.argv[1:]]\nrunpy.run_path({str(SETUP)!r}, run_name='__main__')"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False
    )


NOT_CURRENT = "import pathlib, builtins; builtins.open = lambda *a, **k: (_ for _ in ()).throw(OSError())"
FULL = "import shutil, collections; shutil.disk_usage = lambda _: collections.namedtuple('U', 'free')(10)"


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("sys.version_info = (3, 10, 4)", "Python 3.11 or newer is needed; this is 3.10"),
        ("sys.version_info = (2, 7, 18)", "Python 3.11 or newer is needed; this is 2.7"),
        ("sys.modules['ensurepip'] = None", "apt install python3-venv"),
        (f"{NOT_CURRENT}; {FULL}", "The disk is nearly full: free 1500 MB"),
    ],
)
def test_what_is_missing_is_said_in_one_line(before: str, says: str) -> None:
    ran = _setup(before)
    assert ran.returncode == 1
    assert says in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_the_environment_of_another_checkout_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "other" / ".venv"
    other.mkdir(parents=True)
    (other / "kept").touch()
    checkout = tmp_path / "checkout"
    (checkout / "deploy").mkdir(parents=True)
    (checkout / "tests").mkdir()
    for name in ("deploy/setup.py", "pyproject.toml", "requirements.lock", "tests/requirements.lock"):
        shutil.copy(ROOT / name, checkout / name)
    (checkout / ".venv").symlink_to(other)
    ran = subprocess.run(
        [sys.executable, checkout / "deploy" / "setup.py", "--test"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "is a link to the environment of another checkout. Remove the link" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    assert (other / "kept").exists()


def test_any_python_can_read_the_script_that_says_it_is_too_old() -> None:
    ast.parse(SETUP.read_text(), feature_version=(3, 4))
    assert 'f"' not in SETUP.read_text()


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml", "roles.sh", "environment.md"])
def test_what_production_needs_is_there(name: str) -> None:
    assert (ROOT / "deploy" / name).is_file()


def test_the_image_installs_from_the_lock_with_hashes() -> None:
    assert "--require-hashes -r requirements.lock" in (ROOT / "deploy" / "Containerfile").read_text()


def test_the_image_holds_what_runs_and_no_history_tests_or_secrets() -> None:
    image = (ROOT / "deploy" / "Containerfile").read_text()
    copied = [line.split()[1:-1] for line in image.splitlines() if line.startswith(("COPY", "ADD"))]
    assert sorted(name for names in copied for name in names) == [
        "LICENSE", "README.md", "cascade", "clinical", "fhir", "pyproject.toml", "requirements.lock", "services",
    ]  # fmt: skip
    assert image.index("USER throughcare") < image.index("CMD [")


def test_no_password_has_a_default() -> None:
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    assert re.findall(r"\$\{\w*PASSWORD\}", compose), "the addresses take them from the environment"
    for first_use in re.findall(r"PASSWORD: (\S.*)", compose):
        assert re.match(r"\$\{\w+:\?", first_use), "compose stops where it is not set"


def test_the_shell_script_is_well_formed() -> None:
    assert subprocess.run(["sh", "-n", ROOT / "deploy" / "roles.sh"], check=False).returncode == 0
