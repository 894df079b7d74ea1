"""Atazanavir raises buprenorphine; without a booster they are not given together."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="atazanavir",
    name=N_("Atazanavir"),
    atc=("J05AE08",),
    pairs=(
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.AVOID,
            Severity.HIGH,
            "EACS guidelines; DHHS guidelines: not with unboosted atazanavir. The code does not tell whether ritonavir is given beside it",
            verified=True,
        ),
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.SEDATION,
            Severity.MODERATE,
            "EACS guidelines; DHHS guidelines: buprenorphine and norbuprenorphine up by 50 to 100 % with ritonavir beside it",
            verified=True,
        ),
    ),
)
