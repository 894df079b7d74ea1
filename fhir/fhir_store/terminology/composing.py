"""Which codes a value set has. http://hl7.org/fhir/R4/valueset.html#composition

What cannot be listed is an error. A list is never made shorter because something is missing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from fhir_store.errors import BadDefinition, CircularValueSet, TooCostly
from fhir_store.folding import folded
from fhir_store.terminology.filters import chosen
from fhir_store.terminology.held import Terminology
from fhir_store.terminology.systems import Concept, System, designations

MOST = 20_000
"""Codes of one value set. Ours: several times the largest of R4."""

UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"

Members = dict[tuple[str | None, str], Concept]
"""By system and code, in the order of the value set."""


def expanded(
    terminology: Terminology,
    value_set: Mapping[str, Any],
    *,
    text_filter: str | None = None,
    active_only: bool = False,
) -> list[Concept]:
    """Every code of a value set; with ``text_filter`` those of which each word is in the code or a name of it.

    Raises NotHeld, TooCostly, CircularValueSet, BadDefinition.
    """
    concepts: Iterable[Concept] = _members(terminology, value_set, ()).values()
    if active_only:
        concepts = (concept for concept in concepts if not concept.inactive)
    if text_filter:
        words = text_filter.split()
        concepts = (concept for concept in concepts if _has_words(concept, words))
    return list(concepts)


def codes_in(terminology: Terminology, canonical: str) -> list[tuple[str, str]]:
    """The (system, code) pairs that ``:in`` and ``:not-in`` ask for. Raises as ``expanded`` does."""
    concepts = expanded(terminology, terminology.value_set(canonical))
    return [(concept.system or "", concept.code) for concept in concepts]


def _has_words(concept: Concept, words: Sequence[str]) -> bool:
    names = [concept.code, concept.display or "", *(one.value for one in concept.designations)]
    said, plain = " ".join(names), folded(" ".join(names))
    # A sign such as + is no word, and is then looked for as it is.
    return all(alike in plain if (alike := folded(word)) else word in said for word in words)


def _members(terminology: Terminology, value_set: Mapping[str, Any], within: tuple[str, ...]) -> Members:
    """``within`` are the addresses of the value sets that are being listed and asked for this one."""
    url = value_set.get("url", "")
    if url and url in within:
        raise CircularValueSet
    if "compose" in value_set:
        return _composed(terminology, value_set["compose"], (*within, url))
    if "expansion" in value_set:
        return _keyed(_given(value_set["expansion"]))
    raise BadDefinition("The value set has neither a definition (compose) nor a list of codes (expansion).")


def _composed(terminology: Terminology, compose: Mapping[str, Any], within: tuple[str, ...]) -> Members:
    members: Members = {}
    for include in compose["include"]:
        for key, concept in _included(terminology, include, within).items():
            members.setdefault(key, concept)
        if len(members) > MOST:
            raise TooCostly(MOST)
    for exclude in compose.get("exclude", ()):
        if exclude.keys() <= {"system", "id", "extension"}:
            # A whole system goes, so it need not be held.
            members = {key: one for key, one in members.items() if one.system != exclude["system"]}
        else:
            for key in _included(terminology, exclude, within):
                members.pop(key, None)
    if compose.get("inactive") is False:
        members = {key: concept for key, concept in members.items() if not concept.inactive}
    return members


def _included(terminology: Terminology, include: Mapping[str, Any], within: tuple[str, ...]) -> Members:
    """All that one include or exclude says holds at once."""
    sets = [_members(terminology, terminology.value_set(one), within) for one in include.get("valueSet", ())]
    if "system" in include and not (sets and include.keys().isdisjoint({"concept", "filter"})):
        members = _keyed(_of_system(terminology, include))
    elif sets:
        # Of what the value sets have; the system, if one is named, need not be held to know its codes there.
        system = include.get("system")
        members = {key: one for key, one in sets[0].items() if system in (None, one.system)}
    else:
        raise BadDefinition("The value set includes neither a code system nor a value set.")
    return {key: concept for key, concept in members.items() if all(key in one for one in sets)}


def _of_system(terminology: Terminology, include: Mapping[str, Any]) -> Iterable[Concept]:
    url, version = include["system"], include.get("version")
    if "concept" in include:
        return _listed(include, terminology.code_system(url, version))
    system = terminology.whole_code_system(url, version)
    codes = [chosen(system, filter_) for filter_ in include.get("filter", ())]
    return (concept for code, concept in system.concepts.items() if all(code in one for one in codes))


def _listed(include: Mapping[str, Any], system: System | None) -> Iterator[Concept]:
    """Codes that the value set names itself, with what the code system, if it is held, says of them."""
    known = system.concepts if system else {}
    for one in include["concept"]:
        code = one["code"]
        concept = known.get(code) or Concept(include["system"], code, version=include.get("version"))
        yield replace(
            concept,
            display=one.get("display") or concept.display,
            designations=designations(one) or concept.designations,
        )


def _given(expansion: Mapping[str, Any]) -> list[Concept]:
    """The codes of an expansion that came with the value set, if it is whole."""
    if any(one["url"] == UNCLOSED and one.get("valueBoolean") for one in expansion.get("extension", ())):
        raise BadDefinition(
            "The value set has no definition, and its list of codes says that it is not whole."
        )
    concepts = list(_contained(expansion.get("contains", ())))
    if int(expansion.get("offset", 0)) or int(expansion.get("total", 0)) > len(concepts):
        raise BadDefinition("The value set has no definition, and its list of codes is one page only.")
    return concepts


def _contained(contains: Iterable[Mapping[str, Any]]) -> Iterator[Concept]:
    for one in contains:
        # Without a code it is a heading.
        if "code" in one:
            yield Concept(
                system=one.get("system"),
                code=one["code"],
                display=one.get("display"),
                version=one.get("version"),
                inactive=one.get("inactive", False),
                abstract=one.get("abstract", False),
                designations=designations(one),
            )
        yield from _contained(one.get("contains", ()))


def _keyed(concepts: Iterable[Concept]) -> Members:
    members: Members = {}
    for concept in concepts:
        members.setdefault((concept.system, concept.code), concept)
        if len(members) > MOST:
            raise TooCostly(MOST)
    return members
