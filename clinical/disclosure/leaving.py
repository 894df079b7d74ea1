"""What may leave of a Bundle, worked out after it was put together: whatever put it together is not trusted with that.

Nothing that stays says of what goes that there was more. References to what does not go are taken out, and what cannot
stand without them goes as well; so a reference in the result names something in the result. Narratives always go: no
machine can read them, and whether one is left would tell whether something was taken out. Prisons, their numbers and
their names, why a dose was missed in custody: never, whatever was agreed.

What is left is as it was submitted, token for token, without white space between them: that would tell where something was.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from json import dumps
from typing import Any

from clinical.disclosure.agreement import Agreement
from clinical.disclosure.custody import is_prison_number, tells_by_extension
from clinical.disclosure.cutting import Fresh, Kept, Part, cut, written
from clinical.disclosure.house import NO_HOUSE, House, mentions
from clinical.labels import Label, for_disclosure, is_hint, labels_of, tells_of_custody
from clinical.labels.readable import FREE_TEXT, NOT_FOR_MACHINES
from fhir_store.gate import issues_of
from fhir_store.json_text import ResourceText, dense, parse

Json = Mapping[str, Any]

OURS = "urn:throughcare:profile:"
FILTERED = {"system": "urn:throughcare:code-system:provenance-activity", "code": "prepared-for-disclosure"}
TITLE = "Health record"
"""Of every document that leaves: a title could tell."""

REDACTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "REDACTED"}
NO_REDISCLOSURE = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "NORDSCLCD"}
ALWAYS = (REDACTED, NO_REDISCLOSURE)
"""Labels of every Bundle that leaves, whether anything was taken out or not."""

UNNAMED = {"display": "Health service"}
"""In whose name a document goes that is told by itself."""

FRAMES = frozenset({"Composition", "Provenance", "List"})
"""Types that hold other resources together. Words in these are of what they hold, and always go; the rest is judged."""

NO_WORDS = frozenset({"base64Binary", "date", "dateTime", "instant", "time"})
"""Data types in which nothing can be named."""

ITSELF = "#"
"""How what is contained refers to what it stands in."""

ENTRY_PARTS = frozenset({"id", "extension", "fullUrl", "resource"})
"""What an entry keeps; how it was asked for, found and answered stays here."""

REPLACED = frozenset({("Composition", "title"), ("Composition", "author")})
"""What every document has anew."""

CODED = frozenset(Label) - {Label.R, Label.V, Label.N}
"""Labels that a code means."""

_WORD = re.compile(r"""[^\s"'<>()\[\]{}|,;?#]+""")

DROPPED = frozenset(
    {
        ("Bundle", "total"), ("Bundle", "link"), ("Bundle", "signature"), ("Bundle", "meta"),
        ("Bundle", "extension"), ("Bundle.entry", "extension"), ("Bundle", "implicitRules"),
        ("Provenance", "signature"), ("Meta", "source"), ("Meta", "extension"),
    }
)  # fmt: skip
"""Members that say something of the whole, or of where it is from."""


@dataclass(frozen=True)
class Sending:
    """One thing to send.

    Attributes:
        agreement: what the recipient may get at the instant of sending.
        sender: the literal reference of the Organization in whose name it goes, which is no prison.
        at: the instant of sending, with its zone.
        house: what is known of places.
    """

    agreement: Agreement
    sender: str
    at: datetime
    house: House = NO_HOUSE


def leaving(bundle: ResourceText, sending: Sending) -> ResourceText | None:
    """What may leave of a Bundle that has passed the gate; None if nothing may.

    Leaving once more changes nothing; with a narrower agreement, or one that was withdrawn meanwhile, less is left.
    """
    author = {"reference": sending.sender}
    left = _Scope(sending.agreement, author, sending.house, frozenset()).bundle(bundle.value)
    if left is None:
        return None
    entries = left["entry"]
    told = {
        **left,
        "meta": Fresh({"security": _labels(left, sending.house)}),
        "entry": Kept([*entries, Fresh(_provenance(left, sending))], [*entries.places, 0]),
    }
    return parse(dense(written(bundle.text, bundle.value, told)))


