"""Efavirenz induces the breakdown of methadone: withdrawal on days 8 to 10, asked about from day 5 to day 14."""

from clinical.oat.interaction import Days, Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="efavirenz",
    name=N_("Efavirenz"),
    atc=("J05AG03", "J05AR06", "J05AR11"),
    pairs=(
        Pair(
            Agonist.METHADONE,
            Effect.WITHDRAWAL,
            Severity.HIGH,
            "EACS guidelines; DHHS guidelines: exposure down by 50 to 57 %, withdrawal on days 8 to 10, mean dose up by 22 %. That the level rises after a stop: EACS; for how long is proposed by Throughcare, no source",
            verified=True,
            watch=Days(5, 14),
            after_stop=Effect.SEDATION,
            watch_after_stop=Days(1, 14),
        ),
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.WITHDRAWAL,
            Severity.LOW,
            "DHHS guidelines: buprenorphine down by 50 %, norbuprenorphine by 70 %, usually without withdrawal. The days are those of methadone: proposed by Throughcare, no source",
            verified=True,
            watch=Days(5, 14),
        ),
    ),
)
