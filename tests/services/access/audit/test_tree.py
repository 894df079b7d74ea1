"""Roots and proofs are those of certificate transparency, and nothing that was touched proves anything."""

from collections.abc import Iterable
from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.access.audit.errors import BadProof, InvalidTree
from services.access.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    Subtree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    subtrees_of,
    verify_consistency,
    verify_inclusion,
)

# The vectors that certificate transparency logs and their monitors are tested with.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Index, size, path.
INCLUSION = [
    (0, 1, []),
    (0, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (5, 8, [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (1, 5, [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip
# First size, second size, path.
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]),
    (6, 8, [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]),
    (2, 5, [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]),
]  # fmt: skip

LARGEST = 70
LEAVES = [leaf_hash(bytes([number])) for number in range(LARGEST)]


def _subtree(leaves: list[bytes]) -> Subtree:
    return subtrees_of(lambda start, end: leaves[start:end])


def _defined_root(leaves: list[bytes]) -> bytes:
    """The root as section 2.1 of RFC 6962 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\x01" + _defined_root(leaves[:half]) + _defined_root(leaves[half:])).digest()


def _hex(hashes: Iterable[bytes]) -> list[str]:
    return [hash_.hex() for hash_ in hashes]


@pytest.mark.parametrize("size", range(9))
def test_the_public_roots(size: int) -> None:
    assert root(map(leaf_hash, ENTRIES[:size])).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_the_public_inclusion_proofs(index: int, size: int, path: list[str]) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    proof = inclusion_proof(index, size, _subtree(leaves))
    assert _hex(proof) == path
    verify_inclusion(leaves[index], index, size, proof, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("first", "second", "path"), CONSISTENCY)
def test_the_public_consistency_proofs(first: int, second: int, path: list[str]) -> None:
    proof = consistency_proof(first, second, _subtree([leaf_hash(entry) for entry in ENTRIES]))
    assert _hex(proof) == path
    verify_consistency(first, second, proof, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]))


def test_an_entry_that_looks_like_a_node_has_not_its_hash() -> None:
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
    assert leaf_hash(b"\x01" + left + right) != node_hash(left, right)


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_the_frontier_has_the_root_of_the_list_and_few_hashes(size: int) -> None:
    frontier = Frontier()
    for leaf in LEAVES[:size]:
        frontier.append(leaf)
    assert frontier.root() == _defined_root(LEAVES[:size])
    assert frontier.size == size
    assert len(frontier.subtrees) <= size.bit_length()


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_a_frontier_that_was_kept_goes_on_where_it_was(kept: int, size: int) -> None:
    assume(kept <= size)
    before = Frontier()
    for leaf in LEAVES[:kept]:
        before.append(leaf)
    after = Frontier(before.size, before.subtrees)
    for leaf in LEAVES[kept:size]:
        after.append(leaf)
    assert after.root() == _defined_root(LEAVES[:size])
    assert before.size == kept


def test_a_frontier_leaves_the_list_it_was_given_as_it_is() -> None:
    kept = [LEAVES[0]]
    Frontier(1, kept).append(LEAVES[1])
    assert kept == [LEAVES[0]]


@pytest.mark.parametrize(
    ("size", "subtrees"),
    [(-1, LEAVES[:1]), (0, LEAVES[:1]), (3, LEAVES[:1]), (4, LEAVES[:2]), (1, [b"short"])],
)
def test_no_frontier_is_made_of_other_subtrees_than_its_size_has(size: int, subtrees: list[bytes]) -> None:
    with pytest.raises(InvalidTree, match="Build it again"):
        Frontier(size, subtrees)


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33)])
def test_only_a_hash_is_appended(leaf: bytes) -> None:
    frontier = Frontier()
    with pytest.raises(InvalidTree, match="32 bytes"):
        frontier.append(leaf)
    assert frontier.root() == EMPTY_ROOT


@given(st.data())
def test_every_inclusion_proof_verifies(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, _subtree(LEAVES))
    assert len(proof) <= (size - 1).bit_length()
    verify_inclusion(LEAVES[index], index, size, proof, _defined_root(LEAVES[:size]))


@given(st.data())
def test_every_consistency_proof_verifies(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, LARGEST))
    first = data.draw(st.integers(1, second))
    proof = consistency_proof(first, second, _subtree(LEAVES))
    assert len(proof) <= (second - 1).bit_length() + 1
    verify_consistency(first, second, proof, _defined_root(LEAVES[:first]), _defined_root(LEAVES[:second]))


@given(st.data())
def test_an_inclusion_proof_with_a_flipped_bit_fails(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, size - 1))
    hashes = [LEAVES[index], _defined_root(LEAVES[:size]), *inclusion_proof(index, size, _subtree(LEAVES))]
    leaf, tree_root, *proof = _with_a_flipped_bit(data, hashes)
    with pytest.raises(BadProof):
        verify_inclusion(leaf, index, size, proof, tree_root)


@given(st.data())
def test_a_consistency_proof_with_a_flipped_bit_fails(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, LARGEST))
    first = data.draw(st.integers(1, second))
    roots = [_defined_root(LEAVES[:first]), _defined_root(LEAVES[:second])]
    proof = consistency_proof(first, second, _subtree(LEAVES))
    first_root, second_root, *flipped = _with_a_flipped_bit(data, [*roots, *proof])
    with pytest.raises(BadProof):
        verify_consistency(first, second, flipped, first_root, second_root)


@given(st.data())
def test_a_proof_with_two_nodes_swapped_one_left_out_or_one_too_many_fails(data: st.DataObject) -> None:
    second = data.draw(st.integers(4, LARGEST))
    first = data.draw(st.integers(1, second - 1))
    first_root, second_root = _defined_root(LEAVES[:first]), _defined_root(LEAVES[:second])
    for bad in _misshapen(data, inclusion_proof(first, second, _subtree(LEAVES))):
        with pytest.raises(BadProof):
            verify_inclusion(LEAVES[first], first, second, bad, second_root)
    for bad in _misshapen(data, consistency_proof(first, second, _subtree(LEAVES))):
        with pytest.raises(BadProof):
            verify_consistency(first, second, bad, first_root, second_root)


@given(st.data())
def test_an_inclusion_proof_of_another_index_or_size_fails(data: st.DataObject) -> None:
    size, claimed_size = data.draw(st.integers(1, LARGEST)), data.draw(st.integers(0, LARGEST))
    index, claimed = data.draw(st.integers(0, size - 1)), data.draw(st.integers(-1, LARGEST))
    assume((index, size) != (claimed, claimed_size))
    proof = inclusion_proof(index, size, _subtree(LEAVES))
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[index], claimed, claimed_size, proof, _defined_root(LEAVES[:claimed_size]))


@given(st.data())
def test_an_inclusion_proof_fails_for_a_size_with_another_path_even_under_its_own_root(
    data: st.DataObject,
) -> None:
    size, claimed = data.draw(st.integers(1, LARGEST)), data.draw(st.integers(1, LARGEST))
    index = data.draw(st.integers(0, min(size, claimed) - 1))
    assume(_turns(index, size) != _turns(index, claimed))
    proof = inclusion_proof(index, size, _subtree(LEAVES))
    with pytest.raises(BadProof):
        verify_inclusion(LEAVES[index], index, claimed, proof, _defined_root(LEAVES[:size]))


@given(st.data())
def test_a_consistency_proof_of_other_sizes_fails(data: st.DataObject) -> None:
    second, claimed_second = data.draw(st.integers(1, LARGEST)), data.draw(st.integers(-1, LARGEST))
    first, claimed_first = data.draw(st.integers(1, second)), data.draw(st.integers(-1, LARGEST))
    assume((first, second) != (claimed_first, claimed_second))
    # Of all trees of one size the proof is the same: empty.
    assume(first != second or claimed_first != claimed_second or claimed_first < 1)
    proof = consistency_proof(first, second, _subtree(LEAVES))
    roots = [_defined_root(LEAVES[: max(size, 0)]) for size in (claimed_first, claimed_second)]
    with pytest.raises(BadProof):
        verify_consistency(claimed_first, claimed_second, proof, *roots)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 1), (1, 1), (8, 8), (9, 8), (0, -1)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(InvalidTree, match="no such leaf"):
        inclusion_proof(index, size, _subtree(LEAVES))
    with pytest.raises(BadProof, match="no such leaf"):
        verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


@pytest.mark.parametrize(("first", "second"), [(0, 0), (0, 1), (0, 8), (-1, 8), (9, 8), (1, 0)])
def test_there_is_no_proof_between_an_empty_tree_or_a_larger_one_and_a_smaller(
    first: int, second: int
) -> None:
    with pytest.raises(InvalidTree, match="as large or larger"):
        consistency_proof(first, second, _subtree(LEAVES))
    with pytest.raises(BadProof, match="as large or larger"):
        verify_consistency(first, second, [], EMPTY_ROOT, EMPTY_ROOT)


def test_trees_of_one_size_need_an_empty_proof_and_one_root() -> None:
    verify_consistency(3, 3, [], LEAVES[0], LEAVES[0])
    with pytest.raises(BadProof, match="length"):
        verify_consistency(3, 3, [LEAVES[1]], LEAVES[0], LEAVES[0])
    with pytest.raises(BadProof, match="does not lead"):
        verify_consistency(3, 3, [], LEAVES[0], LEAVES[1])


@pytest.mark.parametrize("first", [2, 3])
def test_trees_of_two_sizes_need_a_proof(first: int) -> None:
    with pytest.raises(BadProof, match="empty"):
        verify_consistency(first, 4, [], LEAVES[0], LEAVES[0])


def test_the_length_of_a_consistency_proof_holds_the_sizes_even_under_the_roots_it_was_made_for() -> None:
    roots = {size: _defined_root(LEAVES[:size]) for size in (2, 3, 7, 8)}
    with pytest.raises(BadProof, match="not the length"):
        verify_consistency(2, 8, consistency_proof(2, 3, _subtree(LEAVES)), roots[2], roots[3])
    with pytest.raises(BadProof, match="longer than the tree is high"):
        verify_consistency(3, 4, consistency_proof(7, 8, _subtree(LEAVES)), roots[7], roots[8])


def test_a_proof_says_what_is_wrong_with_its_length() -> None:
    proof = inclusion_proof(2, 8, _subtree(LEAVES))
    with pytest.raises(BadProof, match="not the length"):
        verify_inclusion(LEAVES[2], 2, 8, proof[:2], _defined_root(LEAVES[:8]))
    with pytest.raises(BadProof, match="longer than the tree is high"):
        verify_inclusion(LEAVES[2], 2, 8, [*proof, LEAVES[0]], _defined_root(LEAVES[:8]))


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("cut", [slice(31), slice(0)])
def test_every_hash_of_a_proof_has_its_length(place: int, cut: slice) -> None:
    inclusion = [LEAVES[2], _defined_root(LEAVES[:8]), *inclusion_proof(2, 8, _subtree(LEAVES))]
    inclusion[place] = inclusion[place][cut]
    with pytest.raises(BadProof, match="32 bytes"):
        verify_inclusion(inclusion[0], 2, 8, inclusion[2:], inclusion[1])
    consistency = [
        _defined_root(LEAVES[:6]), _defined_root(LEAVES[:8]), *consistency_proof(6, 8, _subtree(LEAVES)),
    ]  # fmt: skip
    consistency[place] = consistency[place][cut]
    with pytest.raises(BadProof, match="32 bytes"):
        verify_consistency(6, 8, consistency[2:], consistency[0], consistency[1])


@given(st.data())
def test_a_proof_reads_each_leaf_at_most_once(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, LARGEST))
    first = data.draw(st.integers(1, second))
    read: list[int] = []

    def leaves(start: int, end: int) -> Iterable[bytes]:
        read.extend(range(start, end))
        return LEAVES[start:end]

    inclusion_proof(first - 1, second, subtrees_of(leaves))
    assert sorted(read) == [index for index in range(second) if index != first - 1]
    read.clear()
    consistency_proof(first, second, subtrees_of(leaves))
    assert len(read) == len(set(read))
    assert set(read) <= set(range(second))


def test_a_proof_asks_for_one_subtree_at_most_that_is_not_whole() -> None:
    for second in range(1, LARGEST + 1):
        for first in range(1, second + 1):
            for make, at in ((consistency_proof, first), (inclusion_proof, first - 1)):
                asked: list[int] = []

                def subtree(start: int, end: int, asked: list[int] = asked) -> bytes:
                    asked.append(end - start)
                    return LEAVES[0]

                make(at, second, subtree)
                assert sum(size.bit_count() > 1 for size in asked) <= 1


def test_a_store_that_serves_too_few_leaves_makes_no_proof() -> None:
    with pytest.raises(InvalidTree, match="not read"):
        inclusion_proof(0, 8, subtrees_of(lambda start, end: LEAVES[start : end - 1]))


def _with_a_flipped_bit(data: st.DataObject, hashes: list[bytes]) -> list[bytes]:
    place = data.draw(st.integers(0, len(hashes) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = int.from_bytes(hashes[place]) ^ (1 << bit)
    return [*hashes[:place], flipped.to_bytes(32), *hashes[place + 1 :]]


def _misshapen(data: st.DataObject, proof: list[bytes]) -> list[list[bytes]]:
    shorter = list(proof)
    shorter.pop(data.draw(st.integers(0, len(proof) - 1)))
    longer = list(proof)
    longer.insert(data.draw(st.integers(0, len(proof))), data.draw(st.sampled_from([LEAVES[0], *proof])))
    shapes = [shorter, longer]
    if len(proof) > 1:
        swapped = list(proof)
        one, other = data.draw(st.permutations(range(len(proof))))[:2]
        swapped[one], swapped[other] = swapped[other], swapped[one]
        shapes.append(swapped)
    return shapes


def _turns(index: int, size: int) -> list[str]:
    """On which side the sibling is, from the leaf up, by the definition of the tree."""
    if size == 1:
        return []
    half = 1
    while half * 2 < size:
        half *= 2
    return [*_turns(index, half), "right"] if index < half else [*_turns(index - half, size - half), "left"]
