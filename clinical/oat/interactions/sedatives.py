"""Benzodiazepines, their relatives and gabapentinoids slow the breath together with any opioid agonist."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="sedatives",
    name=N_("A benzodiazepine or gabapentinoid"),
    atc=("N05BA", "N05CD", "N05CF", "N03AE", "N02BF", "N03AX12", "N03AX16"),
    pairs=tuple(
        Pair(
            agonist,
            Effect.SEDATION,
            Severity.HIGH,
            "MHRA, quoted by NHS Highland: slowed breathing",
            verified=True,
        )
        for agonist in Agonist
    ),
)
