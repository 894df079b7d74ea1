"""``docs/exchange.md``: what the FHIR API supports, from the tables that it works with.

``python -m services.exchange.manual`` prints the page.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from clinical.disclosure.asking import may_ask
from fhir_store.blind import LONGEST_BEGINNING
from fhir_store.gate import served_types
from fhir_store.gate.primitives import LONGEST_STRING
from fhir_store.gate.rules import MOST_TOLD
from fhir_store.json_text.parsing import DEEPEST
from fhir_store.patching.limits import MOST_OPERATIONS
from fhir_store.search import SupportedParameter, supported
from fhir_store.search.controls import CONTROLS, INCLUDES
from fhir_store.search.criterion import MOST_LINKS
from fhir_store.search.included import MOST_INCLUDED
from fhir_store.search_values.parameters import not_indexed
from services.access.clients import TOKEN_LIFETIME
from services.exchange.api import catalogue
from services.exchange.forms import MOST_PARAMETERS
from services.exchange.idempotency import KEPT, LONGEST_KEY
from services.exchange.interaction import Interaction
from services.exchange.paging import DEFAULT_COUNT, MOST
from services.exchange.terms import HEADERS, QUERY, STATUSES, terms_of
from services.settings import Settings

OPENING = """\
# The FHIR API

FHIR R4 4.0.1 as JSON, under `/fhir`. How to use it, with samples to copy: [integrators.md](integrators.md).
Printed by `python -m services.exchange.manual`; the same tables answer `GET /fhir/metadata`."""

PROMISES = """\
## What you can rely on

- **Nothing is altered.** A resource is answered with the letters that were sent: `1.50` stays `1.50`. Only `id`, `meta`
  and the references that a transaction or an import resolves are written by the server.
- **Nothing is lost.** What is acknowledged is durable: the answer is sent after the database has written it to disk.
- **Nothing is silently ignored.** A parameter or modifier that is not supported is 400, unless you send
  `Prefer: handling=lenient`; then the answer says how many were left out.
- **Nothing is half done.** A transaction is done as a whole or not at all. Every version is kept; a deletion is a version.
- **Nothing is doubled.** Of any number of creates at once with the same `If-None-Exist`, one creates and the others get
  what it made. Of any number of updates at once with the same `If-Match`, one wins and the others get 412. Criteria that
  find several resources are 412, and nothing is done.
- Writes that get in each other's way are tried again by the server; if they still fail, the answer is 409 and nothing was
  done.
- An answer to what was refused is an OperationOutcome. It names the element, never the value, and its `id` is the
  reference to give to support."""

IDENTITY = """\
## Ids and sources

- `POST` gives an id (a UUID). `PUT` to an id that is not there creates it, unless your client has a source (below).
- An id that another client first wrote cannot be overwritten: 409. `Patient/1` of two systems is two people. The scope
  `system/steward` lifts this for whoever merges records.
- A client that keeps records of its own is registered with a source, the base URL of those records. What it calls
  `Patient/1` is then kept under an id of ours that follows from source, type and id: the same one each time, in references
  too. It may use its own ids or ours in every address.
- Files are imported with `throughcare import --source URI` in the same way; importing again updates.
- Absolute references into a known source become references here. References to what is not here (yet) are stored, can be
  searched, and are listed by `throughcare doctor`. A `urn:` reference in a transaction must name one of its entries.
- Identifiers are not unique by themselves. Use `If-None-Exist` with your identifier to create a thing once."""

IN_PART = """\
## Clients that see in part

A client may be registered with a role at a facility ([roles.md](security/roles.md)), or with scopes on a condition. It sees
what its scopes and its role both show, and all else is answered as what is not there: in reads, versions, histories,
searches, includes, chains, totals, `$everything` and conditions.

- What was deleted is not there either: no 410, and no deletion in a history.
- A version is shown if it and the current one may be seen. Version numbers count the others too.
- A client with a role changes what it sees. `PUT` and `PATCH` to anything else are 404, so it creates with `POST`, or under
  its own ids if it has a source. `DELETE` of anything else is 204 and does nothing.
- `If-None-Exist` and criteria find what it sees. A create whose condition would find only what is hidden creates.
- It writes records of people whom its facility treats and changes those that its facility keeps; else 403. Of a
  transaction that also records the arrival, only what needs no treatment relationship yet: send the rest after it.
- A treatment relationship begins with a stay, an EpisodeOfCare or another Encounter at the facility, and ends 60 days after
  the last of them.
- A Task is part of the record of whom it is for or about, a Binary of the Patient in its `securityContext`. A Bundle is part of
  nobody's record, and no role shows it."""

