"""Every sample for integrators does what the page says, as it is printed."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from services.exchange.manual import manual
from services.shared.installation import Urls

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "integrators.md").read_text()
NODE = ROOT / "tests" / "node"
PRINTED = "http://localhost:8000"


def _samples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_every_sample_is_of_a_kind_that_is_run() -> None:
    assert set(re.findall(r"^```(\w+)$", PAGE, re.MULTILINE)) == {"bash", "python", "javascript"}
    assert [len(_samples(language)) for language in ("bash", "python", "javascript")] == [10, 2, 1]


def test_the_page_of_what_is_supported_is_current() -> None:
    assert (ROOT / "docs" / "exchange.md").read_text() == manual(), "run: make docs"


def test_the_samples_for_the_shell(served: str, fhir: httpx.Client, urls: Urls, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("no curl")
    _run(
        ["bash", "-eu", "-o", "pipefail"],
        "\n".join(_samples("bash")),
        served,
        tmp_path,
        **_command_line(urls, tmp_path),
    )
    (ana,) = _found(fhir, "Patient", identifier="urn:centre:patient|DEMO-7")
    assert ana["birthDate"] == "1980-05-17"
    assert len(_found(fhir, "MedicationAdministration", patient=ana["id"])) == 1, "sent twice, stored once"
    assert len(_found(fhir, "Observation", **{"patient.identifier": "urn:centre:patient|DEMO-8"})) == 1
    (mia,) = _found(fhir, "Patient", given="Mia")
    assert len(_found(fhir, "Observation", patient=mia["id"])) == 1


@pytest.mark.parametrize(
    ("number", "printed"),
    [
        (0, ["1 dose", "1980-05-17 2 versions"]),
        (1, ["3 observations, page by page", "3 counted", "1980-05-17"]),
    ],
    ids=["httpx", "fhirpy"],
)
def test_the_samples_for_python(
    number: int, printed: list[str], served: str, token: Callable[..., str], tmp_path: Path
) -> None:
    said = _run([sys.executable, "-"], _samples("python")[number], served, tmp_path, TOKEN=token())
    assert said.splitlines() == printed


@pytest.mark.node
def test_the_sample_for_javascript(served: str, token: Callable[..., str]) -> None:
    if not shutil.which("node") or not (NODE / "node_modules").is_dir():
        pytest.skip("Node is not installed")
    (sample,) = _samples("javascript")
    # Read from its input, it finds its packages where it is run.
    said = _run(["node", "--input-type=module"], sample, served, NODE, TOKEN=token())
    assert said.splitlines() == ["1 dose", "1980-05-17 2 versions", "400 not-supported"]


def _run(command: list[str], sample: str, served: str, folder: Path, **environment: str) -> str:
    ran = subprocess.run(
        command,
        input=sample.replace(PRINTED, served),
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return ran.stdout


def _command_line(urls: Urls, folder: Path) -> dict[str, str]:
    """The environment in which ``throughcare`` works on the test's database."""
    programs = folder / "programs"
    programs.mkdir()
    program = programs / "throughcare"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m services.cli "$@"\n')
    program.chmod(0o755)
    plain = [url.replace("+psycopg", "") for url in (urls.server, urls.owner)]
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'fhir'}",
        "DATABASE_URL": plain[0],
        "DATABASE_OWNER_URL": plain[1],
        "THROUGHCARE_HOME": str(folder / "home"),
    }


def _found(fhir: httpx.Client, type_: str, **search: str) -> list[dict]:
    answer = fhir.get(f"/{type_}", params=search)
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]
