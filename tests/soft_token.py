"""Tokens of SoftHSM 2 in a folder of their own: what is said of PKCS#11 is tried on a real library."""

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest

LIBRARIES = (Path("/usr/lib/softhsm/libsofthsm2.so"), Path("/usr/lib64/pkcs11/libsofthsm2.so"))
RIGHT, WRONG = "246813579", "000000000"
FLAGS = bytes.fromhex("000000008000534b 0000000000000002")
"""In front of the token's flags, in its file."""


def library() -> Path:
    """SoftHSM's library; skips where it or the binding is missing."""
    if shutil.which("softhsm2-util") is None:
        pytest.skip("no softhsm2")
    pytest.importorskip("pkcs11", reason="no python-pkcs11", exc_type=ImportError)
    return next(one for one in LIBRARIES if one.exists())


@dataclass(frozen=True)
class SoftToken:
    """A token, and the file of its PIN."""

    library: Path
    label: str
    folder: Path
    pin_file: Path

    def uri(self, object_: str = "record") -> str:
        """What RECORD_KEYS is set to."""
        return (
            f"pkcs11:token={self.label};object={object_}?module-path={self.library}"
            f"&pin-source={quote(f'file:{self.pin_file}', safe='/:')}"
        )

    def write_pin(self, pin: str) -> None:
        """What the program will try next."""
        self.pin_file.write_text(f"{pin}\n")
        self.pin_file.chmod(0o600)

    def pull(self) -> None:
        """Take it out. What is open of it is of no use any more."""
        self.folder.rename(self._aside)

    def plug(self) -> None:
        """Put it back."""
        self._aside.rename(self.folder)

    def mark(self, flag: int) -> None:
        """Let it say this of itself, as one does of which a few wrong PINs are left."""
        file = self.folder / "token.object"
        content = file.read_bytes()
        at = content.index(FLAGS) + len(FLAGS)
        said = int.from_bytes(content[at : at + 8], "big") | flag
        file.write_bytes(content[:at] + said.to_bytes(8, "big") + content[at + 8 :])

    def flags(self) -> int:
        """What it says of itself."""
        content = (self.folder / "token.object").read_bytes()
        at = content.index(FLAGS) + len(FLAGS)
        return int.from_bytes(content[at : at + 8], "big")

    @property
    def _aside(self) -> Path:
        return self.folder.parents[1] / f"{self.folder.name} aside"


@dataclass(frozen=True)
class SoftTokens:
    """The folder where the library finds its tokens (SOFTHSM2_CONF)."""

    folder: Path
    library: Path

    def new(self) -> SoftToken:
        """A token of a name that no other has, which the library knows."""
        return self.of(f"t{uuid4().hex[:12]}")

    def of(self, label: str) -> SoftToken:
        """One more of a name."""
        before = set(self._tokens.iterdir())
        subprocess.run(
            [
                "softhsm2-util",
                "--init-token",
                "--free",
                "--label",
                label,
                "--pin",
                RIGHT,
                "--so-pin",
                "975318642",
            ],
            check=True,
            capture_output=True,
        )
        (made,) = set(self._tokens.iterdir()) - before
        token = SoftToken(self.library, label, made, self.folder / f"{made.name}.pin")
        token.write_pin(RIGHT)
        return token

    @property
    def _tokens(self) -> Path:
        return self.folder / "tokens"


def soft_tokens(folder: Path) -> SoftTokens:
    """Make the folder, and the file that SOFTHSM2_CONF is to name."""
    (folder / "tokens").mkdir(parents=True)
    conf_of(folder).write_text(
        f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    return SoftTokens(folder, library())


def conf_of(folder: Path) -> Path:
    """The file that SOFTHSM2_CONF is to name."""
    return folder / "softhsm2.conf"


def lose_sessions(library_path: Path, slot: int) -> None:
    """End every session of this program, as a token does that lost power for a moment."""
    assert ctypes.CDLL(str(library_path)).C_CloseAllSessions(ctypes.c_ulong(slot)) == 0
