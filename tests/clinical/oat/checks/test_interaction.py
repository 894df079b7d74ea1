"""Interactions, by the days on which their effects come."""

from datetime import date

import pytest
from oat import DAY, SUBLINGUAL, ZONE, a_happened, a_law, a_proposal, an_order, held, on

from clinical.oat.checks import first_dose, issues_of
from clinical.oat.checks import interaction as check
from clinical.oat.happened import Kind
from clinical.oat.interaction import EFFECT_WORDS, Effect, Hit, Phase, asked_on, hits_of, partners
from clinical.oat.interaction_due import to_be_looked_at
from clinical.oat.issue import Severity
from clinical.oat.medicine import Medicine, medicine_of
from clinical.oat.product import Agonist

METHADONE, BUPRENORPHINE, MORPHINE = Agonist.METHADONE, Agonist.BUPRENORPHINE, Agonist.MORPHINE
EFAVIRENZ, RIFAMPICIN = "J05AG03", "J04AB02"
FIRST = on(-100)


def hits(agonist: Agonist, atc: str, day: int = 0, start: int = 0, end: int | None = None) -> list[Hit]:
    medicine = Medicine(atc, on(start), None if end is None else on(end))
    return list(hits_of(agonist, [medicine], on(day)))


def effects(agonist: Agonist, atc: str, **days: int | None) -> list[tuple[str, Effect]]:
    return [(one.partner.code, one.effect) for one in hits(agonist, atc, **days)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("agonist", "atc", "expected"),
    [
        (METHADONE, "J05AG03", [("efavirenz", Effect.WITHDRAWAL)]),
        (METHADONE, "J05AR06", [("efavirenz", Effect.WITHDRAWAL)]),
        (BUPRENORPHINE, "J05AG03", [("efavirenz", Effect.WITHDRAWAL)]),
        (MORPHINE, "J05AG03", []),
        (METHADONE, "J05AG01", [("nevirapine", Effect.WITHDRAWAL)]),
        (
            METHADONE,
            "J05AR10",
            [("lopinavir-ritonavir", Effect.QT), ("lopinavir-ritonavir", Effect.WITHDRAWAL)],
        ),
        (METHADONE, "J05AE10", [("darunavir", Effect.SEDATION), ("darunavir", Effect.WITHDRAWAL)]),
        (METHADONE, "J05AF01", [("zidovudine", Effect.PARTNER_TOXICITY)]),
        (METHADONE, "J05AR05", [("nevirapine", Effect.WITHDRAWAL), ("zidovudine", Effect.PARTNER_TOXICITY)]),
        (METHADONE, "J04AB02", [("rifampicin", Effect.WITHDRAWAL)]),
        (BUPRENORPHINE, "J04AM02", [("rifampicin", Effect.WITHDRAWAL)]),
        (MORPHINE, "J04AB02", [("rifampicin", Effect.WITHDRAWAL)]),
        (BUPRENORPHINE, "J05AE08", [("atazanavir", Effect.AVOID), ("atazanavir", Effect.SEDATION)]),
        (BUPRENORPHINE, "J05AR23", [("atazanavir-boosted", Effect.SEDATION)]),
        (METHADONE, "J05AE08", []),
        (BUPRENORPHINE, "J05AR18", [("elvitegravir", Effect.SEDATION)]),
        (METHADONE, "J02AC01", [("azoles", Effect.QT), ("azoles", Effect.SEDATION)]),
        (BUPRENORPHINE, "J02AC01", [("azoles", Effect.SEDATION)]),
        (METHADONE, "J01FA09", [("qt-lengthening", Effect.QT)]),
        (METHADONE, "N05BA12", [("sedatives", Effect.SEDATION)]),
        (MORPHINE, "N02BF02", [("sedatives", Effect.SEDATION)]),
        (BUPRENORPHINE, "N07BB04", [("naltrexone", Effect.AVOID)]),
        # Of these nothing that matters comes: dolutegravir combined, bictegravir combined, raltegravir, tenofovir, rifabutin.
        (METHADONE, "J05AR27", []),
        (METHADONE, "J05AR20", []),
        (METHADONE, "J05AJ01", []),
        (METHADONE, "J05AR03", []),
        (METHADONE, "J04AB04", []),
    ],
)
def test_the_first_table(agonist: Agonist, atc: str, expected: list[tuple[str, Effect]]) -> None:
    assert effects(agonist, atc) == expected


