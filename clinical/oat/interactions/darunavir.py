"""Darunavir: ritonavir beside it may lower methadone a little, cobicistat may raise it."""

from clinical.oat.interaction import Days, Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="darunavir",
    name=N_("Darunavir, boosted"),
    atc=("J05AE10", "J05AR14", "J05AR22"),
    pairs=(
        Pair(
            Agonist.METHADONE,
            Effect.WITHDRAWAL,
            Severity.LOW,
            "i-base; DHHS guidelines: with ritonavir R-methadone down by 16 to 18 %, with cobicistat it may rise. The days are those of efavirenz: proposed by Throughcare, no source",
            verified=True,
            watch=Days(5, 14),
        ),
        Pair(
            Agonist.METHADONE,
            Effect.SEDATION,
            Severity.LOW,
            "i-base; DHHS guidelines: with cobicistat it may rise. The days are those of efavirenz: proposed by Throughcare, no source",
            verified=True,
            watch=Days(1, 14),
        ),
    ),
)
