"""What every batch of a load needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fhir_store.store import Author, Store
from services.shared.database import Database


@dataclass(frozen=True)
class Loading:
    """Where to and as whom. ``known`` are the sources by the addresses that begin references to their resources."""

    database: Database
    store: Store
    author: Author
    known: Mapping[str, str] = field(default_factory=dict)

    @property
    def source(self) -> str | None:
        """Whose ids the files have; None if the ids are ours."""
        return self.author.source