def leaving_alone(resource: ResourceText, agreement: Agreement, house: House) -> str | None:
    """What may be told of one resource by itself, which has passed the gate; None if nothing may.

    It names only what ``house.outside`` does. It is labelled as redacted whether anything was taken out or not, since
    the label would tell otherwise.

    Args:
        resource: as it is stored.
        agreement: what every patient agreed to whose record it is part of; of nobody's, everything (``WHOLE``).
        house: what is known of places, and what may be named.
    """
    there = house.outside - house.prisons
    absent = (house.prisons | house.hidden) - there
    left = _Scope(agreement, UNNAMED, house, there, absent).resource(resource.value)
    if left is None:
        return None
    # Always in the same place and order: where it stood would tell whether somebody had written anything in it.
    kept = {**_without(left, "meta"), **_address_of(resource.value)}
    content = dense(written(resource.text, resource.value, kept))
    meta = dumps(_marked(_plain(left.get("meta", {}))), ensure_ascii=False, separators=(",", ":"))
    return f'{content[:-1]},"meta":{meta}}}'


def _address_of(resource: Json) -> Json:
    """Its id stays, whatever it is like: by that it was asked for."""
    return {"id": resource["id"]} if "id" in resource else {}


def _marked(meta: Json) -> Json:
    """The same with the labels of what leaves."""
    stated = meta.get("security", [])
    labels = [*stated, *(one for one in ALWAYS if one not in stated)]
    by_name = {**meta, "security": labels}
    return {name: by_name[name] for name in sorted(by_name)}


def _labels(bundle: Json, house: House) -> list[Json]:
    entries = [_plain(entry) for entry in bundle["entry"]]
    known = house.knowing((addresses(one), one["resource"]) for one in entries)
    found = {label for one in entries for label in for_disclosure(labels_of(one["resource"], known.places))}
    labels = [{"system": one.system, "code": str(one)} for one in Label if one in found]
    return [*labels, *ALWAYS]


def _provenance(bundle: Json, sending: Sending) -> Json:
    """That this was prepared for disclosure, by whom and when. It says so of everything that leaves."""
    first = bundle["entry"][0]
    target = next(iter(sorted(addresses(first), reverse=True)), None)
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{sending.sender} {sending.at.isoformat()} {target}")
    return {
        "fullUrl": f"urn:uuid:{name}",
        "resource": {
            "resourceType": "Provenance",
            "target": [{"reference": target} if target else {"type": first["resource"]["resourceType"]}],
            "recorded": sending.at.isoformat(),
            "activity": {"coding": [FILTERED]},
            "agent": [{"who": {"reference": sending.sender}}],
        },
    }


def _is_own_provenance(resource: Json) -> bool:
    activity = resource.get("activity", {})
    return resource.get("resourceType") == "Provenance" and any(
        FILTERED.items() <= coding.items() for coding in activity.get("coding", ())
    )


