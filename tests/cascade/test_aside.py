"""What does not fit in memory: on disk while the run lasts, for its owner alone, and gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cascade.aside import folder_aside
from cascade.compute import open_database

LARGE = "CREATE TABLE large AS SELECT hash(i)::VARCHAR AS id FROM range(5_000_000) r(i)"


def folders(home: Path) -> list[Path]:
    return sorted(path for path in home.iterdir() if path.is_dir())


def test_what_does_not_fit_goes_there_and_is_gone_afterwards(tmp_path: Path):
    home = tmp_path / "cascade"
    with folder_aside(home) as aside:
        with open_database("UTC", aside) as connection:
            connection.execute("SET memory_limit = '60MB'")
            connection.execute(LARGE)
            assert sum(file.stat().st_size for file in aside.iterdir()) > 0
            assert connection.execute("SELECT count(DISTINCT id) FROM large").fetchone() == (5_000_000,)
        assert folders(home) == [aside]
    assert folders(home) == []


def test_only_the_owner_can_read_it(tmp_path: Path):
    before = os.umask(0)
    try:
        with folder_aside(tmp_path / "cascade") as aside:
            assert [one.stat().st_mode & 0o777 for one in (aside.parent, aside)] == [0o700, 0o700]
    finally:
        os.umask(before)


def test_it_is_gone_after_a_failure(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), folder_aside(tmp_path):
        1 / 0  # noqa: B018
    assert folders(tmp_path) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from cascade.aside import folder_aside
with folder_aside(Path(sys.argv[1])) as aside:
    (aside / "spilled").write_text("x")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_is_removed_by_the_next_and_a_running_one_keeps_its_own(tmp_path: Path):
    with folder_aside(tmp_path) as running:
        subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
        assert len(folders(tmp_path)) == 2
        with folder_aside(tmp_path) as next_one:
            assert folders(tmp_path) == sorted([running, next_one])
