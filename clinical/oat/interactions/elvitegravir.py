"""Elvitegravir with cobicistat raises buprenorphine."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="elvitegravir",
    name=N_("Elvitegravir with cobicistat"),
    atc=("J05AR09", "J05AR18"),
    pairs=(
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.SEDATION,
            Severity.LOW,
            "DHHS guidelines: buprenorphine up by 35 to 42 %",
            verified=True,
        ),
    ),
)