@pytest.mark.parametrize(("day", "asks"), [(0, False), (3, False), (4, True), (13, True), (14, False)])
def test_withdrawal_by_efavirenz_is_asked_about_from_day_5_to_day_14(day: int, asks: bool) -> None:
    medicine = Medicine(EFAVIRENZ, DAY)
    assert bool(asked_on(METHADONE, [medicine], on(day))) is asks
    (hit,) = hits_of(METHADONE, [medicine], on(day))
    assert (hit.phase, hit.first, hit.last) == (Phase.TAKEN, on(4), on(13))


@pytest.mark.parametrize(
    ("day", "phase", "asks"),
    [
        (9, Phase.TAKEN, True),
        (10, Phase.TAKEN, False),
        (11, Phase.STOPPED, True),
        (31, Phase.STOPPED, True),
        (32, None, False),
    ],
)
def test_rifampicin_is_told_at_its_start_and_at_its_stop(day: int, phase: Phase | None, asks: bool) -> None:
    """Begun four days before, stopped after day 10: asked about withdrawal on days 2 to 14, about sedation for 21 days."""
    medicine = Medicine(RIFAMPICIN, on(-4), on(10))
    found = hits_of(METHADONE, [medicine], on(day))
    assert [one.phase for one in found] == ([phase] if phase else [])
    assert bool(asked_on(METHADONE, [medicine], on(day))) is asks
    if phase is Phase.STOPPED:
        assert [(one.effect, one.first, one.last) for one in found] == [(Effect.SEDATION, on(11), on(31))]


def test_what_was_not_begun_yet_does_nothing_yet() -> None:
    assert hits(METHADONE, EFAVIRENZ, day=-1) == []
    assert hits(METHADONE, EFAVIRENZ, day=-1, end=5) == []


def test_what_has_no_effect_after_its_stop_is_over_with_it() -> None:
    assert effects(METHADONE, "N05BA01", day=1, end=1) == [("sedatives", Effect.SEDATION)]
    assert effects(METHADONE, "N05BA01", day=2, end=1) == []


def test_as_long_as_both_are_taken_it_is_asked_about() -> None:
    open_end, ending = hits(METHADONE, "N05BA01", day=50)[0], hits(METHADONE, "N05BA01", day=3, end=5)[0]
    assert (open_end.first, open_end.last, open_end.asks_on(on(500))) == (DAY, None, True)
    assert (ending.last, ending.asks_on(on(5)), ending.asks_on(on(6)), ending.asks_on(on(-1))) == (
        on(5), True, False, False,
    )  # fmt: skip


def test_hits_have_an_order_of_their_own() -> None:
    medicines = [Medicine("N05BA01", DAY), Medicine(EFAVIRENZ, DAY), Medicine(EFAVIRENZ, on(-1))]
    found = hits_of(METHADONE, medicines, DAY)
    assert [(one.partner.code, one.medicine.start) for one in found] == [
        ("efavirenz", on(-1)), ("efavirenz", DAY), ("sedatives", DAY),
    ]  # fmt: skip
    assert found == hits_of(METHADONE, medicines[::-1], DAY)


def test_every_pair_names_its_source_and_every_window_is_one() -> None:
    for partner in partners().values():
        assert partner.pairs
        for pair in partner.pairs:
            assert pair.source
            assert (pair.watch_after_stop is None) == (pair.after_stop is None)
            assert all(1 <= days.first <= days.last for days in (pair.watch, pair.watch_after_stop) if days)
            if "no source" in pair.source and "proposed by" not in pair.source:
                pytest.fail(partner.code)
    assert set(EFFECT_WORDS) == set(Effect)


# --- before an order is signed


def said(*medicines: Medicine, order: object = None) -> list[tuple[str, Severity, str]]:
    proposal = a_proposal(order, medicines=medicines)  # type: ignore[arg-type]
    return [(one.code, one.severity, str(one.says)) for one in check.check(proposal, a_law())]


def test_each_interaction_is_told_with_its_days() -> None:
    taken, watched, stopped = (
        Medicine("N05BA01", FIRST),
        Medicine(EFAVIRENZ, on(-2)),
        Medicine(RIFAMPICIN, FIRST, on(-3)),
    )
    assert said(taken, watched, stopped) == [
        (
            "interaction-efavirenz",
            Severity.HIGH,
            "Efavirenz: The level of the opioid agonist may fall: ask about withdrawal, from 2026-03-12 to 2026-03-21",
        ),
        (
            "interaction-rifampicin",
            Severity.HIGH,
            f"Rifampicin was stopped: {EFFECT_WORDS[Effect.SEDATION]}, from 2026-03-08 to 2026-03-28",
        ),
        (
            "interaction-sedatives",
            Severity.HIGH,
            f"A benzodiazepine or gabapentinoid: {EFFECT_WORDS[Effect.SEDATION]}, as long as both are taken",
        ),
    ]
    ending = Medicine("N05BA01", FIRST, on(9))
    assert said(ending)[0][2].endswith("as long as both are taken")


