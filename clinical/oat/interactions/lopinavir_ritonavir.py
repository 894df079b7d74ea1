"""Lopinavir with ritonavir lowers methadone and lengthens the QT interval."""

from clinical.oat.interaction import Days, Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="lopinavir-ritonavir",
    name=N_("Lopinavir with ritonavir"),
    atc=("J05AR10",),
    pairs=(
        Pair(
            Agonist.METHADONE,
            Effect.WITHDRAWAL,
            Severity.MODERATE,
            "EACS guidelines; DHHS guidelines: exposure down by 26 to 53 %. The days are those of efavirenz: proposed by Throughcare, no source",
            verified=True,
            watch=Days(5, 14),
            after_stop=Effect.SEDATION,
            watch_after_stop=Days(1, 14),
        ),
        Pair(Agonist.METHADONE, Effect.QT, Severity.MODERATE, "EACS guidelines", verified=True),
    ),
)
