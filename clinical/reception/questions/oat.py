"""Opioid agonist treatment that the person says they had, and the last dose: with what, when, how much, where."""

from clinical.reception.claimed import KEYS, NOT_TREATED, records
from clinical.reception.question import Choice, Kind, Part, Question, says
from clinical.words import N_

PRODUCTS = (
    Choice("methadone-oral-solution", N_("Methadone")),
    Choice("buprenorphine-sublingual", N_("Buprenorphine, under the tongue")),
    Choice("buprenorphine-naloxone-sublingual", N_("Buprenorphine with naloxone, under the tongue")),
    Choice("buprenorphine-depot-weekly", N_("Buprenorphine injection, weekly")),
    Choice("buprenorphine-depot-monthly", N_("Buprenorphine injection, monthly")),
    Choice("morphine-slow-release", N_("Slow-release morphine")),
    Choice("other", N_("Yes, and does not know with what")),
)
TREATED = says("oat", *(one.code for one in PRODUCTS))
NEVER_GIVEN = N_(
    "What is said here is never given by itself. Until it is confirmed, a prescriber orders a capped first dose."
)

QUESTIONS = (
    Question(
        code="oat",
        place=20,
        part=Part.SAFETY,
        ask=N_("In opioid agonist treatment before coming here?"),
        choices=(*PRODUCTS, Choice(NOT_TREATED, N_("No treatment"), alone=True)),
        hint=NEVER_GIVEN,
        system="oat-product",
        keys=KEYS,
        records=records,
    ),
    Question(
        code="oat-last",
        place=21,
        part=Part.SAFETY,
        ask=N_("When was the last dose of the treatment?"),
        kind=Kind.WHEN,
        follows=TREATED,
        keys=KEYS,
        records=records,
    ),
    Question(
        code="oat-mg",
        place=22,
        part=Part.SAFETY,
        ask=N_("How much was the last dose?"),
        kind=Kind.AMOUNT,
        hint=NEVER_GIVEN,
        follows=TREATED,
        keys=KEYS,
        records=records,
    ),
    Question(
        code="oat-place",
        place=23,
        part=Part.SAFETY,
        ask=N_("Where was the treatment given?"),
        kind=Kind.PLACE,
        hint=N_("That is who is called next."),
        follows=TREATED,
        keys=KEYS,
        records=records,
    ),
)
