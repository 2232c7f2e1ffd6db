from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.log import ProofError, Tree, leaf_hash, verify_consistency, verify_inclusion

ENTRIES = [
    bytes.fromhex(e)
    for e in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def _tree(count: int) -> Tree:
    tree = Tree()
    for i in range(count):
        tree.append(i.to_bytes(4, "big"))
    return tree


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert Tree().root() == hashlib.sha256(b"").digest()


def test_the_published_tree_heads_come_out() -> None:
    tree = Tree()
    for entry, root in zip(ENTRIES, ROOTS, strict=True):
        tree.append(entry)
        assert tree.root().hex() == root


def test_the_published_audit_path_comes_out() -> None:
    tree = Tree()
    for entry in ENTRIES:
        tree.append(entry)
    assert [step.hex() for step in tree.inclusion_proof(0)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_entry_of_every_small_tree_is_proved() -> None:
    tree = _tree(33)
    for size in range(1, 34):
        for index in range(size):
            leaf = leaf_hash(index.to_bytes(4, "big"))
            assert verify_inclusion(leaf, index, size, tree.inclusion_proof(index, size), tree.root(size))


def test_every_small_tree_grows_from_every_smaller_one() -> None:
    tree = _tree(33)
    for newer in range(1, 34):
        for older in range(1, newer + 1):
            proof = tree.consistency_proof(older, newer)
            assert verify_consistency(older, newer, proof, tree.root(older), tree.root(newer))


@given(st.integers(2, 200), st.data())
def test_a_changed_entry_is_never_proved(size: int, data: st.DataObject) -> None:
    tree = _tree(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda i: i != index))
    proof = tree.inclusion_proof(index)
    assert not verify_inclusion(leaf_hash(b"changed"), index, size, proof, tree.root())
    assert not verify_inclusion(leaf_hash(index.to_bytes(4, "big")), other, size, proof, tree.root())


@given(st.integers(2, 200), st.data())
def test_a_rewritten_past_is_never_consistent(size: int, data: st.DataObject) -> None:
    older = data.draw(st.integers(1, size - 1))
    tree, rewritten = _tree(size), Tree()
    changed = data.draw(st.integers(0, older - 1))
    for i in range(size):
        rewritten.append(b"changed" if i == changed else i.to_bytes(4, "big"))
    proof = rewritten.consistency_proof(older)
    assert not verify_consistency(older, size, proof, tree.root(older), rewritten.root())


def test_a_tree_is_rebuilt_from_its_leaf_hashes() -> None:
    leaves = [leaf_hash(i.to_bytes(4, "big")) for i in range(77)]
    assert Tree(leaves).root() == _tree(77).root()


def test_a_proof_beyond_the_tree_is_refused() -> None:
    with pytest.raises(ProofError):
        _tree(3).inclusion_proof(3)
    with pytest.raises(ProofError):
        _tree(3).consistency_proof(2, 4)
