"""Load FHIR files into the record store: NDJSON, Bundles, single resources, folders of them."""

from services.exchange.load.crew import LoadInterrupted
from services.exchange.load.load import check, load
from services.exchange.load.outcome import LoadReport
from services.exchange.load.sources import SourceNotFound, source_files

__all__ = ["LoadInterrupted", "LoadReport", "SourceNotFound", "check", "load", "source_files"]
