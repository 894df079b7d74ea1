"""Azoles against fungi slow the breakdown of methadone and buprenorphine; fluconazole lengthens the QT interval too."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

SOURCE = "MHRA: inhibitors of CYP3A4 with methadone; that azoles are among them is from memory, to be checked"

PARTNER = Partner(
    code="azoles",
    name=N_("An azole against fungi"),
    atc=("J02AC", "J02AB02"),
    pairs=(
        Pair(Agonist.METHADONE, Effect.SEDATION, Severity.MODERATE, SOURCE, verified=False),
        Pair(
            Agonist.METHADONE,
            Effect.QT,
            Severity.MODERATE,
            "EACS guidelines for fluconazole; the others are from memory, to be checked",
            verified=False,
        ),
        Pair(
            Agonist.BUPRENORPHINE,
            Effect.SEDATION,
            Severity.MODERATE,
            "proposed by Throughcare, no source",
            verified=False,
        ),
    ),
)