@dataclass(frozen=True)
class _Scope:
    """What is known where a resource stands: in which Bundle, beside which others."""

    agreement: Agreement
    author: Json
    """In whose name a document goes."""
    house: House
    there: frozenset[str]
    """The addresses of what is there for references to name."""
    absent: frozenset[str] = frozenset()
    """Those of what was there and does not go."""

    # --- a Bundle

    def bundle(self, bundle: Json) -> dict[str, Any] | None:
        """What is left of a Bundle, its entries last; None if no entry is."""
        entries = [(addresses(one), one) for one in bundle.get("entry", ()) if "resource" in one]
        house = self.house.knowing((names, one["resource"]) for names, one in entries)
        going = [
            place
            for place, (names, one) in enumerate(entries)
            if not (names & house.prisons or _is_own_provenance(one["resource"]))
        ]
        while True:
            there = frozenset().union(self.there, house.outside, *(entries[place][0] for place in going))
            gone = frozenset().union(self.absent, *(names for names, _ in entries)) - there
            scope = replace(self, house=house, there=there - house.prisons, absent=gone | house.prisons)
            left = {place: scope.resource(entries[place][1]["resource"]) for place in going}
            still = [place for place in going if left[place] is not None]
            if still == going:
                return scope.framed(bundle, {id(entries[place][1]): left[place] for place in going})
            going = still

    def framed(self, bundle: Json, left: Mapping[int, Any]) -> dict[str, Any] | None:
        """A Bundle with what is left of its entries."""

        def keep(part: Part) -> Any:
            if (part.within, part.name) != ("Bundle", "entry"):
                return self.keep(part, is_frame=True)
            return self._entry(part.value, left[id(part.value)]) if id(part.value) in left else None

        kept = cut(bundle, "Bundle", keep)
        if kept is None or not kept.get("entry"):
            return None
        type_ = _type_of(kept)
        return {**kept, "type": kept["type"] if kept["type"] == type_ else Fresh(type_)}

    def _entry(self, entry: Json, resource: Any) -> Json:
        kept = {name: value for name, value in entry.items() if name in ENTRY_PARTS}
        if self._tells(kept.get("fullUrl", "")):
            del kept["fullUrl"]
        return {**kept, "resource": resource}

    # --- a resource

    def resource(self, resource: Json) -> Any:
        """What is left of a resource; the same object if all of it is; None if nothing may."""
        if tells_of_custody(resource):
            return None
        if resource["resourceType"] == "Bundle":
            return self.bundle(resource)
        local = self._with_contained(resource)
        is_frame = resource["resourceType"] in FRAMES
        left = cut(resource, resource["resourceType"], lambda part: local.keep(part, is_frame))
        if left is None or not self._is_covered(plain := _plain(left), is_frame):
            return None
        if resource["resourceType"] == "Composition":
            left = self._signed(left)
            plain = _plain(left)
        return left if left is resource else _valid(left, plain)

    def _with_contained(self, resource: Json) -> "_Scope":
        """The scope inside a resource: what is contained in it may be named as long as it is left."""
        contained = [one for one in resource.get("contained", ()) if isinstance(one, dict)]
        if not contained:
            return self
        known = [(frozenset({f"#{one.get('id', '')}"}), one) for one in contained]
        house = self.house.knowing(known)
        going = [(names, one) for names, one in known if not names & house.prisons]
        while True:
            names = frozenset[str]().union(*(names for names, _ in going))
            scope = replace(self, house=house, there=(self.there | names) - house.prisons)
            still = [(name, one) for name, one in going if scope.resource(one) is not None]
            if len(still) == len(going):
                return scope
            going = still

    def _is_covered(self, left: Json, is_frame: bool) -> bool:
        """What holds others together is judged by what it says itself, not by what its type may hold."""
        judged = _without(left, "resourceType", "title") if is_frame else left
        return self.agreement.covers(labels_of(judged, self.house.places))

    def _signed(self, composition: Json) -> Json:
        """In the name of the sender, under the title that every document has that leaves."""
        return {**composition, "title": Fresh(TITLE), "author": Fresh([self.author])}

    # --- one value

    def keep(self, part: Part, is_frame: bool) -> Any:
        """The value if it may go, or what is left of it; None if nothing."""
        if part.type == "Resource":
            return self.resource(part.value)
        if (part.within, part.name) in REPLACED:
            return Fresh(part.value)
        if (part.within, part.name) in DROPPED or part.type == "Narrative":
            return None
        if is_frame and (_is_for_people(part) or self._is_telling_section(part)):
            return None
        if isinstance(part.value, str):
            says_nothing = part.type in NO_WORDS or _names_somebody(part)
            return part.value if says_nothing or not self._tells(part.value) else None
        return None if self._is_telling(part) else part.value

    def _is_telling_section(self, part: Part) -> bool:
        """A section tells by its code, even if nothing is in it."""
        if part.name != "section" or not isinstance(part.value, dict):
            return False
        return not self._may_tell(labels_of({"code": part.value.get("code", {})}) & CODED)

    def _is_telling(self, part: Part) -> bool:
        match part.type:
            case "Reference":
                return not self._may_be_named(part.value)
            case "Identifier":
                return self._is_of_prison(part.value)
            case "Address" | "ContactPoint":
                return part.value in self.house.contacts
            case "CodeableConcept":
                return any(_hints(coding) for coding in part.value.get("coding", ()))
            case "Coding":
                return _hints(part.value)
            case "Extension":
                return tells_by_extension(part.value)
        return False

    def _may_be_named(self, reference: Json) -> bool:
        """Only what is there, and no place that tells what the person did not agree to tell."""
        named = reference.get("reference")
        if not isinstance(named, str):
            return False
        if named == ITSELF:
            return True
        address = named.partition("/_history/")[0]
        labels = self.house.places.get(address)
        return address in self.there and (labels is None or self._may_tell(labels))

    def _may_tell(self, labels: AbstractSet[Label]) -> bool:
        return not labels or self.agreement.covers(labels)

    def _is_of_prison(self, identifier: Json) -> bool:
        assigner = identifier.get("assigner", {}).get("reference", "")
        return (
            is_prison_number(identifier)
            or assigner in self.house.prisons
            or identifier in self.house.contacts
        )

    def _tells(self, text: str) -> bool:
        """Whether a text has the name of a prison in it, or the address of what does not go."""
        named = mentions(self.house.names)
        if named is not None and named.search(text):
            return True
        return ("/" in text or ":" in text) and any(one in self.absent for one in _addresses_in(text))


