"""``make mutants``: each stop and dose rule is broken in every way that mutmut knows, and some test has to fail each time.

A mutant that lives is printed with its difference, and the run fails, unless ``accepted.toml`` says why it changes nothing.
The project is copied first, so that nothing of it is touched. About fifteen minutes with two processors. With names of files, as
``clinical/oat/claim.py``, of those alone.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
RULES = (
    "stops/*", "checks/*", "orders/spoken.py", "round/cautions.py", "round/clock.py", "round/cup_check.py", "round/flags.py",
    "round/follow_up.py", "round/judge.py",
    "round/round_list.py", "round/witness.py", "attendance.py", "begun_anew.py", "claim.py", "conversion.py", "cows.py", "day_close.py",
    "dosing_error.py", "ecg_due.py", "gap.py", "gaps.py", "hold.py", "induction.py", "interaction.py", "law.py", "missed.py",
    "missed_table.py", "moved_times.py", "order.py", "record.py", "release.py", "slot.py", "spill.py", "stop.py",
    "suspension.py", "take_home.py", "telephone.py", "unverified.py", "volume.py", "vomited.py", "window.py",
)  # fmt: skip
"""Of ``clinical/oat``, what decides. What reads and writes resources is tested with a database.

What the close of a day suspends, and for how long it waits, ``suspension`` and ``day_close`` say; ``closing`` writes it.
"""

REGISTER = ("cup.py", "expiry.py", "kind.py", "strengths.py", "tolerance.py", "two_people.py")
"""The same of ``clinical/register``; each has a test of its name."""

MUTATED = (*(f"clinical/oat/{one}" for one in RULES), *(f"clinical/register/{one}" for one in REGISTER))

TESTS = (
    "stops",
    "checks",
    "orders",
    "round/test_round_list.py",
    "round/test_cautions.py",
    "round/test_cup_check.py",
    "round/test_follow_up.py",
    "round/test_dose_event.py",
)
OTHER = ("test_words.py", "test_labels.py")
"""What reads the files of the rules, or the store."""

COPIED = ("cascade", "clinical", "deploy", "docs", "fhir", "services", "tests", "pyproject.toml", "Makefile")
WORDS = r"N_\("
"""What a screen says is read by people and translators."""


def main() -> int:
    """How many mutants live that should not, or are accepted and live no longer."""
    with tempfile.TemporaryDirectory(prefix="throughcare-mutants-") as folder:
        tools, copy = Path(folder, "tools"), Path(folder, "copy")
        lock = HERE / "requirements.lock"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
        subprocess.run([*pip, "--target", tools, "-r", lock], check=True)
        copy.mkdir()
        _copied(copy)
        environment = {**os.environ, "PYTHONPATH": str(tools)}
        mutmut = [sys.executable, "-m", "mutmut"]
        subprocess.run([*mutmut, "run"], cwd=copy, env=environment, check=True)
        told = subprocess.run(
            [*mutmut, "results"], cwd=copy, env=environment, check=True, capture_output=True, text=True
        )
        living = [line.split(":")[0].strip() for line in told.stdout.splitlines() if "survived" in line]
        return _judged([_difference(copy, environment, mutmut, one) for one in living])


def _copied(copy: Path) -> None:
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(
                ROOT / name,
                copy / name,
                ignore=shutil.ignore_patterns("__pycache__", "node_modules", "screens"),
            )
        else:
            shutil.copy(ROOT / name, copy / name)
    tests = [f"tests/clinical/oat/{one}" for one in TESTS]
    tests += [f"tests/clinical/register/test_{one}" for one in REGISTER]
    unit = (ROOT / "tests/clinical/oat").glob("test_*.py")
    tests += sorted(
        str(one.relative_to(ROOT))
        for one in unit
        if one.name not in OTHER and "database" not in one.read_text()
    )
    lines = [
        "[tool.mutmut]",
        'source_paths = ["clinical"]',
        f"only_mutate = {sys.argv[1:] or list(MUTATED)}",
        f"do_not_mutate_patterns = ['{WORDS}']",
        f"also_copy = {[one for one in COPIED if one not in ('clinical', 'tests', 'pyproject.toml')]}",
        f"pytest_add_cli_args_test_selection = {tests}",
        'pytest_add_cli_args = ["-p", "no:cacheprovider"]',
    ]
    with (copy / "pyproject.toml").open("a") as file:
        file.write("\n" + "\n".join(lines) + "\n")


def _difference(copy: Path, environment: dict[str, str], mutmut: list[str], name: str) -> tuple[str, str]:
    """The function, and what in it was changed."""
    shown = subprocess.run(
        [*mutmut, "show", name], cwd=copy, env=environment, check=True, capture_output=True, text=True
    )
    changed = [
        line for line in shown.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("---", "+++")
    ]
    return name.rpartition("__mutmut")[0], "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed)


def _judged(living: list[tuple[str, str]]) -> int:
    accepted = {
        (one["function"], one["change"].strip()): one["why"]
        for one in tomllib.loads((HERE / "accepted.toml").read_text())["mutant"]
    }
    unexpected = [one for one in living if one not in accepted]
    gone = [] if sys.argv[1:] else [one for one in accepted if one not in living]
    for function, change in unexpected:
        print(f"lives: {function}\n{change}\n")
    for function, change in gone:
        print(f"accepted, and lives no longer: {function}\n{change}\n")
    print(f"{len(living)} mutants live, {len(living) - len(unexpected)} of them accepted")
    return len(unexpected) + len(gone)


if __name__ == "__main__":
    raise SystemExit(min(main(), 1))
