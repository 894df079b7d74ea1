"""An audit event as it is logged: canonical bytes in which the people are salted digests.

The bytes are JSON by the rules of RFC 8785: members sorted by their UTF-16 code units, no spaces, UTF-8, the shortest
escapes. Numbers are whole and within ±(2^53 - 1), so that every reader of JSON reads the same ones. Text is not
normalised.

What leads to a person is a *subject* and is not in the bytes: they hold SHA-256 over a random salt of 32 bytes and
the subject. Salt and subject are the digest's *opening*, kept beside the bytes. Once it is deleted, the bytes and the
tree above them stay as they were, and nobody can try out who was meant: the salt is too long to guess.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeAlias

from services.access.audit.errors import (
    InvalidSalt,
    LeafDiffers,
    NotAnEvent,
    NotCanonical,
    SubjectDiffers,
    SubjectInClear,
)
from services.access.audit.tree import leaf_hash

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None

FORMAT = "throughcare audit event 1"
SALT_LENGTH = 32
LARGEST_NUMBER = 2**53 - 1
DEEPEST = 32

_FRONT = b'{"event":'
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(value: Json) -> bytes:
    """The one byte string of a value made of dict, list, str, int, bool and None. Raises NotCanonical."""
    return _written(_ordered(value, 0, set()))


@dataclass(frozen=True)
class Opening:
    """What a digest was made of. Never shown: it names a person."""

    salt: bytes = field(repr=False)
    subject: str = field(repr=False)

    def digest(self) -> str:
        """The salted digest as hexadecimal. The salt's fixed length keeps it apart from the subject."""
        return sha256(self.salt + _utf8(self.subject)).hexdigest()


@dataclass(frozen=True)
class SealedEvent:
    """An event as it is kept: the logged bytes and, for each of their digests in order, its opening unless erased."""

    body: bytes = field(repr=False)
    openings: tuple[Opening | None, ...]

    def leaf(self) -> bytes:
        """The hash under which the event stands in the tree."""
        return leaf_hash(self.body)


def seal(
    members: Mapping[str, Json], subjects: Sequence[str], salts: Sequence[bytes] | None = None
) -> SealedEvent:
    """The event that says ``members`` of ``subjects``, each sealed with a salt of its own (random if none is given).

    Whatever leads to a person belongs to the subjects: references, identifiers, what was searched for. Raises
    SubjectInClear if a text of the members is a subject, NotCanonical, InvalidSalt.
    """
    openings = tuple(map(Opening, _salts(salts, len(subjects)), subjects))
    texts: set[str] = set()
    event = _ordered(members, 1, texts)
    if not texts.isdisjoint(subjects):
        raise SubjectInClear("A member of the event is one of its subjects. Leave it out of the members.")
    digests = [opening.digest() for opening in openings]
    # These are in order already, and what is logged is logged often.
    return SealedEvent(_written({"event": event, "format": FORMAT, "subjects": digests}), openings)


@dataclass(frozen=True)
class Logged:
    """What logged bytes say."""

    members: Any
    digests: list[str] = field(repr=False)


def read(body: bytes) -> Logged:
    """What logged bytes say. Raises NotAnEvent unless ``seal`` could have written them."""
    found = _parsed(body)
    if type(found) is not dict or set(found) != {"event", "format", "subjects"} or found["format"] != FORMAT:
        raise NotAnEvent("The bytes are no event of this format. Use the version that wrote them.")
    digests = found["subjects"]
    if type(digests) is not list or not all(type(digest) is str for digest in digests):
        raise NotAnEvent("The digests of the event are no texts. Compare it with a backup.")
    return Logged(found["event"], digests)


def members_in(body: bytes) -> Any:
    """The members that logged bytes say, without a look at the digests after them, of which there may be hundreds.

    For who only looks through the log: it does not find out whether ``seal`` wrote the rest. Raises NotAnEvent.
    """
    try:
        if body.startswith(_FRONT):
            return _DECODER.raw_decode(body.decode(), len(_FRONT))[0]
    except (ValueError, RecursionError):
        pass
    raise NotAnEvent("The bytes are no event of this format. Use the version that wrote them.")


