"""FHIRStarter (MIT) as a peer: its own server, writing the same rows into the same database.

It wants an older FastAPI than ours, so it has an environment of its own, made at the first run.
"""

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from setting import Setting, serving

FOLDER = Path(__file__).parent / ".peer"
REQUIREMENTS = ("fhirstarter==4.2.0", "psycopg[binary,pool]>=3.3,<4", "uvicorn[standard]")


@contextmanager
def serving_peer(setting: Setting) -> Iterator[int]:
    """The port of the peer's server."""
    program = Path(__file__).with_name("peer_app.py")
    environment = {**os.environ, "PEER_DATABASE": setting.conninfo, "FHIR_SEQUENCE": "R4B"}
    with serving([str(_python()), str(program)], environment) as port:
        yield port


def _python() -> Path:
    python = FOLDER / "bin" / "python"
    if not python.exists():
        sys.stderr.write("Making an environment for FHIRStarter ...\n")
        venv.create(FOLDER, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *REQUIREMENTS], check=True)
    return python