OUTSIDE = """\
## Systems outside

A client with the role of a [treatment centre's system](security/roles.md) gets what people agreed to give its facility. Of what
that facility keeps it is told every letter, so it may read, change and write back. Of what others keep it is told what may leave
the house:

- Prisons, what belongs to them and who works in them only are not there. What names one, a number that one gave out, reasons
  that tell of custody, narratives and references to what the client may not see are left out, and whatever cannot stand
  without them: a missing performer is no error.
- Each such resource has the labels `REDACTED` and `NORDSCLCD` (do not disclose further), whether anything was left out or not,
  and no white space. Its `ETag` is that of the version.
- It cannot be changed: PUT and PATCH are 403 or 409, whatever a patch tests.
- The same request under an `Idempotency-Key` is answered again without what others keep.

It may ask by these parameters, of a type by those that read nothing else there; anything else is 400 and names those of the
type, or with `Prefer: handling=lenient` is left out."""

OUTSIDE_TOO = """\
Modifiers: `:not`, `:exact`, `subject:Patient`. Chains and `_has` go through `patient` and `subject:Patient`. `_sort` takes the same but
for whose it is. `_include` and `_revinclude` bring what may be seen. An identifier is asked for as `system|value`; a code that tells
of custody and a prison's number are refused. A total of more than 1,000 may count what nothing is left of."""

REPEATING = f"""\
## Sending again: Idempotency-Key

A create or a transaction may carry `Idempotency-Key`, a text of your choice (at most {LONGEST_KEY} characters; a UUID is
good). Send the same request again under the same key within {KEPT.days} days, and you get the first answer again and
nothing is done twice. The same key with another request is 422. Keys of different clients have nothing to do with each
other. A refusal is not kept: correct the request and send it under the same key. A batch takes no key, since its entries
have outcomes of their own."""

PAGES = f"""\
## Pages

A Bundle has {DEFAULT_COUNT} resources unless `_count` says otherwise, at most {MOST:,}. Follow the link with relation
`next` until there is none, as it is: it is sealed and works only for your client. It needs nothing kept on the server and
does not expire. While others write, each resource that was there before you began is on exactly one page. Names and
identifiers belong in `POST [type]/_search`: its links carry them sealed, so that no log shows them."""


SEARCHING = f"""\
Parameters of one type are at the [end of this page](#types-and-their-search-parameters). Chains (`patient.family`,
`subject:Patient.name`) and `_has` have up to {MOST_LINKS} links, in any mixture. A comma means or, a parameter that is
repeated means and."""

SEALED = f"""\
## What tells who somebody is

Names, addresses and contacts of Patient and RelatedPerson, and every identifier, also one in a reference, lie in the index
as keyed hashes, and the records of people are sealed.

- Identifiers and contacts are found by the whole value; names and addresses by their beginning (of a longer text than
  {LONGEST_BEGINNING} letters those decide), by `:exact` and by `phonetic`. `:missing`, chains and `_has` work as everywhere.
- Nobody can look into them or put them in order: `:contains` and `_sort` by them are 400.
- The date of birth lies open, so that it can be searched by range.
- What was erased with a person is 410 for ever, in each of its versions; in a history its versions have no resource."""

LISTED = """\
By kind; a reference names in brackets what it may refer to. Everything but composites, `_list` and
[what tells who somebody is](#what-tells-who-somebody-is) can be sorted by."""


def manual() -> str:
    """The page."""
    sections = [OPENING, PROMISES, _interactions(), _headers(), _search(), _not_supported(), SEALED, PAGES]
    sections += [IDENTITY, IN_PART, _outside(), REPEATING, _statuses(), _limits(), _types()]
    return "\n\n".join(sections) + "\n"


BAR = "\\|"
"""A bar inside a cell of a Markdown table."""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |" for cells in lines)


def _outside() -> str:
    rows = [(what, _codes(sorted(names))) for what, names in may_ask()]
    return "\n\n".join([OUTSIDE, _table(("", "parameters"), rows), OUTSIDE_TOO])


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _interactions() -> str:
    offered = catalogue().interactions
    resources = [one for one in offered if not one.code.startswith("$")]
    operations = [one for one in offered if one.code.startswith("$")]
    head = ("asked", "what is done", "headers that matter", "body")
    return "\n\n".join(
        [
            "## Interactions",
            _table(head, map(_interaction, resources)),
            "`HEAD` is answered like `GET`, without the body.",
            "## Operations",
            _table(head, map(_interaction, operations)),
        ]
    )


def _interaction(one: Interaction) -> tuple[str, ...]:
    terms = terms_of(one)
    address = f"`{one.method} /{_path(one)}`"
    return (address, one.title, _codes(terms.headers), _codes(terms.bodies))


def _path(one: Interaction) -> str:
    path = one.path.replace("{type}", one.types[0]) if one.types else one.path
    return path + ("?criteria" if one.code.startswith("conditional-") else "")


def _headers() -> str:
    rows = [(f"`{name}`", meaning) for name, meaning in HEADERS.items()]
    return "\n\n".join(["## Headers", _table(("header", "meaning"), rows)])


