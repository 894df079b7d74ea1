"""Methadone raises zidovudine."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="zidovudine",
    name=N_("Zidovudine"),
    atc=("J05AF01", "J05AR01", "J05AR04", "J05AR05"),
    pairs=(
        Pair(
            Agonist.METHADONE,
            Effect.PARTNER_TOXICITY,
            Severity.LOW,
            "EACS guidelines: exposure to zidovudine up by 29 to 43 %",
            verified=True,
        ),
    ),
)
