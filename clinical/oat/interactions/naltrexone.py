"""Naltrexone blocks every opioid agonist, and brings on withdrawal at once."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="naltrexone",
    name=N_("Naltrexone"),
    atc=("N07BB04",),
    pairs=tuple(
        Pair(
            agonist,
            Effect.AVOID,
            Severity.HIGH,
            "proposed by Throughcare, no source",
            verified=False,
        )
        for agonist in Agonist
    ),
)
