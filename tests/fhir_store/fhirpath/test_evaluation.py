"""What an expression finds, where it stands, and what is refused; the official suite has many more."""

from time import thread_time
from typing import Any

import pytest

from fhir_store.fhirpath import BadExpression, Steps, UnsupportedExpression, evaluated
from fhir_store.json_text import parse

OBSERVATION = parse(
    """{
    "resourceType": "Observation", "status": "final", "issued": "2020-01-02T10:00:00Z",
    "contained": [{"resourceType": "Patient", "id": "p", "name": [{"given": ["Ana"]}]}],
    "category": [{"text": "a"}, {"text": "b", "coding": [{"code": "x", "userSelected": true}]}],
    "valueQuantity": {"value": 1.50, "unit": "mg"},
    "component": [{"valueString": "s", "referenceRange": [{"text": "low", "low": {"value": 1}}]}, {"valueInteger": 7}],
    "note": [{"text": "n", "_text": {"extension": [{"url": "u", "valueCode": "c"}]}}],
    "_effectiveDateTime": {"extension": [{"url": "absent", "valueCode": "unknown"}]}
    }"""
).value


def found(expression: str, resource: Any = OBSERVATION) -> list[Any]:
    return [node.value for node in evaluated(expression, resource)]


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("Observation", ()),
        ("Resource", ()),
        ("status", ("status",)),
        ("Observation.value", ("valueQuantity",)),
        ("value.unit", ("valueQuantity", "unit")),
        ("category[1].coding.code", ("category", 1, "coding", 0, "code")),
        ("component.value.ofType(integer)", ("component", 1, "valueInteger")),
        ("component[0].referenceRange.low.value", ("component", 0, "referenceRange", 0, "low", "value")),
        ("contained.name.given", ("contained", 0, "name", 0, "given", 0)),
        ("contained.ofType(Patient).id", ("contained", 0, "id")),
        ("note.text.extension('u').value", ("note", 0, "_text", "extension", 0, "valueCode")),
        ("effective", ("effectiveDateTime",)),
        ("effective.extension.value", ("_effectiveDateTime", "extension", 0, "valueCode")),
        ("category.where(coding.exists(userSelected)).text", ("category", 1, "text")),
        ("category.last().text | category.last().text", ("category", 1, "text")),
    ],
)
def test_a_node_knows_its_place(expression: str, place: tuple[str | int, ...]) -> None:
    assert [node.place for node in evaluated(expression, OBSERVATION)] == [place]


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ("issued < @2020-01-04", [True]),
        ("issued < @2020-01-03", []),
        ("issued = @2020-01-02T12:00:00+02:00", [True]),
        ("@2020-02 < @2019", [False]),
        ("@2020-01-31T23:00:00-05:00 > @2020-02-01T03:59:00Z", [True]),
        ("category.text contains 'b'", [True]),
        ("'b' in category.text", [True]),
        ("(1 | 2).combine(2).distinct() = (1 | 2)", [True]),
        ("component.all(value.exists())", [True]),
        ("effective.hasValue()", [False]),
        ("category.first() ~ category.last()", [False]),
        ("category.first() = category.first()", [True]),
        ("status is code and status is string and (status is id).not()", [True]),
        ("category.count() = 2 xor status.empty()", [True]),
        ("status.matches('^f.*l$')", [True]),
        ("status.matches('fin(al|ish)')", [True]),
        ("status.length() = 5", [True]),
        ("category.take(-1)", []),
        ("category[5]", []),
        ("1.10 ~ 1.1 and 'A  b' ~ 'a B'", [True]),
    ],
)
def test_an_expression_answers(expression: str, answer: list[Any]) -> None:
    assert found(expression) == answer


