"""A home of an installation, and the command line working on it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Ran:
    """What a command ended with."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[[tuple[str, ...], Mapping[str, str]], Ran]


def in_a_process(arguments: tuple[str, ...], environment: Mapping[str, str]) -> Ran:
    """Run a command as the shell does."""
    ran = subprocess.run(
        [sys.executable, "-m", "services.cli", *arguments],
        env={**os.environ, **environment},
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@dataclass
class Home:
    """A THROUGHCARE_HOME and the command line working on it, with an embedded database unless one is named."""

    folder: Path
    run_with: Run = in_a_process
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, **environment: str) -> Ran:
        return self.run_with(
            arguments, {"THROUGHCARE_HOME": str(self.folder), **self.environment, **environment}
        )

    def says(self, *arguments: str) -> str:
        ran = self.run(*arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def json(self, *arguments: str) -> dict:
        return json.loads(self.says(*arguments, "--json"))

    @property
    def of_processes(self) -> "Home":
        """The same home, whose commands are processes."""
        return Home(self.folder, in_a_process, self.environment)
