"""An unverified last dose: what was claimed is never given, only the protocol's capped first dose on a prescriber's order."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clinical.oat.claim import last_claim
from clinical.oat.product import Product
from clinical.oat.record import TreatmentRecord
from clinical.protocols import Protocol

CAP = "oat.unverified-cap"


@dataclass(frozen=True)
class Cap:
    """The most that may be given. None: nothing, since nobody has set how much."""

    mg: Decimal | None
    not_set: tuple[str, ...] = ()

    def allows(self, mg: Decimal) -> bool:
        """Whether so much may be given."""
        return self.mg is not None and mg <= self.mg


def is_unverified(record: TreatmentRecord, at: datetime) -> bool:
    """Whether the person's last dose is one that they claim and nobody has confirmed, and none was taken since."""
    claim = last_claim(record.claims, at)
    if claim is None or claim.is_verified:
        return False
    return all(dose.occurred_at <= claim.said_at for dose in record.taken(at))


def cap_of(product: Product, protocol: Protocol) -> Cap:
    """The capped first dose of a product. Raises BadProtocol."""
    name = f"{CAP}.{product.code}"
    return Cap(protocol.decimal(name), protocol.not_set(name))