def _search() -> str:
    return "\n\n".join(
        [
            "## Search",
            SEARCHING,
            _table(("kind", "written", "modifiers"), _kinds()),
            "Dates without a zone are in the facility's zone. `:in` and `:not-in` take value sets that are held here.",
            "### How to answer",
            _table(
                ("parameter", "meaning"),
                [(f"`{name}`", QUERY[name]) for name in (*CONTROLS, *INCLUDES, "_type")],
            ),
            "`_include` and `_revinclude` also take `:iterate`, and `*` for all references.",
        ]
    )


WRITTEN = {
    "token": "`system|code`, `code`, `system|`, `|code`",
    "string": "the beginning, whatever the case and accents",
    "date": "`2026-03-01`, with `eq ne gt lt ge le sa eb ap` in front",
    "quantity": "`5.4|http://unitsofmeasure.org|mg`, with a prefix as for dates",
    "number": "`5.4`, with a prefix as for dates",
    "reference": "`Patient/1`, `1`, a URL",
    "uri": "the URI",
    "composite": "two values with `$` between them",
    "special": "`_list`: the id of a List",
}


def _kinds() -> Iterator[tuple[str, str, str]]:
    by_kind: dict[str, set[str]] = {}
    for one in _all_parameters():
        by_kind.setdefault(one.kind, set()).update(one.modifiers)
    for kind, written in WRITTEN.items():
        if kind in by_kind:
            also = [":[type]"] if kind == "reference" else []
            yield kind, written, _codes([*(f":{one}" for one in sorted(by_kind[kind])), *also])


def _all_parameters() -> Iterator[SupportedParameter]:
    return (one for type_ in served_types() for one in supported(type_).parameters)


def _not_supported() -> str:
    elsewhere = {one.name for one in _all_parameters()} | {"_has", *QUERY}
    rows = [
        (f"`{one.name}`", "every type" if one.type == "Resource" else one.type, one.reason)
        for one in not_indexed()
        if one.type != "Resource" or one.name not in elsewhere
    ]
    return "\n\n".join(
        [
            "## What is not supported",
            "Asking for it is 400.",
            _table(("parameter", "of", "why"), rows),
            NOT_HERE,
        ]
    )


NOT_HERE = """\
Also not: XML and RDF (406, 415), GraphQL, `_contained=true`, conditional deletion of several resources, and operations
other than those above."""


def _statuses() -> str:
    rows = [(str(status), meaning) for status, meaning in STATUSES.items()]
    return "\n\n".join(["## Status codes", _table(("status", "meaning here"), rows)])


def _limits() -> str:
    megabytes = Settings.model_fields["max_body_mb"].default
    rows = [
        ("body", f"{megabytes} MB (1,000,000 bytes each) unless the installation says otherwise"),
        ("resources on a page", f"{MOST:,}"),
        ("included resources in one answer", f"{MOST_INCLUDED:,}; more is refused, never cut"),
        ("links of a chain", f"{MOST_LINKS}"),
        ("parameters of one search", f"{MOST_PARAMETERS:,}"),
        ("nesting of a resource", f"{DEEPEST} levels"),
        ("one string", f"{LONGEST_STRING:,} characters"),
        ("issues told of one resource", f"{MOST_TOLD}"),
        ("operations of a patch", f"{MOST_OPERATIONS:,}"),
        ("life of a token", f"{TOKEN_LIFETIME.days} days"),
        ("an answer is kept under its Idempotency-Key", f"{KEPT.days} days"),
    ]
    return "\n\n".join(["## Limits", _table(("what", "at most"), rows)])


def _types() -> str:
    common = _common()
    return "\n\n".join(
        [
            "## Types and their search parameters",
            f"Every one of the {len(served_types())} types: {_codes(common)}.",
            LISTED,
            *(_type(type_, common) for type_ in served_types()),
        ]
    )


def _common() -> list[str]:
    counted = Counter(one.name for one in _all_parameters())
    return sorted(name for name, times in counted.items() if times == len(served_types()))


def _type(type_: str, common: Iterable[str]) -> str:
    by_kind: dict[str, list[str]] = {}
    for one in supported(type_).parameters:
        if one.name not in common:
            by_kind.setdefault(one.kind, []).append(_named(one))
    listed = [f"- {kind}: {', '.join(names)}" for kind, names in sorted(by_kind.items())]
    return "\n".join([f"### {type_}", "", *(listed or ["None but those of every type."])])


MANY_TARGETS = 6


def _named(one: SupportedParameter) -> str:
    targets = f" ({', '.join(one.targets)})" if 0 < len(one.targets) <= MANY_TARGETS else ""
    return f"`{one.name}`{targets}"


if __name__ == "__main__":
    sys.stdout.write(manual())
