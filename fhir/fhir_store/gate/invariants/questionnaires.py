"""Rules of Questionnaire and QuestionnaireResponse."""

from collections.abc import Iterator, Mapping
from typing import Any

from fhir_store.gate.invariants.presence import has, has_any
from fhir_store.gate.invariants.registry import invariant

Json = Mapping[str, Any]
ITEM = "Questionnaire.item"

WITH_LENGTH = {"boolean", "decimal", "integer", "string", "text", "url", "open-choice"}
WITH_ANSWERS = {
    "choice",
    "open-choice",
    "decimal",
    "integer",
    "date",
    "dateTime",
    "time",
    "string",
    "quantity",
}


@invariant("que-1", ITEM, "a group has items, and a display item has none.")
def items_where_they_belong(item: Json) -> bool:
    return {"group": has(item, "item"), "display": not has(item, "item")}.get(item.get("type", ""), True)


@invariant("que-2", "Questionnaire", "each linkId stands once in a questionnaire.")
def link_ids_are_unique(questionnaire: Json) -> bool:
    found = list(_link_ids(questionnaire))
    return len(set(found)) == len(found)


@invariant("que-3", ITEM, "a display item has no code.")
def display_has_no_code(item: Json) -> bool:
    return item.get("type") != "display" or not has(item, "code")


@invariant("que-4", ITEM, "answerOption and answerValueSet exclude each other.")
def one_source_of_answers(item: Json) -> bool:
    return not (has(item, "answerOption") and has(item, "answerValueSet"))


@invariant("que-5", ITEM, "only an item that is answered from a list has answerOption or answerValueSet.")
def answers_only_where_chosen(item: Json) -> bool:
    return item.get("type") in WITH_ANSWERS or not has_any(item, "answerOption", "answerValueSet")


@invariant("que-6", ITEM, "a display item is neither required nor repeated.")
def display_is_not_asked(item: Json) -> bool:
    return item.get("type") != "display" or not has_any(item, "required", "repeats")


@invariant("que-7", "Questionnaire.item.enableWhen", "the answer to the operator exists is true or false.")
def exists_is_boolean(condition: Json) -> bool:
    return condition.get("operator") != "exists" or has(condition, "answerBoolean")


@invariant("que-8", ITEM, "a group or display item has no initial value.")
def initial_only_of_questions(item: Json) -> bool:
    return item.get("type") not in ("group", "display") or not has(item, "initial")


@invariant("que-9", ITEM, "a display item has no readOnly.")
def display_is_read_only_anyway(item: Json) -> bool:
    return item.get("type") != "display" or not has(item, "readOnly")


@invariant("que-10", ITEM, "maxLength is for simple types of question.")
def length_only_of_text(item: Json) -> bool:
    return item.get("type") in WITH_LENGTH or not has(item, "maxLength")


@invariant("que-11", ITEM, "an item with answerOption marks its initial there, not in initial.")
def initial_or_options(item: Json) -> bool:
    return not (has(item, "answerOption") and has(item, "initial"))


@invariant("que-12", ITEM, "several enableWhen need an enableBehavior.")
def several_conditions_are_joined(item: Json) -> bool:
    # The text says "more than one", the official expression more than two; the expression decides.
    return len(item.get("enableWhen", ())) <= 2 or has(item, "enableBehavior")


@invariant("que-13", ITEM, "only an item that repeats has several initial values.")
def several_initial_if_repeated(item: Json) -> bool:
    return item.get("repeats") is True or len(item.get("initial", ())) <= 1


@invariant("qrs-1", "QuestionnaireResponse.item", "items stand under the item or under its answer, not both.")
def items_in_one_place(item: Json) -> bool:
    return not (has(item, "answer") and has(item, "item"))


def _link_ids(holder: Json) -> Iterator[str]:
    for item in holder.get("item", ()):
        if "linkId" in item:
            yield item["linkId"]
        yield from _link_ids(item)