@pytest.mark.parametrize(
    "expression",
    [
        "1 + 1",
        "4 days",
        "4 'mg' = 4 'mg'",
        "value = value",
        "value ~ value",
        "value > value",
        "%resource.id",
        "category.$index",
        "category.select($index)",
        "descendants()",
        "subject.resolve()",
        "today()",
        "status.nonsense()",
        "issued = '2020-01-02'",
        "-status",
        "status.matches('(a+)+$')",
        "status.matches('(?=a)')",
        "status.matches('(a)\\\\1')",
        "status.matches('[')",
    ],
)
def test_what_is_not_supported_says_so(expression: str) -> None:
    with pytest.raises(UnsupportedExpression):
        evaluated(expression, OBSERVATION)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "(",
        ")",
        "status.",
        "status status",
        "status[",
        "status['a']",
        "status[1.0]",
        "status[valueX]",
        "category.skip('a')",
        "category.single()",
        "category.text.startsWith('a')",
        "category.text and true",
        "category is CodeableConcept",
        "status is Nonsense",
        "Patient.name",
        "nonsense",
        "value[x]",
        "``",
        "`value[x]`",
        "'\\q'",
        "@2020-13-01 = @2020",
        "1 < 'a'",
        "status where",
        "where()",
        "exists(1, 2)",
        "$",
        "\N{GREEK SMALL LETTER ALPHA}",
    ],
)
def test_what_is_wrong_is_refused(expression: str) -> None:
    with pytest.raises(BadExpression) as refusal:
        evaluated(expression, OBSERVATION)
    assert len(expression) < 4 or expression not in str(refusal.value)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 1_000 + "1" + ")" * 1_000,
        "status" + ".first()" * 1_000,
        " and ".join(["true"] * 400),
        "category" + ".select($this.combine($this))" * 60,
        "category" + ".select($this | $this.combine($this))" * 50,
        "category" + "[category.count()" * 100 + "]" * 100,
        "status.matches('" + "a*" * 90 + "')",
        "status.matches('" + "(a|a)" * 30 + "b')",
        "status.matches('" + "a?" * 90 + "')",
        "-" * 1_500 + "1",
        "9" * 1_900 + " ~ 1.0",
        "'" + "\\u0061" * 300,
        "/*" * 900,
        "x" * 2_001,
    ],
)
def test_a_hostile_expression_ends_soon(expression: str) -> None:
    began = thread_time()
    try:
        evaluated(expression, OBSERVATION)
    except BadExpression:
        assert thread_time() - began < 2
    else:
        assert thread_time() - began < 2


def test_a_resource_that_nests_too_deep_breaks_nothing() -> None:
    item: dict[str, Any] = {"linkId": "1"}
    for _ in range(2_000):
        item = {"item": [item]}
    questionnaire = {"resourceType": "Questionnaire", "item": [item]}
    with pytest.raises(UnsupportedExpression):
        evaluated("item = item", questionnaire)


def test_expressions_may_share_a_bound() -> None:
    steps = Steps(10)
    evaluated("category.text", OBSERVATION, steps)
    with pytest.raises(UnsupportedExpression, match="too much work"):
        evaluated("category.text", OBSERVATION, steps)


@pytest.mark.parametrize("type_", [None, 1, [], {}, "Nonsense", "Element"])
def test_a_resource_has_a_type(type_: Any) -> None:
    with pytest.raises(BadExpression):
        evaluated("id", {"resourceType": type_})


@pytest.mark.parametrize(
    ("expression", "rule"),
    [
        ("x" * 2_001, "2000 characters"),
        (" and ".join(["true"] * 102), "100 operators"),
        ("(" * 31 + "1" + ")" * 31, "30 deep"),
        ("status.matches('" + "a*" * 90 + "')", "regular expression is too much work"),
    ],
)
def test_each_limit_says_what_it_is(expression: str, rule: str) -> None:
    with pytest.raises(UnsupportedExpression, match=rule):
        evaluated(expression, OBSERVATION)


@pytest.mark.parametrize(
    ("expression", "work"), [("category", 2 + 2), ("category.combine(category)", 2 + 4 + 3 + 4 + 4)]
)
def test_every_value_that_is_found_counts(expression: str, work: int) -> None:
    evaluated(expression, OBSERVATION, Steps(work))
    with pytest.raises(UnsupportedExpression):
        evaluated(expression, OBSERVATION, Steps(work - 1))