def check(event: SealedEvent, leaf: bytes) -> None:
    """Return if the event is the one that was logged under this leaf hash, and so are the subjects that are left.

    Raises LeafDiffers, NotAnEvent, SubjectDiffers.
    """
    if event.leaf() != leaf:
        raise LeafDiffers(
            "The event does not hash to its leaf. Compare it with a backup from before the change."
        )
    digests = read(event.body).digests
    if len(digests) != len(event.openings):
        raise SubjectDiffers("The event has not as many subjects as were sealed. Compare it with a backup.")
    for digest, opening in zip(digests, event.openings, strict=True):
        if opening is not None and not _opens(opening, digest):
            raise SubjectDiffers("A subject of the event is not the one sealed. Compare it with a backup.")


def erase(event: SealedEvent, subject: str) -> SealedEvent:
    """The event without any opening of the subject. Its bytes and leaf are what they were.

    To erase is to delete salt and subject wherever they are kept, backups included, and to keep this instead.
    """
    kept = tuple(None if opening and opening.subject == subject else opening for opening in event.openings)
    return replace(event, openings=kept)


def _written(ordered: Any) -> bytes:
    try:
        return _ENCODER.encode(ordered).encode()
    except UnicodeEncodeError:
        raise NotCanonical("A text has half a surrogate pair. Send it as valid Unicode.") from None


def _ordered(value: Any, depth: int, texts: set[str]) -> Any:
    """The value with sorted members; its texts are added to ``texts``, in the same pass because events are many.

    Exact types only: a subclass may write itself in another way.
    """
    if depth > DEEPEST:
        raise NotCanonical(f"Values are nested more than {DEEPEST} deep. Make the event flatter.")
    kind = type(value)
    if kind is str:
        texts.add(value)
        return value
    if value is None or kind is bool:
        return value
    if kind is int:
        return _exact(value)
    if kind is dict:
        names = _sorted(value)
        texts.update(names)
        return {name: _ordered(value[name], depth + 1, texts) for name in names}
    if kind is list:
        return [_ordered(item, depth + 1, texts) for item in value]
    raise NotCanonical(
        "Only dict, list, str, whole numbers, bool and None can be logged. Write the rest as text."
    )


def _exact(number: int) -> int:
    if abs(number) > LARGEST_NUMBER:
        raise NotCanonical("A number is beyond 2^53 - 1, where readers of JSON differ. Write it as text.")
    return number


def _sorted(names: Mapping[Any, Any]) -> list[Any]:
    # Among themselves ASCII names sort alike either way.
    if all(type(name) is str and name.isascii() for name in names):
        return sorted(names)
    return sorted(names, key=_utf16)


def _utf16(name: object) -> bytes:
    if type(name) is not str:
        raise NotCanonical("The name of a member is no text. Name members with str.")
    return name.encode("utf-16-be", "surrogatepass")


def _utf8(subject: str) -> bytes:
    try:
        return subject.encode()
    except UnicodeEncodeError:
        raise NotCanonical("A subject has half a surrogate pair. Send it as valid Unicode.") from None


def fresh_salts(count: int) -> list[bytes]:
    """So many new salts, for one event or for many at once: to ask the system for each would cost more than to seal."""
    random = secrets.token_bytes(SALT_LENGTH * count)
    return [random[start : start + SALT_LENGTH] for start in range(0, len(random), SALT_LENGTH)]


def _salts(given: Sequence[bytes] | None, count: int) -> Sequence[bytes]:
    salts = fresh_salts(count) if given is None else given
    if len(salts) != count or len(set(salts)) != count or any(len(salt) != SALT_LENGTH for salt in salts):
        raise InvalidSalt(f"Each subject needs a salt of its own of {SALT_LENGTH} random bytes.")
    return salts


def _opens(opening: Opening, digest: str) -> bool:
    try:
        return len(opening.salt) == SALT_LENGTH and opening.digest() == digest
    except NotCanonical:
        return False


def _parsed(body: bytes) -> Any:
    try:
        read = json.loads(body)
        if canonical(read) == body:
            return read
    except (ValueError, RecursionError, NotCanonical):
        pass
    raise NotAnEvent("The bytes are not canonical JSON. Compare them with a backup.")
