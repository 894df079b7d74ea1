"""FHIR's XML as its JSON, by the definitions: outside suites have resources in XML. http://hl7.org/fhir/R4/json.html"""

import copy
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

from fhir_store.definitions import Element, children, resource_types, type_named
from fhir_store.json_text import NumberText

FHIR = "{http://hl7.org/fhir}"
XHTML = "http://www.w3.org/1999/xhtml"
NUMBERS = {"decimal", "integer", "positiveInt", "unsignedInt"}

Xml = ElementTree.Element


def resource_from(xml: Xml) -> dict[str, Any]:
    """The resource as parsed JSON; numbers are NumberText."""
    type_ = xml.tag.removeprefix(FHIR)
    return {"resourceType": type_, **_parts(xml, type_, "")}


def _parts(xml: Xml, type_: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {name: xml.attrib[name] for name in ("id", "url") if name in xml.attrib}
    elements = {json: (e, t) for e in children(type_, path).values() for json, t in e.json_names()}
    for child in xml:
        name = child.tag.rpartition("}")[2]
        element, of_type = elements[name]
        under = f"{path}.{element.name}" if path else element.name
        _put(found, name, element, *_value(child, element, of_type, (type_, under)))
    return found


def _put(found: dict[str, Any], name: str, element: Element, value: Any, beside: Mapping[str, Any]) -> None:
    if not element.is_list:
        found.update({key: it for key, it in ((name, value), (f"_{name}", beside)) if it not in (None, {})})
        return
    values, asides = found.pop(name, []), found.pop(f"_{name}", [])
    count = max(len(values), len(asides))
    for key, items, item in ((name, values, value), (f"_{name}", asides, beside or None)):
        if any(one is not None for one in [*items, item]):
            found[key] = [*items, *[None] * (count - len(items)), item]


def _value(xml: Xml, element: Element, type_: str, here: tuple[str, str]) -> tuple[Any, Mapping[str, Any]]:
    code = type_.partition("/")[0]
    if element.content:
        of, _, path = element.content.partition(".")
        return _parts(xml, of, path), {}
    if code in ("BackboneElement", "Element"):
        return _parts(xml, *here), {}
    if code == "Resource":
        (inside,) = (child for child in xml if child.tag.removeprefix(FHIR) in resource_types())
        return resource_from(inside), {}
    if code == "xhtml":
        return _narrative(xml), {}
    if type_named(code).is_primitive:
        beside = {key: it for key, it in _parts(xml, code, "").items() if key != "value"}
        return _primitive(xml.get("value"), code), beside
    return _parts(xml, code, ""), {}


def _primitive(text: str | None, type_: str) -> Any:
    if text is None:
        return None
    if type_ == "boolean":
        return text == "true"
    return NumberText(text) if type_ in NUMBERS else text


def _narrative(xml: Xml) -> str:
    alone = copy.deepcopy(xml)
    alone.tail = None
    ElementTree.register_namespace("", XHTML)
    return ElementTree.tostring(alone, encoding="unicode")
