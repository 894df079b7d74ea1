"""JSON Patch. https://www.rfc-editor.org/rfc/rfc6902 and http://hl7.org/fhir/R4/http.html#patch"""

from collections.abc import Callable, Mapping
from typing import Any

from fhir_store.errors import BadPatch, PatchTestFailed
from fhir_store.json_text import NumberText, ResourceText, parse
from fhir_store.json_text.parsing import readable, refuse_more, skip_space, value_at
from fhir_store.patching.comparison import same
from fhir_store.patching.kept_text import TooDeep, kept, written
from fhir_store.patching.limits import MOST_COPIED, MOST_OPERATIONS
from fhir_store.patching.pointers import BadPointer, Pointer, pointer, position

_ABSENT = object()


def json_patched(resource: ResourceText, patch: bytes) -> ResourceText:
    """The resource after all operations, in order.

    Raises Unreadable if the patch is not JSON; BadPatch if an operation cannot be done, PatchTestFailed if it is a
    test that fails, both naming it (``patch[2]``).
    """
    operations = _operations(patch)
    document = _Document(kept(resource.text))
    for place, operation in enumerate(operations):
        try:
            document.change(operation)
        except (_Undoable, BadPointer) as error:
            raise BadPatch(f"patch[{place}]", str(error)) from None
        except _Different:
            raise PatchTestFailed(f"patch[{place}]", "The resource is not what the test expects.") from None
        except TooDeep:
            raise _too_deep(f"patch[{place}]") from None
    return document.resource()


def _too_deep(where: str) -> BadPatch:
    return BadPatch(where, "Objects and lists would nest deeper than a resource may.")


class _Undoable(Exception):
    pass


class _Different(Exception):
    pass


def _operations(patch: bytes) -> list[Any]:
    """As kept values, read as strictly as a resource is."""
    text = readable(patch)
    value, end = value_at(text, skip_space(text, 0))
    refuse_more(text, end)
    if not isinstance(value, list):
        raise BadPatch("", "A JSON Patch is a list of operations.")
    operations: list[Any] = kept(text)
    if len(operations) > MOST_OPERATIONS:
        raise BadPatch("", f"A patch may have {MOST_OPERATIONS} operations.")
    return operations


class _Document:
    """The resource on its way from one operation to the next."""

    def __init__(self, root: Any) -> None:
        # The whole is a member as well, so that it can be replaced like any.
        self._holder = {"": root}
        self._copied = 0

    def change(self, operation: Any) -> None:
        """Do one operation."""
        if not isinstance(operation, dict):
            raise _Undoable("An operation is an object.")
        known = _OPERATIONS.get(_member(operation, "op"))
        if known is None:
            raise _Undoable("An operation has an op: add, remove, replace, move, copy or test.")
        known(self, operation, _path(operation, "path"))

    def resource(self) -> ResourceText:
        """What has become of it."""
        if not isinstance(self._holder[""], dict):
            raise BadPatch("", "The result would not be an object.")
        try:
            return parse(written(self._holder[""]))
        except TooDeep:
            raise _too_deep("") from None

    def add(self, operation: Mapping[str, Any], path: Pointer) -> None:
        self._put(path, _value(operation))

    def remove(self, _: Mapping[str, Any], path: Pointer) -> None:
        self._taken(path)

    def replace(self, operation: Mapping[str, Any], path: Pointer) -> None:
        holder, key = self._existing(path)
        holder[key] = _value(operation)

    def move(self, operation: Mapping[str, Any], path: Pointer) -> None:
        source = _path(operation, "from")
        if path[: len(source)] == source != path:
            raise _Undoable("Nothing can be moved into itself.")
        if source == path:
            self._existing(path)
        else:
            self._put(path, self._taken(source))

    def copy(self, operation: Mapping[str, Any], path: Pointer) -> None:
        text = written(self._at(_path(operation, "from")))
        self._copied += len(text)
        if self._copied > MOST_COPIED:
            raise _Undoable(f"The copies of a patch may have {MOST_COPIED} characters together.")
        self._put(path, kept(text))

    def test(self, operation: Mapping[str, Any], path: Pointer) -> None:
        if not same(self._at(path), _value(operation)):
            raise _Different

    def _at(self, path: Pointer) -> Any:
        value: Any = self._holder
        for name in path:
            value = value[_key(value, name)]
        return value

    def _existing(self, path: Pointer) -> tuple[Any, str | int]:
        holder = self._at(path[:-1])
        return holder, _key(holder, path[-1])

    def _taken(self, path: Pointer) -> Any:
        if len(path) == 1:
            raise _Undoable("A resource is removed by a delete, not by a patch.")
        holder, key = self._existing(path)
        return holder.pop(key)

    def _put(self, path: Pointer, value: Any) -> None:
        holder, name = self._at(path[:-1]), path[-1]
        if isinstance(holder, dict):
            holder[name] = value
        elif isinstance(holder, list):
            holder.insert(len(holder) if name == "-" else position(name, len(holder) + 1), value)
        else:
            raise _Undoable("Nothing can be added to what is neither object nor list.")


_OPERATIONS: Mapping[Any, Callable[[_Document, Mapping[str, Any], Pointer], None]] = {
    "add": _Document.add,
    "remove": _Document.remove,
    "replace": _Document.replace,
    "move": _Document.move,
    "copy": _Document.copy,
    "test": _Document.test,
}


def _key(holder: Any, name: str) -> str | int:
    """Under which key a value is in an object or a list, where there is one."""
    if isinstance(holder, list):
        return position(name, len(holder))
    if not isinstance(holder, dict) or name not in holder:
        raise _Undoable("There is nothing at the place that the operation names.")
    return name


def _path(operation: Mapping[str, Any], name: str) -> Pointer:
    return ("", *pointer(_member(operation, name)))


def _member(operation: Mapping[str, Any], name: str) -> str:
    value = operation.get(name)
    if not isinstance(value, str) or isinstance(value, NumberText):
        raise _Undoable(f"The operation needs the string {name}.")
    return value


def _value(operation: Mapping[str, Any]) -> Any:
    value = operation.get("value", _ABSENT)
    if value is _ABSENT:
        raise _Undoable("The operation needs a value.")
    return value
