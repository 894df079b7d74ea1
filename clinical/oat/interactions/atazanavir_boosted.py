"""Atazanavir with a booster raises buprenorphine."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="atazanavir-boosted",
    name=N_("Atazanavir, boosted"),
    atc=("J05AR15", "J05AR23"),
    pairs=(
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.SEDATION,
            Severity.MODERATE,
            "EACS guidelines; DHHS guidelines: buprenorphine and norbuprenorphine up by 50 to 100 %",
            verified=True,
        ),
    ),
)
