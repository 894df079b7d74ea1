"""Where the sample records are."""

from pathlib import Path

import fhir_store


def examples_folder() -> Path:
    """The folder of sample records: beside the package in a checkout, inside it when installed."""
    package = Path(next(iter(fhir_store.__path__)))
    return next(folder for folder in (package.parent / "examples", package / "examples") if folder.is_dir())
