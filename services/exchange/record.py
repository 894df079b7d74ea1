"""The record as one client is told of it: the only way by which the exchange reads a resource.

An interaction gets a stored text from nowhere else (``tests/architecture/test_record.py``), and what comes from here is
already what may be told. Whoever is told everything is told what is stored, at no cost.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import psycopg

from fhir_store import conditional
from fhir_store.compartments import patients_of
from fhir_store.conditional import Condition
from fhir_store.errors import NotFound
from fhir_store.everything import EverythingPage, Wanted, everything_of
from fhir_store.history import HistoryPage, Past, Position, Span, history_of, history_of_types
from fhir_store.json_text import parse
from fhir_store.kept_labels import kept_of
from fhir_store.keyring import Keyring
from fhir_store.read import Stored, read, read_version
from fhir_store.search import Context, Page, Query
from fhir_store.search import search as found_page
from fhir_store.sql import Sql
from fhir_store.terminology import Terminology
from fhir_store.write import Saved
from services.exchange.held_terminology import held_terminology
from services.exchange.outward import Outward
from services.exchange.outward_asking import not_coming_along
from services.shared.errors import Forbidden

One = TypeVar("One")
Where = TypeVar("Where")

AT_A_TIME = 50
"""Of what comes behind a page, until something is found that is told."""

NOT_OWN = "A system outside changes a part only of what its own facility keeps."


@dataclass(frozen=True)
class Record:
    """``outward`` tells a system outside; None: the client is told what is stored."""

    cursor: psycopg.Cursor[Any]
    keyring: Keyring
    outward: Outward | None = None

    def read(self, type_: str, id_: str, seen: Sql | None = None) -> Stored:
        """The newest version of one resource. Raises NotFound, ResourceDeleted, ResourceErased."""
        return self._told(read(self.cursor, self.keyring, type_, id_, seen))

    def version(self, type_: str, id_: str, version: str, seen: Sql | None = None) -> Stored:
        """One version of it. Raises NotFound, ResourceDeleted, ResourceErased."""
        return self._told(read_version(self.cursor, self.keyring, type_, id_, version, seen))

    def to_change(self, type_: str, id_: str, seen: Sql | None) -> Stored:
        """The newest version as it is stored, to change a part of it. Raises NotFound, Forbidden.

        A test in a patch asks for any element, so whoever is told only a part patches only what is their own.
        """
        stored = read(self.cursor, self.keyring, type_, id_, seen)
        if self.outward is not None:
            kept = kept_of(self.cursor, [(stored.type, stored.id)])
            if not self.outward.is_own(kept[type_, id_].facility):
                raise Forbidden(NOT_OWN)
        return stored

    def saved(self, saved: Saved) -> str | None:
        """What was just written, for whoever wrote it. It was allowed to, so it keeps it."""
        return saved.text if self.outward is None or self.outward.is_own(saved.facility) else None

    def search(self, query: Query) -> Page:
        """A page of a search in the ``context`` of the client."""
        return found_page(self.cursor, query)

    def the_match(self, condition: Condition, context: Context) -> str | None:
        """The id of the one resource that a condition means, None if there is none. Raises SeveralMatches."""
        return conditional.the_match(self.cursor, condition, context)

    def history_of(
        self, type_: str, id_: str, span: Span, count: int, after: Position | None, seen: Sql | None
    ) -> HistoryPage:
        """A page of the history of one resource. Raises NotFound."""
        if self.outward is not None:
            self.read(type_, id_, seen)
        return self._history(
            lambda most, behind: history_of(self.cursor, self.keyring, type_, id_, span, most, behind, seen),
            count,
            after,
        )

    def history_of_types(
        self, types: Sequence[str], span: Span, count: int, after: Position | None, seen: Sql | None
    ) -> HistoryPage:
        """A page of the history of all resources of these types."""
        return self._history(
            lambda most, behind: history_of_types(self.cursor, self.keyring, types, span, most, behind, seen),
            count,
            after,
        )

    def everything_of(self, patient: str, wanted: Wanted, count: int, after: int | None) -> EverythingPage:
        """A page of everything that belongs to a patient."""
        if self.outward is not None:
            wanted = replace(wanted, not_by=not_coming_along())

        def ask(most: int, behind: int | None) -> tuple[Sequence[Stored], int | None]:
            page = everything_of(self.cursor, self.keyring, patient, wanted, most, behind)
            return page.resources, page.after

        return EverythingPage(*self._filled(ask, self._left, count, after))

    def terminology_resource(self, type_: str, id_: str) -> Stored:
        """A value set or code system. Raises NotFound, ResourceDeleted."""
        return self.read(type_, id_, self._known)

    @property
    def terminology(self) -> Terminology:
        """The value sets and code systems that the client may know of."""
        return held_terminology(self.cursor, self.keyring, self._known)

    @property
    def _known(self) -> Sql | None:
        """Terminology is read by whoever may read its type, but for who is outside."""
        return None if self.outward is None else self.outward.seen

    def composed(self, resource: Mapping[str, Any]) -> str:
        """What was made of stored terminology, as text. Raises NotFound."""
        text = json.dumps(resource, ensure_ascii=False)
        left = text if self.outward is None else self.outward.composed(parse(text))
        if left is None:
            raise NotFound
        return left

    # --- what is told

    def _told(self, stored: Stored) -> Stored:
        for told in self._left([stored]):
            return told
        raise NotFound

    def _left(self, found: Sequence[Stored]) -> Sequence[Stored]:
        if self.outward is None:
            return found
        return [one for one in self.outward.left(found) if one is not None]

    def _history(
        self,
        ask: Callable[[int, Position | None], HistoryPage],
        count: int,
        after: Position | None,
    ) -> HistoryPage:
        def asked(most: int, behind: Position | None) -> tuple[Sequence[Past], Position | None]:
            page = ask(most, behind)
            return page.versions, page.after

        return HistoryPage(*self._filled(asked, self._left_of_past, count, after))

    def _left_of_past(self, versions: Sequence[Past]) -> Sequence[Past]:
        if self.outward is None:
            return versions
        with_text = [one for one in versions if one.text is not None]
        told = self.outward.left([past_as_stored(one) for one in with_text])
        texts = {(one.type, one.id, one.version): one.text for one in told if one is not None}
        kept = [one for one in versions if one.text is None or _name(one) in texts]
        return [replace(one, text=texts.get(_name(one))) for one in kept]

    def _filled(
        self,
        ask: Callable[[int, Where | None], tuple[Sequence[One], Where | None]],
        left: Callable[[Sequence[One]], Sequence[One]],
        count: int,
        after: Where | None,
    ) -> tuple[tuple[One, ...], Where | None]:
        """A page of what is told, and where the next one begins, if anything is told behind it."""
        found, behind = ask(count, after)
        if self.outward is None:
            return tuple(found), behind
        told = [*left(found)]
        while len(told) < count and behind is not None:
            found, behind = ask(count - len(told), behind)
            told += left(found)
        return tuple(told), behind if self._goes_on(ask, left, behind) else None

    def _goes_on(
        self,
        ask: Callable[[int, Where | None], tuple[Sequence[One], Where | None]],
        left: Callable[[Sequence[One]], Sequence[One]],
        behind: Where | None,
    ) -> bool:
        while behind is not None:
            found, behind = ask(AT_A_TIME, behind)
            if left(found):
                return True
        return False


def _name(past: Past) -> tuple[str, str, int]:
    return past.type, past.id, past.version


def past_as_stored(past: Past) -> Stored:
    """A version with those whose it is. It says so itself: the record may since have become another person's."""
    patients = patients_of(parse(past.text).value) if past.text else ()
    return Stored(past.type, past.id, past.version, past.last_updated, past.text or "", tuple(patients))
