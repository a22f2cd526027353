"""The tree and its proofs against RFC 9162 by naive recursion, and against the values that others publish."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.trust.log.encoding import MOST
from egide.trust.log.merkle import EMPTY_ROOT, inclusion_length, leaf_hash, node_hash, verify_consistency, verify_inclusion
from egide.trust.log.steps import MalformedError
from egide.trust.log.tiles import Tile, tiles
from egide.trust.log.tree import Nodes, Tree, consistency_proof, inclusion_proof, root_at
from egide.vocabulary.findings import Answer

from .naive import Naive, Uniform
from .world import entry

ENTRIES = [entry(n) for n in range(301)]
NAIVE = Naive(ENTRIES)
GROWN = Tree().append(leaf_hash(one) for one in ENTRIES).tiles
POWERS = st.integers(0, 62).map(lambda n: 2**n)
LARGEST = st.one_of(st.integers(1, 5000), st.integers(1, MOST), POWERS, POWERS.map(lambda n: n + 1))


def read_tile(tile: Tile) -> bytes:
    """Any part of the tiles of the tree of 301 entries."""
    return next(hashes for made, hashes in GROWN.items() if (made.level, made.index) == (tile.level, tile.index))[: tile.width * 32]


def uniform_tile(tile: Tile) -> bytes:
    """The tiles of a tree whose entries are all empty, of whatever size."""
    return UNIFORM.mth(0, 256**tile.level) * tile.width


UNIFORM = Uniform(b"")


def test_the_roots_are_those_of_the_certificate_transparency_test_tree() -> None:
    """The eight leaves and the roots of their prefixes, from certificate-transparency's merkle_tree_test and transparency-dev/merkle."""
    leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
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
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in leaves]
    assert [Tree().append(hashes[:size]).tree.root.hex() for size in range(9)] == roots


def test_the_proof_of_transparency_dev_for_one_to_eight_entries_is_met() -> None:
    """transparency-dev/merkle, testdata/consistency/1/happy-path.json."""
    proof = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    old, new = leaf_hash(b""), bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    assert verify_consistency(1, old, 8, new, [bytes.fromhex(one) for one in proof]).answer is Answer.MET


def test_the_empty_tree_the_empty_entry_and_the_tree_of_one_are_what_the_rfc_says() -> None:
    assert Tree().root == EMPTY_ROOT == NAIVE.mth(0, 0)
    one = Tree().append([leaf_hash(b"")]).tree
    assert one.root == leaf_hash(b"") == NAIVE.mth(0, 1)
    assert verify_inclusion(leaf_hash(b""), 0, 1, [], one.root).answer is Answer.MET
    assert verify_consistency(0, EMPTY_ROOT, 1, one.root, []).answer is Answer.MET
    assert verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, []).answer is Answer.MET
    assert verify_consistency(0, one.root, 1, one.root, []).because.code == "empty-root"
    assert verify_inclusion(leaf_hash(b""), 0, 0, [], EMPTY_ROOT).because.code == "index-beyond-size"


def test_every_proof_of_inclusion_of_every_tree_up_to_300_is_the_naive_one_and_holds() -> None:
    for size in range(1, 301):
        root = root_at(size, read_tile)
        assert root == NAIVE.mth(0, size)
        for index in range(size):
            proof = inclusion_proof(size, index, read_tile)
            assert list(proof) == NAIVE.path(index, 0, size)
            assert len(proof) == inclusion_length(index, size)
            assert verify_inclusion(NAIVE.mth(index, index + 1), index, size, proof, root).answer is Answer.MET


def test_every_proof_of_consistency_between_trees_up_to_300_is_the_naive_one_and_holds() -> None:
    for size in range(301):
        for old in range(0, size + 1, 1 if size < 140 else 3):
            proof = consistency_proof(old, size, read_tile)
            assert list(proof) == (NAIVE.proof(old, size) if old else [])
            assert verify_consistency(old, NAIVE.mth(0, old), size, NAIVE.mth(0, size), proof).answer is Answer.MET


@given(LARGEST, st.randoms(use_true_random=False))
def test_trees_of_any_size_give_the_naive_proofs(size: int, draw: random.Random) -> None:
    index, old = draw.randrange(size), draw.randrange(1, size + 1)
    root = root_at(size, uniform_tile)
    assert root == UNIFORM.mth(0, size)
    proof = inclusion_proof(size, index, uniform_tile)
    assert list(proof) == UNIFORM.path(index, 0, size)
    assert verify_inclusion(leaf_hash(b""), index, size, proof, root).answer is Answer.MET
    between = consistency_proof(old, size, uniform_tile)
    assert list(between) == UNIFORM.proof(old, size)
    assert verify_consistency(old, UNIFORM.mth(0, old), size, root, between).answer is Answer.MET


