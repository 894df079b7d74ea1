"""Rifampicin lowers methadone and buprenorphine strongly; about two weeks after it is stopped they are back, and so is the danger."""

from clinical.oat.interaction import Days, Effect, Pair, Partner
from clinical.oat.issue import Severity
from clinical.oat.product import Agonist
from clinical.words import N_

SOURCE = "cited as CTS and BU, which texts these are is to be looked up: withdrawal in 21 of 30 on methadone, in 6 of 12 on buprenorphine from day 6; after a stop induction wears off in about 2 weeks"

PARTNER = Partner(
    code="rifampicin",
    name=N_("Rifampicin"),
    atc=("J04AB02", "J04AM02", "J04AM05", "J04AM06", "J04AM07"),
    pairs=tuple(
        Pair(
            agonist,
            Effect.WITHDRAWAL,
            Severity.HIGH,
            source,
            verified=verified,
            watch=Days(2, 14),
            after_stop=Effect.SEDATION,
            watch_after_stop=Days(1, 21),
        )
        for agonist, source, verified in (
            (Agonist.METHADONE, SOURCE, True),
            (Agonist.BUPRENORPHINE, SOURCE, True),
            (Agonist.MORPHINE, "proposed by Throughcare, no source", False),
        )
    ),
)
"""From which to which day to ask is proposed by Throughcare; a week is added to the two that are stated."""
