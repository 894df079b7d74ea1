"""Load FHIR files into the record store: NDJSON, Bundles, folders of either."""

from services.exchange.load.load import LoadReport, load
from services.exchange.load.sources import SourceNotFound, source_files

__all__ = ["LoadReport", "SourceNotFound", "load", "source_files"]