@given(st.integers(1, 300), st.randoms(use_true_random=False))
def test_a_proof_with_anything_changed_is_refused(size: int, draw: random.Random) -> None:
    index = draw.randrange(size)
    leaf, root, proof = NAIVE.mth(index, index + 1), NAIVE.mth(0, size), NAIVE.path(index, 0, size)

    def refused(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
        return verify_inclusion(leaf, index, size, proof, root).answer is Answer.NOT_MET

    assert refused(_flipped(leaf, draw), index, size, proof, root)
    assert refused(leaf, index, size, proof, _flipped(root, draw))
    assert refused(leaf, index, size, [*proof, root], root)
    for other in {index - 1, index + 1, index ^ 1, index + size} - {index}:
        assert refused(leaf, other, size, proof, root)
    for place, one in enumerate(proof):
        assert refused(leaf, index, size, [*proof[:place], _flipped(one, draw), *proof[place + 1 :]], root)
        assert refused(leaf, index, size, [*proof[:place], *proof[place + 1 :]], root)
        assert refused(leaf, index, size, [*proof[:place], one[:-1], *proof[place + 1 :]], root)


@given(st.integers(2, 300), st.randoms(use_true_random=False))
def test_a_continuation_with_anything_changed_is_refused(size: int, draw: random.Random) -> None:
    old = draw.randrange(1, size)
    roots, proof = (NAIVE.mth(0, old), NAIVE.mth(0, size)), NAIVE.proof(old, size)

    def refused(old: int, before: bytes, size: int, after: bytes, proof: list[bytes]) -> bool:
        return verify_consistency(old, before, size, after, proof).answer is Answer.NOT_MET

    assert refused(old, _flipped(roots[0], draw), size, roots[1], proof)
    assert refused(old, roots[0], size, _flipped(roots[1], draw), proof)
    assert refused(old, roots[0], size, roots[1], [*proof, roots[0]])
    assert refused(old, roots[0], size, roots[1], [])
    assert refused(size, roots[0], old, roots[1], proof)
    for place, one in enumerate(proof):
        assert refused(old, roots[0], size, roots[1], [*proof[:place], _flipped(one, draw), *proof[place + 1 :]])
        assert refused(old, roots[0], size, roots[1], [*proof[:place], *proof[place + 1 :]])


def test_two_trees_of_one_size_with_two_roots_are_a_fork() -> None:
    found = verify_consistency(5, NAIVE.mth(0, 5), 5, NAIVE.mth(1, 6), [])
    assert (found.answer, found.because.code) == (Answer.NOT_MET, "forked")


@pytest.mark.parametrize("size", [-1, MOST + 1])
def test_impossible_sizes_are_refused(size: int) -> None:
    assert verify_inclusion(EMPTY_ROOT, 0, size, [], EMPTY_ROOT).because.code == "impossible-size"
    assert verify_consistency(size, EMPTY_ROOT, size, EMPTY_ROOT, []).because.code == "impossible-size"
    assert verify_consistency(size, EMPTY_ROOT, 5, EMPTY_ROOT, []).because.args == {"size": size}
    assert verify_consistency(5, EMPTY_ROOT, size, EMPTY_ROOT, []).because.args == {"size": size}
    with pytest.raises(MalformedError):
        inclusion_proof(size, 0, uniform_tile)
    with pytest.raises(MalformedError):
        consistency_proof(size, size, uniform_tile)


@given(st.lists(st.integers(1, 700), max_size=5))
def test_growing_by_parts_makes_the_same_tiles_as_growing_at_once(parts: list[int]) -> None:
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(sum(parts))]
    made: dict[Tile, bytes] = {}
    tree, at = Tree(), 0
    for part in parts:
        growth = tree.append(leaves[at : at + part])
        tree, at = growth.tree, at + part
        made |= growth.tiles
    assert tree == Tree().append(leaves).tree
    assert {tile: made[tile] for tile in tiles(at)} == {tile: Tree().append(leaves).tiles[tile] for tile in tiles(at)}
    assert Tree.load(at, lambda tile: made[tile]) == tree
    assert tree.root == root_at(at, lambda tile: made[tile])


def test_seventy_thousand_entries_are_in_the_tiles_of_the_specification() -> None:
    """C2SP tlog-tiles, «Partial Tiles»: 273 full tiles and one of 112, one full and one of 17, one of 1."""
    leaves = [leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]
    made = Tree().append(leaves).tiles
    assert set(made) == set(tiles(70_000))
    root = root_at(70_000, made.__getitem__)
    proof = inclusion_proof(70_000, 69_999, made.__getitem__)
    assert verify_inclusion(leaves[-1], 69_999, 70_000, proof, root).answer is Answer.MET


def test_a_tile_that_is_too_short_is_refused() -> None:
    with pytest.raises(MalformedError, match=r"tile/0/000\.p/3: bytes expected: 96, found: 64"):
        Nodes(3, lambda tile: bytes(64)).complete(0, 0)


def test_the_largest_tree_is_consistent_with_itself_and_with_nothing() -> None:
    assert verify_consistency(MOST, EMPTY_ROOT, MOST, EMPTY_ROOT, []).answer is Answer.MET
    assert verify_consistency(0, EMPTY_ROOT, MOST, leaf_hash(b"a"), []).answer is Answer.MET


def test_a_tree_grows_to_its_largest_size_and_no_further() -> None:
    tree = Tree.load(MOST - 1, uniform_tile).append([leaf_hash(b"")]).tree
    assert (tree.size, tree.root) == (MOST, UNIFORM.mth(0, MOST))
    with pytest.raises(MalformedError):
        tree.append([leaf_hash(b"")])


def test_a_node_is_not_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert node_hash(left, right) != leaf_hash(left + right)


def _flipped(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]