def test_the_record_and_the_source_are_told() -> None:
    with_record = Medicine(EFAVIRENZ, DAY, None, "MedicationStatement/e")
    (issue,) = check.check(a_proposal(medicines=(with_record,)), a_law())
    assert issue.evidence == ("MedicationStatement/e",)
    assert issue.source.startswith("EACS")
    (bare,) = check.check(a_proposal(medicines=(Medicine(EFAVIRENZ, DAY),)), a_law())
    assert bare.evidence == ()


@pytest.mark.parametrize(
    ("begins", "told"), [(4, True), (5, True), (6, True), (29, True), (30, True), (31, False)]
)
def test_interactions_are_those_of_all_days_of_the_order(begins: int, told: bool) -> None:
    future = an_order(id="new", start=on(5), end=on(30))
    assert bool(said(Medicine(EFAVIRENZ, on(begins)), order=future)) is told


def test_an_order_without_an_end_has_all_days() -> None:
    assert said(Medicine(EFAVIRENZ, on(500)), order=an_order(id="new", start=on(5), end=None))


@pytest.mark.parametrize(
    ("ends", "phases"),
    [
        (-22, []),
        (-21, ["was stopped"]),
        (-1, ["was stopped"]),
        (0, ["may fall", "ends on 2026-03-10"]),
        (5, ["may fall", "ends on 2026-03-15"]),
        (29, ["may fall", "ends on 2026-04-08"]),
        (30, ["may fall"]),
        (None, ["may fall"]),
    ],
)
def test_a_stop_under_the_order_is_told_with_its_own_window(ends: int | None, phases: list[str]) -> None:
    found = said(Medicine(RIFAMPICIN, FIRST, None if ends is None else on(ends)))
    assert len(found) == len(phases)
    assert all(phase in words for phase, (_, _, words) in zip(phases, found, strict=True))


def test_each_stop_and_start_is_told_once() -> None:
    inside = said(Medicine(RIFAMPICIN, on(3), on(5)))
    assert [one[2] for one in inside] == [
        f"Rifampicin: {EFFECT_WORDS[Effect.WITHDRAWAL]}, from 2026-03-14 to 2026-03-26",
        f"Rifampicin ends on 2026-03-15: {EFFECT_WORDS[Effect.SEDATION]}, from 2026-03-16 to 2026-04-05",
    ]


def test_a_sedative_that_begins_later_is_told_and_is_none_beside_the_first_dose() -> None:
    beside, later = Medicine("N05BA01", DAY), Medicine("N05BA01", on(1))
    for medicine, first in ((beside, True), (later, False)):
        proposal = a_proposal(
            an_order(21, id="new", start=DAY), a_happened(Kind.REFUSED), medicines=(medicine,)
        )
        assert bool(proposal.hits)
        assert bool(proposal.hits_at_first) is first
        (issue,) = first_dose.check(proposal, a_law())
        assert (issue.severity is Severity.HIGH) is first


def test_those_of_an_order_that_has_begun_are_from_today_on() -> None:
    begun = an_order(id="new", start=on(-5))
    assert said(Medicine(EFAVIRENZ, DAY), order=begun)
    assert said(Medicine("J05AE08", DAY), order=an_order(8, id="new", start=DAY, product=SUBLINGUAL))


@pytest.mark.parametrize(
    ("atc", "second"), [(EFAVIRENZ, False), (RIFAMPICIN, False), ("J05AG01", False), ("N07BB04", True)]
)
def test_who_signs_second_is_what_the_protocol_says_of_each_medicine(atc: str, second: bool) -> None:
    """A prison with one doctor gives methadone beside the usual treatment of HIV and tuberculosis."""
    proposal = a_proposal(medicines=(Medicine(atc, on(-2)),))
    (issue,) = (one for one in issues_of(proposal, a_law()) if one.code.startswith("interaction"))
    assert (issue.needs_reason, issue.needs_second, issue.not_set) == (True, second, ())
    silent = a_law(**{f"oat__second_prescriber__{issue.code.replace('-', '_')}": None})
    (strict,) = (one for one in issues_of(proposal, silent) if one.code == issue.code)
    assert (strict.needs_second, strict.not_set) == (True, (f"oat.second-prescriber.{issue.code}",))


# --- what a prescriber is told of under a standing order


def due(agonist: Agonist, medicine: Medicine, day: int, signed_on: int | None = -50) -> list[Effect]:
    signed = None if signed_on is None else on(signed_on)
    return [one.effect for one in to_be_looked_at(agonist, [medicine], on(day), signed)]