def _valid(left: Any, plain: Json) -> Any:
    """What is left, if it is still valid FHIR; if need be without the claim to be of one of our profiles."""
    if not issues_of(plain):
        return left
    unclaimed = _without_claims(left)
    return None if issues_of(_plain(unclaimed)) else unclaimed


def _names_somebody(part: Part) -> bool:
    """A person may be called like a place, and is not there for that."""
    return part.within == "HumanName" and part.name in ("family", "given")


def _is_for_people(part: Part) -> bool:
    """Words, of which a machine cannot tell what they are about."""
    words = (part.within, part.name) == ("CodeableConcept", "text")
    return words or part.name in FREE_TEXT or part.name in NOT_FOR_MACHINES


def addresses(entry: Json) -> frozenset[str]:
    """How a reference may name an entry of a Bundle."""
    resource = entry["resource"]
    found = {entry["fullUrl"]} if "fullUrl" in entry else set()
    if "id" in resource:
        found.add(f"{resource['resourceType']}/{resource['id']}")
    return frozenset(found)


def _addresses_in(text: str) -> Iterator[str]:
    for word in _WORD.findall(text):
        address = word.partition("/_history/")[0].rstrip(".:")
        yield address
        yield "/".join(address.split("/")[-2:])


def _type_of(bundle: Json) -> str:
    """A document that has lost its Composition is a collection, and so is whatever was to be done or was found."""
    first = bundle["entry"][0]["resource"]["resourceType"]
    return "document" if bundle["type"] == "document" and first == "Composition" else "collection"


def _hints(coding: Json) -> bool:
    code, system = coding.get("code"), coding.get("system")
    return isinstance(code, str) and is_hint(system if isinstance(system, str) else "", code)


def _without_claims(resource: Json) -> Json:
    meta = resource.get("meta", {})
    others = [one for one in meta.get("profile", ()) if not str(one).startswith(OURS)]
    rest = {name: _plain(part) for name, part in meta.items() if name != "profile"}
    kept = {**rest, **({"profile": others} if others else {})}
    return {**resource, "meta": Fresh(kept)} if kept else _without(resource, "meta")


def _without(resource: Json, *names: str) -> Json:
    return {name: part for name, part in resource.items() if name not in names}


def _plain(value: Any) -> Any:
    """A value as JSON has it, without what remembers where its parts were."""
    if isinstance(value, Fresh):
        return value.value
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
