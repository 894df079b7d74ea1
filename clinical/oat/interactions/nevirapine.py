"""Nevirapine induces the breakdown of methadone: withdrawal on days 8 to 10."""

from clinical.oat.interaction import Days, Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="nevirapine",
    name=N_("Nevirapine"),
    atc=("J05AG01", "J05AR05", "J05AR07"),
    pairs=(
        Pair(
            Agonist.METHADONE,
            Effect.WITHDRAWAL,
            Severity.HIGH,
            "EACS guidelines; DHHS guidelines: exposure down by 41 to 52 %, withdrawal on days 8 to 10. That the level rises after a stop: EACS; for how long is proposed by Throughcare, no source",
            verified=True,
            watch=Days(5, 14),
            after_stop=Effect.SEDATION,
            watch_after_stop=Days(1, 14),
        ),
    ),
)