@pytest.mark.parametrize(("day", "told"), [(-1, False), (0, True), (4, True), (13, True), (14, False)])
def test_an_inducer_is_looked_at_from_its_first_day_to_the_end_of_its_window(day: int, told: bool) -> None:
    for signed_on in (-50, 3, None):
        assert bool(due(METHADONE, Medicine(EFAVIRENZ, DAY), day, signed_on)) is told


@pytest.mark.parametrize(
    ("day", "effects"), [(0, []), (1, [Effect.SEDATION]), (21, [Effect.SEDATION]), (22, [])]
)
def test_so_is_its_stop(day: int, effects: list[Effect]) -> None:
    assert due(METHADONE, Medicine(RIFAMPICIN, FIRST, DAY), day) == effects


@pytest.mark.parametrize(("signed_on", "told"), [(-1, True), (0, False), (1, False), (None, True)])
def test_what_has_no_window_is_looked_at_until_an_order_is_signed(signed_on: int | None, told: bool) -> None:
    for day in (0, 300):
        assert bool(due(METHADONE, Medicine("N05BA01", DAY), day, signed_on)) is (told or signed_on is None)
    assert due(METHADONE, Medicine("N05BA01", DAY, on(3)), 4) == []


def test_what_is_only_to_be_known_is_no_review() -> None:
    low = [
        (pair.agonist, partner.atc[0])
        for partner in partners().values()
        for pair in partner.pairs
        if pair.severity is Severity.LOW and pair.watch is None
    ]
    assert low
    for agonist, atc in low:
        others = [one for one in hits(agonist, atc) if one.pair.severity is not Severity.LOW]
        assert len(due(agonist, Medicine(atc, DAY), 0)) == len(others)


# --- other medicines, from FHIR


def a_statement(**changes: object) -> dict[str, object]:
    base: dict[str, object] = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": EFAVIRENZ}]},
        "subject": {"reference": "Patient/p"},
        "effectivePeriod": {"start": "2026-03-01"},
    }
    return {name: one for name, one in {**base, **changes}.items() if one is not None}


WRITTEN = {"lastUpdated": "2026-03-05T10:00:00Z"}


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({}, date(2026, 3, 1), None),
        (
            {"effectivePeriod": {"start": "2026-03-01", "end": "2026-03-09"}},
            date(2026, 3, 1),
            date(2026, 3, 9),
        ),
        ({"effectivePeriod": None, "effectiveDateTime": "2026-03-02"}, date(2026, 3, 2), None),
        ({"status": "stopped", "meta": WRITTEN}, date(2026, 3, 1), date(2026, 3, 5)),
        ({"status": "completed", "meta": WRITTEN}, date(2026, 3, 1), date(2026, 3, 5)),
        ({"status": "stopped"}, date(2026, 3, 1), None),
        ({"meta": WRITTEN}, date(2026, 3, 1), None),
        (
            {"status": "stopped", "meta": {"lastUpdated": "2026-02-05T10:00:00Z"}},
            date(2026, 3, 1),
            date(2026, 3, 1),
        ),
        (
            {"resourceType": "MedicationRequest", "effectivePeriod": None, "authoredOn": "2026-03-03"},
            date(2026, 3, 3),
            None,
        ),
        (
            {
                "resourceType": "MedicationRequest",
                "effectivePeriod": None,
                "authoredOn": "2026-03-03",
                "dispenseRequest": {"validityPeriod": {"start": "2026-03-04", "end": "2026-03-06"}},
            },
            date(2026, 3, 4),
            date(2026, 3, 6),
        ),
    ],
)
def test_a_medicine_is_taken_from_a_day_to_a_day(
    changes: dict[str, object], first: date, last: date | None
) -> None:
    found = medicine_of(held(a_statement(**changes)), ZONE)
    assert found
    assert (found.atc, found.start, found.end) == (EFAVIRENZ, first, last)
    assert found.reference.endswith("/m")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "entered-in-error"},
        {"status": "not-taken"},
        {"medicationCodeableConcept": {"text": "efavirenz"}},
        {"subject": {"reference": "Group/g"}},
        {"effectivePeriod": None},
        {"resourceType": "MedicationDispense"},
    ],
)
def test_what_is_not_taken_is_left_out(changes: dict[str, object]) -> None:
    assert medicine_of(held(a_statement(**changes)), ZONE) is None


@pytest.mark.parametrize(("n", "taken"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_medicine_is_taken_on_its_first_and_its_last_day(n: int, taken: bool) -> None:
    assert Medicine(EFAVIRENZ, DAY, on(5)).is_taken_on(on(n)) is taken
    assert Medicine(EFAVIRENZ, DAY).is_taken_on(on(n)) is (n >= 0)
