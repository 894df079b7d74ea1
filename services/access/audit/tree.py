"""The Merkle tree of RFC 6962 over SHA-256: roots, and proofs that are short.

An inclusion proof shows that a leaf stands at its index under a root; a consistency proof shows that a tree only
grew. RFC 9162 section 2.1 says the same in more words and gives the ways to verify, which are followed here step by
step. Indexes count from 0; a hash is 32 bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import TypeAlias

from services.access.audit.errors import BadProof, InvalidTree

HASH_LENGTH = 32
EMPTY_ROOT = sha256().digest()

LeafHashes: TypeAlias = Callable[[int, int], Iterable[bytes]]
"""The leaf hashes from an index up to, and without, another one, in order."""

Subtree: TypeAlias = Callable[[int, int], bytes]
"""The root of the leaves from an index up to, and without, another one. Proofs are made of these."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry. Its prefix keeps it from ever being that of a node."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two others."""
    return sha256(b"\1" + left + right).digest()


class Frontier:
    """The right edge of a tree that grows: the roots of its whole subtrees, largest first, one for each bit of size.

    Holds O(log n) hashes; to append a leaf takes two hashes on average, to ask for the root O(log n). ``size`` and
    ``subtrees`` are all there is to keep: ``Frontier(size, subtrees)`` goes on from there. Raises InvalidTree.
    """

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        if size < 0 or len(subtrees) != size.bit_count() or not _are_hashes(subtrees):
            raise InvalidTree(
                "These are not the subtrees of a tree of that size. Build it again from its leaves."
            )
        self._size = size
        self._subtrees = list(subtrees)

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return self._size

    @property
    def subtrees(self) -> tuple[bytes, ...]:
        """The roots of the whole subtrees, largest first."""
        return tuple(self._subtrees)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one more leaf. Raises InvalidTree if it is no hash."""
        if len(leaf) != HASH_LENGTH:
            raise InvalidTree("A leaf hash has 32 bytes. Hash the entry with leaf_hash first.")
        node, full = leaf, self._size
        while full & 1:
            node, full = node_hash(self._subtrees.pop(), node), full >> 1
        self._subtrees.append(node)
        self._size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._subtrees))


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes."""
    return _grown(leaves).root()


def subtrees_of(leaves: LeafHashes) -> Subtree:
    """Subtrees computed from leaf hashes each time they are asked for.

    A proof then reads at most every leaf of the tree, each once: O(n) time, O(log n) memory. A store that keeps the
    roots of whole subtrees can serve a ``Subtree`` of its own; a proof then takes O(log n) of them, since only one of
    those it is made of is not whole.
    """

    def subtree(start: int, end: int) -> bytes:
        grown = _grown(leaves(start, end))
        if grown.size != end - start:
            raise InvalidTree("Some leaves of the tree were not read. Verify the audit log first.")
        return grown.root()

    return subtree


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """The hashes that lead from the leaf at an index to the root of the first ``size`` leaves, lowest first.

    Asks for at most ceil(log2(size)) subtrees. Raises InvalidTree.
    """
    if not 0 <= index < size:
        raise InvalidTree("There is no such leaf in a tree of that size. Ask for an index below the size.")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """The hashes that show that the tree of the first ``first`` leaves became that of the first ``second``.

    Asks for at most ceil(log2(second)) + 1 subtrees. Two trees of one size need no hash. Raises InvalidTree.
    """
    if not 0 < first <= second:
        raise InvalidTree("A proof leads from a tree with a leaf to one that is as large or larger.")
    path, start, end = [], 0, second
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(subtree(middle, end))
            end = middle
        else:
            path.append(subtree(start, middle))
            start = middle
    # The older tree itself is known to whoever verifies, unless it is more than one subtree.
    if start:
        path.append(subtree(start, end))
    return path[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], tree_root: bytes) -> None:
    """Return if the leaf stands at the index of the tree that has this size and root. Raises BadProof.

    Size and root have to come from one signed head: some sizes have the same path to a leaf, so that a proof alone
    does not tell them apart (RFC 9162 section 2.1.3.2).
    """
    _require_hashes([leaf, tree_root, *proof])
    if not 0 <= index < size:
        raise BadProof("There is no such leaf in a tree of that size. Ask for the proof of another one.")
    at, last, found = index, size - 1, leaf
    for hash_ in proof:
        _require_below_root(last)
        if at & 1 or at == last:
            found = node_hash(hash_, found)
            at, last = _up_to_right_child(at, last)
        else:
            found = node_hash(found, hash_)
        at, last = at >> 1, last >> 1
    _require_reached(last, found == tree_root)


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    """Return if the second tree is the first with leaves appended. Raises BadProof.

    Of trees of one size the proof is empty. An empty first tree has none: it says nothing (RFC 9162 section 2.1.4.2).
    """
    _require_hashes([first_root, second_root, *proof])
    if not 0 < first <= second:
        raise BadProof(
            "A proof leads from a tree with a leaf to one that is as large or larger. Check the sizes."
        )
    if first == second:
        _require_reached(len(proof), first_root == second_root)
        return
    _verify_growth(first, second, proof, first_root, second_root)


def _verify_growth(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> None:
    # A first tree of 2^k leaves is itself the subtree that the path begins with.
    path = [first_root, *proof] if first.bit_count() == 1 else proof
    if not proof:
        raise BadProof("The proof is empty, but the trees differ in size. Ask for it again.")
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for hash_ in path[1:]:
        _require_below_root(last)
        if at & 1 or at == last:
            older, newer = node_hash(hash_, older), node_hash(hash_, newer)
            at, last = _up_to_right_child(at, last)
        else:
            newer = node_hash(newer, hash_)
        at, last = at >> 1, last >> 1
    _require_reached(last, older == first_root and newer == second_root)


def _up_to_right_child(at: int, last: int) -> tuple[int, int]:
    """Skip the levels at which a node at the right edge has no sibling."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _require_below_root(last: int) -> None:
    if last == 0:
        raise BadProof("The proof is longer than the tree is high. Ask for it again.")


def _require_reached(levels_left: int, roots_agree: bool) -> None:
    if levels_left:
        raise BadProof("The proof has not the length that these sizes need. Ask for it again.")
    if not roots_agree:
        raise BadProof(
            "The proof does not lead to the root. Get both again; if they still differ, verify the log."
        )


def _require_hashes(hashes: Iterable[bytes]) -> None:
    if not _are_hashes(hashes):
        raise BadProof("A hash in a proof has 32 bytes. Ask for the proof again.")


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(hash_) == HASH_LENGTH for hash_ in hashes)


def _grown(leaves: Iterable[bytes]) -> Frontier:
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier


def _split(size: int) -> int:
    """The largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)
