"""Medicines that lengthen the QT interval, as methadone does."""

from clinical.oat.interaction import Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

PARTNER = Partner(
    code="qt-lengthening",
    name=N_("A medicine that lengthens the QT interval"),
    # Rilpivirine alone and combined, fostemsavir, macrolides, moxifloxacin, citalopram and escitalopram.
    atc=(
        "J05AG05", "J05AR08", "J05AR19", "J05AR21", "J05AX29", "J01FA", "J01MA14", "N06AB04", "N06AB10",
    ),
    pairs=(Pair(Agonist.METHADONE, Effect.QT, Severity.MODERATE, "EACS guidelines", verified=True),),
)  # fmt: skip
