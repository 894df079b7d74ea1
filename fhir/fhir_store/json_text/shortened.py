"""Resources with elements left out, as ``_elements`` and ``_summary`` ask; what is kept is kept token for token.

http://hl7.org/fhir/R4/search.html#elements and http://hl7.org/fhir/R4/search.html#summary
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from fhir_store.definitions import Element, children, type_named
from fhir_store.json_text.parsing import ResourceText, scan
from fhir_store.json_text.tokens import member_texts, object_texts

SUBSETTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"}
"""The tag of a resource that is not whole, so that nobody takes it for one and sends it back as an update."""

_TAG = f'{{"system":"{SUBSETTED["system"]}","code":"{SUBSETTED["code"]}"}}'

ALWAYS = ("resourceType", "id")

Shortener = Callable[[str], str]
"""Takes the text of a value and gives the text of it that is shown."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What is kept of an object: members as they are, and shortened members. Names are in their quotes."""

    whole: frozenset[str]
    shorteners: Mapping[str, Shortener]


def with_elements(resource: ResourceText, elements: Collection[str]) -> str:
    """The text with the named top-level elements, those without which it would be wrong or not valid, and the tag.

    An element of several types is named with or without its type: ``value``, ``valueQuantity``. Names that the
    type does not have are passed over.
    """
    return _shortened(resource, _part_with(_type(resource), frozenset(elements)))


def summarised(resource: ResourceText, mode: str) -> str:
    """The text as ``_summary`` asks: ``true``, ``text`` or ``data``. Tagged as a subset. Raises KeyError."""
    return _shortened(resource, MODES[mode](_type(resource)))


def _type(resource: ResourceText) -> str:
    return str(resource.value["resourceType"])


# --- what is kept


@lru_cache(maxsize=512)
def _part_with(type_: str, elements: frozenset[str]) -> _Part:
    asked = [
        name
        for element in children(type_).values()
        for name, _ in element.json_names()
        if element.min or element.is_modifier or elements & {name, element.name.removesuffix("[x]")}
    ]
    return _top(asked)


@cache
def _text_only(type_: str) -> _Part:
    return _top(_names(e for e in children(type_).values() if e.min or e.name == "text"))


@cache
def _all_but_text(type_: str) -> _Part:
    return _top(_names(e for e in children(type_).values() if e.name != "text"))


@cache
def _summary(type_: str) -> _Part:
    part = _summary_part(type_, "")
    return _Part((part.whole | _quoted(ALWAYS)) - {'"meta"'}, {**part.shorteners, '"meta"': _tagged})


MODES: Mapping[str, Callable[[str], _Part]] = {
    "true": _summary,
    "text": _text_only,
    "data": _all_but_text,
}


def _top(names: Iterable[str]) -> _Part:
    return _Part(_quoted([*ALWAYS, *names]) - {'"meta"'}, {'"meta"': _tagged})


def _names(elements: Iterable[Element]) -> list[str]:
    return [name for element in elements for name, _ in element.json_names()]


def _quoted(names: Iterable[str]) -> frozenset[str]:
    """With the members that carry the extensions of a primitive: ``_birthDate`` beside ``birthDate``."""
    return frozenset(f'"{prefix}{name}"' for name in names for prefix in ("", "_"))


# --- summaries


@cache
def _summary_part(type_: str, path: str) -> _Part:
    whole, shorteners = set[str](), dict[str, Shortener]()
    for element in _in_summary(type_, path):
        for name, (of_type, at) in _places(type_, path, element):
            if _is_whole(of_type, at):
                whole.add(name)
            else:
                shorteners[f'"{name}"'] = _shortener(of_type, at)
    return _Part(_quoted(whole), shorteners)


def _in_summary(type_: str, path: str) -> list[Element]:
    """With what is mandatory, so that it stays valid; a data type keeps its id and extensions."""
    kept = () if path or type_named(type_).kind == "resource" else ("id", "extension")
    return [e for e in children(type_, path).values() if e.is_summary or e.min or e.name in kept]


_Place = tuple[str, str]
"""Where the parts of an element are defined: a type, and a path of it."""


def _places(type_: str, path: str, element: Element) -> Iterator[tuple[str, _Place]]:
    """Each name that an element can have in JSON, with the place of its parts."""
    for name, of_type in element.json_names():
        if element.content:
            owner, _, at = element.content.partition(".")
            yield name, (owner, at)
        elif of_type in ("BackboneElement", "Element"):
            yield name, (type_, f"{path}.{name}".lstrip("."))
        else:
            yield name, (of_type.partition("/")[0], "")


@cache
def _is_whole(type_: str, path: str) -> bool:
    """Whether a summary shows all of it."""
    return _nothing_left_out((type_, path), set())


def _nothing_left_out(place: _Place, seen: set[_Place]) -> bool:
    type_, path = place
    # An extension that can change the meaning is shown, and then with its value, though R4 marks no part of it.
    if place in seen or type_ == "Extension" or type_named(type_).is_primitive:
        return True
    seen.add(place)
    shown = _in_summary(type_, path)
    return len(shown) == len(children(type_, path)) and all(
        _nothing_left_out(below, seen) for element in shown for _, below in _places(type_, path, element)
    )


def _shortener(type_: str, path: str) -> Shortener:
    """Gives what a summary shows of an object or a list of them; empty if nothing."""

    def shorten(text: str) -> str:
        part = _summary_part(type_, path)
        if _shows_all(text, part, _left_out(type_, path)):
            return text
        if text[0] == "{":
            return _kept(text, part)
        entries = ",".join(filter(None, (_kept(entry, part) for entry in object_texts(text))))
        return f"[{entries}]" if entries else ""

    return shorten


@cache
def _left_out(type_: str, path: str) -> frozenset[str]:
    every = _quoted(_names(children(type_, path).values()))
    return every - _quoted(_names(_in_summary(type_, path)))


def _shows_all(text: str, part: _Part, left_out: Collection[str]) -> bool:
    """True only if nothing is to be left out; cheap, and so for most."""
    return not (part.shorteners or "\\" in text or any(name in text for name in left_out))


# --- the text


def _shortened(resource: ResourceText, part: _Part) -> str:
    kept = _kept(resource.text, part)
    return kept if "meta" in resource.value else f'{kept[:-1]},"meta":{{"tag":[{_TAG}]}}}}'


def _kept(text: str, part: _Part) -> str:
    """What is kept of the object that the text is; empty if nothing."""
    pieces = []
    for member, name, value in member_texts(text):
        if name in part.whole:
            pieces.append(member)
        elif name in part.shorteners and (shown := part.shorteners[name](value)):
            pieces.append(member.removesuffix(value) + shown)
    return f"{{{','.join(pieces)}}}" if pieces else ""


def _tagged(meta: str) -> str:
    """The text of a meta with the tag behind those it has."""
    pieces = {name: (member, value) for member, name, value in member_texts(meta)}
    member, tags = pieces.get('"tag"', ('"tag":[]', "[]"))
    pieces['"tag"'] = member.removesuffix(tags) + _with_tag(tags), tags
    return f"{{{','.join(member for member, _ in pieces.values())}}}"


def _with_tag(tags: str) -> str:
    present = scan(tags, 0)[0]
    if any(SUBSETTED.items() <= tag.items() for tag in present):
        return tags
    return f"{tags[:-1]}{',' if present else ''}{_TAG}]"
