"""An order as FHIR: through the gate, there and back, and as others write it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oat import DAY, MONTHLY, ONE_DAY, SUBLINGUAL, WEEKLY, ZONE, an_order, held, mg, on
from spec.oat_records import every, order

from clinical.oat.errors import NotReadable
from clinical.oat.hold import HoldReason
from clinical.oat.order import OatOrder, OrderStatus, Part, Plan, Signature, Step, TelephoneOrder, Weekday
from clinical.oat.order_resource import order_of, request_of
from clinical.oat.product import products
from fhir_store.gate import issues_of

DOSES = st.decimals(min_value="0.5", max_value=200, places=1)
TIMES = st.none() | st.sampled_from([time(6), time(18, 30)])
INSTANTS = st.integers(0, 10**6).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n))
PEOPLE = st.none() | st.sampled_from(["dr-a", "dr-b"])


@st.composite
def steps(draw: st.DrawFn, interval: int) -> tuple[Step, ...]:
    found, first = [], on(-30)
    for _ in range(draw(st.integers(0, 3))):
        last = first + timedelta(days=draw(st.integers(0, 5)))
        found.append(Step(first, last, draw(day_parts(interval))))
        first = last + ONE_DAY
    return (*found, Step(first, None, draw(day_parts(interval))))


def day_parts(interval: int) -> st.SearchStrategy[tuple[Part, ...]]:
    one = st.builds(Part, DOSES, TIMES)
    return st.lists(one, min_size=1, max_size=1 if interval > 1 else 3).map(tuple)


@st.composite
def telephone_orders(draw: st.DrawFn) -> TelephoneOrder:
    return TelephoneOrder(
        draw(INSTANTS),
        draw(st.sampled_from([DAY, on(1)])),
        draw(st.integers(1, 2)),
        draw(st.booleans()),
        draw(PEOPLE),
        draw(PEOPLE),
        draw(st.none() | INSTANTS),
    )


@st.composite
def orders(draw: st.DrawFn) -> OatOrder:
    product = draw(st.sampled_from(list(products().values())))
    telephone = draw(st.none() | telephone_orders())
    status = draw(
        st.sampled_from([OrderStatus.DRAFT, OrderStatus.ACTIVE, OrderStatus.ON_HOLD, OrderStatus.CANCELLED])
    )
    signature = Signature.UNSIGNED if status is OrderStatus.DRAFT else Signature.SIGNED
    return an_order(
        product=product,
        steps=draw(steps(product.interval_days)),
        end=draw(st.none() | st.just(on(30))),
        status=status,
        signature=Signature.TELEPHONE if telephone else signature,
        prescriber=draw(PEOPLE),
        signed_at=draw(st.none() | INSTANTS),
        telephone=telephone,
        held_because=draw(st.sampled_from(list(HoldReason))) if status is OrderStatus.ON_HOLD else None,
        take_home=draw(st.frozensets(st.sampled_from(list(Weekday)))),
        induction_start=draw(st.none() | st.just(on(-30))),
        weighed_in_pregnancy=draw(st.booleans()),
        prior=draw(st.none() | st.just("before")),
        version="",
    )


@given(orders())
def test_there_and_back_and_through_the_gate(one: OatOrder) -> None:
    resource = held(request_of(one))
    assert issues_of(resource) == []
    assert order_of(resource, ZONE) == one


def read(resource: dict[str, Any]) -> OatOrder:
    found = order_of(held(resource), ZONE)
    assert found is not None
    return found


AMOUNT = [{"doseQuantity": {"value": 40, "unit": "mg", "code": "mg"}}]


def instruction(repeat: dict[str, Any], **other: Any) -> dict[str, Any]:
    return {"timing": {"repeat": repeat}, "doseAndRate": AMOUNT, **other}


def foreign(repeat: dict[str, Any] | None = None, **other: Any) -> dict[str, Any]:
    return order(**{"dosageInstruction": [instruction(repeat or every(1))], **other})


@pytest.mark.parametrize(
    ("repeat", "interval", "times"),
    [
        (every(1), 1, 1),
        (every(1, frequency=None), 1, 1),
        (every(1, frequency=2), 1, 2),
        (every(12, "h"), 1, 2),
        (every(24, "h"), 1, 1),
        (every(1, "wk", frequency=7), 1, 1),
        (every(1, "wk"), 7, 1),
        (every(28), 28, 1),
        (every(1, "mo"), 28, 1),
        (every(14, frequency=2), 7, 1),
        (every(1, frequency=24), 1, 24),
        (every(366), 366, 1),
    ],
)
def test_a_rhythm_is_so_many_doses_on_a_day_every_so_many_days(
    repeat: dict[str, Any], interval: int, times: int
) -> None:
    found = read(foreign(repeat))
    assert (found.interval_days, len(found.parts_on(found.start))) == (interval, times)


@pytest.mark.parametrize(
    "repeat",
    [
        {},
        every(1.5),
        every(1, "wk", frequency=2),
        every(0),
        every(-1),
        every(1, "a"),
        every(1, frequency=25),
        every(367),
        every(1, frequency=0),
    ],
)
def test_a_rhythm_that_is_none_is_told(repeat: dict[str, Any]) -> None:
    with pytest.raises(NotReadable):
        order_of(order(dosageInstruction=[instruction(repeat)]), ZONE)


@pytest.mark.parametrize(
    "changes",
    [
        {"dosageInstruction": [{"timing": {"repeat": every(1)}}]},
        {
            "dosageInstruction": [
                instruction(every(1), doseAndRate=[{"doseQuantity": {"value": 4, "unit": "mL"}}])
            ]
        },
        {
            "dosageInstruction": [
                instruction(every(1), doseAndRate=[{"doseQuantity": {"value": 0, "unit": "mg"}}])
            ]
        },
        {"dosageInstruction": [instruction(every(1)), {"timing": {"repeat": every(1)}}]},
        {"dosageInstruction": [instruction(every(1)), instruction({})]},
        {"dispenseRequest": {"validityPeriod": {"end": "2025-04-01"}}},
        {"subject": {"reference": "Group/g"}},
    ],
)
def test_an_order_that_leaves_out_what_matters_is_told(changes: dict[str, Any]) -> None:
    with pytest.raises(NotReadable):
        order_of(held(foreign(**changes)), ZONE)


@pytest.mark.parametrize(
    "changes",
    [{"intent": "plan"}, {"doNotPerform": True}, {"code": "J05AR27"}, {"code": "N02AA01"}],
)
def test_what_is_no_order_of_this_treatment_is_left_out(changes: dict[str, Any]) -> None:
    assert order_of(held(foreign(**changes)), ZONE) is None


def test_morphine_is_of_this_treatment_if_it_is_for_opioid_dependence() -> None:
    reason = [{"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "F11.2"}]}]
    assert read(foreign(code="N02AA01", reasonCode=reason)).product.code == "morphine-slow-release"


@pytest.mark.parametrize(
    ("repeat", "product"),
    [
        (every(1), SUBLINGUAL),
        (every(2), SUBLINGUAL),
        (every(1, "wk"), WEEKLY),
        (every(28), MONTHLY),
        (every(30), MONTHLY),
    ],
)
def test_buprenorphine_is_told_apart_by_its_interval(repeat: dict[str, Any], product: object) -> None:
    assert read(foreign(repeat, code="N07BC01")).product is product


def test_our_own_code_of_a_product_goes_first() -> None:
    assert read(request_of(an_order(8, product=WEEKLY, interval_days=1))).product is WEEKLY


def test_a_gram_is_a_thousand_milligrams() -> None:
    grams = [{"doseQuantity": {"value": 0.04, "unit": "g", "code": "g"}}]
    found = read(foreign(dosageInstruction=[instruction(every(1), doseAndRate=grams)]))
    assert found.mg_on(found.start) == 40


WRITTEN = {"lastUpdated": "2025-03-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("status", "end", "meta", "last"),
    [
        ("active", "2025-04-01", WRITTEN, date(2025, 4, 1)),
        ("active", None, WRITTEN, None),
        ("active", "2025-04", WRITTEN, date(2025, 4, 30)),
        ("active", "2025-04-02T00:00:00+02:00", WRITTEN, date(2025, 4, 1)),
        ("active", "2025-04-02T00:01:00+02:00", WRITTEN, date(2025, 4, 2)),
        ("stopped", "2025-04-01", WRITTEN, date(2025, 3, 20)),
        ("stopped", "2025-03-10", WRITTEN, date(2025, 3, 10)),
        ("stopped", None, WRITTEN, date(2025, 3, 20)),
        ("stopped", None, {}, date(2025, 3, 1)),
        ("stopped", None, {"lastUpdated": "2025-02-01T10:00:00Z"}, date(2025, 3, 1)),
        ("completed", "2025-03-10", WRITTEN, date(2025, 3, 10)),
        ("completed", "2025-04-01", WRITTEN, date(2025, 4, 1)),
        ("completed", None, WRITTEN, date(2025, 3, 20)),
    ],
)
def test_what_was_stopped_has_not_run_beyond_the_day_on_which_that_was_written(
    status: str, end: str | None, meta: dict[str, str], last: date | None
) -> None:
    assert read(foreign(status=status, end=end, meta=meta)).end == last


def test_a_start_is_the_civil_day_of_the_place() -> None:
    assert read(foreign(start="2025-03-01T23:30:00Z")).start == date(2025, 3, 2)
    validity = {"dispenseRequest": {"validityPeriod": {"end": "2025-04-01"}}}
    assert read(foreign(authoredOn="2025-03-03", **validity)).start == date(2025, 3, 3)


def test_an_order_that_others_wrote_was_signed_there_unless_it_is_a_draft() -> None:
    assert read(foreign()).signature is Signature.SIGNED
    assert read(foreign(status="draft")).signature is Signature.UNSIGNED


def test_a_telephone_order_without_its_slot_is_told() -> None:
    said = {
        "url": "urn:throughcare:extension:telephone-order",
        "extension": [{"url": "read-back", "valueBoolean": True}],
    }
    with pytest.raises(NotReadable):
        order_of(held(foreign(extension=[said])), ZONE)


def test_a_reason_of_a_hold_that_is_not_ours_is_none() -> None:
    reason = {"coding": [{"system": "urn:throughcare:code-system:hold", "code": "sanction"}]}
    found = read(foreign(status="on-hold", statusReason=reason))
    assert (found.status, found.held_because) == (OrderStatus.ON_HOLD, None)


def test_equal_doses_of_a_day_are_one_instruction_that_says_how_many() -> None:
    (said,) = request_of(an_order(35, 35))["dosageInstruction"]
    assert said["timing"]["repeat"] == {"frequency": 2, "period": 1, "periodUnit": "d"}
    assert said["doseAndRate"] == [
        {"doseQuantity": {"value": 35, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}}
    ]


def test_the_doses_of_a_day_are_those_of_its_step() -> None:
    titration = (Step(on(-1), DAY, mg(20)), Step(on(1), on(3), mg(25)), Step(on(4), None, mg("27.5", 10)))
    one = an_order(steps=titration, start=on(-1), end=on(5))
    assert [one.mg_on(on(n)) for n in (-2, -1, 0, 1, 3, 4, 9)] == [
        0,
        20,
        20,
        25,
        25,
        Decimal("37.5"),
        Decimal("37.5"),
    ]
    assert [part.mg for part in one.parts_on(on(4))] == [Decimal("27.5"), 10]
    assert list(one.days(on(-9), on(9))) == [on(n) for n in range(-1, 6)]
    assert list(an_order(start=DAY, end=None).days(on(-9), on(2))) == [DAY, on(1), on(2)]
    assert isinstance(one.mg_on(on(-2)), Decimal)


@pytest.mark.parametrize(
    ("doses", "plan"),
    [
        ((60,), Plan.FIXED),
        ((60, 60), Plan.FIXED),
        ((20, 25, 30), Plan.TITRATION),
        ((30, 25), Plan.TAPER),
        ((20, 30, 25), Plan.MIXED),
    ],
)
def test_a_plan_stays_rises_falls_or_does_both(doses: tuple[int, ...], plan: Plan) -> None:
    found = tuple(Step(on(n), on(n), mg(dose)) for n, dose in enumerate(doses))
    assert an_order(steps=found).plan is plan


@pytest.mark.parametrize(("n", "valid"), [(-31, False), (-30, True), (30, True), (31, False)])
def test_an_order_is_valid_from_its_first_to_its_last_day(n: int, valid: bool) -> None:
    assert an_order().is_valid_on(on(n)) is valid
    assert an_order(status=OrderStatus.DRAFT, signature=Signature.UNSIGNED).is_valid_on(on(n)) is valid
    assert not an_order(status=OrderStatus.CANCELLED).is_valid_on(on(n))


def test_the_days_of_take_home_are_days_of_the_week() -> None:
    one = an_order(take_home=frozenset({Weekday.SAT, Weekday.SUN}))
    assert [one.is_take_home(on(n)) for n in range(7)] == [False, False, False, False, True, True, False]
