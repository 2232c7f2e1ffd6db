"""An append-only log whose past cannot be changed unnoticed: the Merkle tree of RFC 6962.

Leaves are hashed with a leading 0, inner nodes with a leading 1 (SHA-256). An inclusion proof shows that an
entry stands in a tree, a consistency proof that a tree only grew. ``Tree`` keeps the hash of every complete
subtree, so that appending costs one hash on average and a proof a handful.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_ROOT = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """A proof was asked for that this tree cannot give."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """The tree over all entries appended so far."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        """``leaves`` are the leaf hashes of an earlier tree, in order."""
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append_hash(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, entry: bytes) -> int:
        """Append an entry; returns its index."""
        return self.append_hash(leaf_hash(entry))

    def append_hash(self, leaf: bytes) -> int:
        """Append an entry by its leaf hash; returns its index."""
        levels = self._levels
        levels[0].append(leaf)
        height = 0
        while len(levels[height]) % 2 == 0:
            if height + 1 == len(levels):
                levels.append([])
            left, right = levels[height][-2:]
            levels[height + 1].append(node_hash(left, right))
            height += 1
        return len(levels[0]) - 1

    def root(self, size: int | None = None) -> bytes:
        """The tree head over the first ``size`` entries, or all."""
        size = len(self) if size is None else size
        self._check(0 <= size <= len(self))
        return self._range(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """The audit path of entry ``index`` in the tree over the first ``size`` entries (RFC 6962, 2.1.1)."""
        size = len(self) if size is None else size
        self._check(0 <= index < size <= len(self))
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, older: int, newer: int | None = None) -> list[bytes]:
        """That the tree of ``newer`` entries begins with the tree of ``older`` ones (RFC 6962, 2.1.2)."""
        newer = len(self) if newer is None else newer
        self._check(0 < older <= newer <= len(self))
        path: list[bytes] = []
        start, end, whole = 0, newer, True
        while older != end:
            middle = start + _split(end - start)
            if older <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, end))
        return path[::-1]

    def _range(self, start: int, end: int) -> bytes:
        """The hash over the entries from ``start`` to ``end``; ``start`` is aligned to the subtree's size."""
        count = end - start
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._levels[height][start >> height]
        middle = start + _split(count)
        return node_hash(self._range(start, middle), self._range(middle, end))

    def _check(self, possible: bool) -> None:
        if not possible:
            raise ProofError(f"the tree has {len(self)} entries")


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the entry with this leaf hash stands at ``index`` in the tree with this ``size`` and ``root``."""
    if not 0 <= index < size:
        return False
    node, last, computed = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node % 2 or node == last:
            computed = node_hash(step, computed)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, step)
        node, last = node >> 1, last >> 1
    return last == 0 and computed == root


def verify_consistency(
    older: int, newer: int, proof: Sequence[bytes], older_root: bytes, newer_root: bytes
) -> bool:
    """Whether the tree of ``newer`` entries and ``newer_root`` only grew from that of ``older`` entries."""
    if not 0 < older <= newer:
        return False
    if older == newer:
        return not proof and older_root == newer_root
    steps = list(proof)
    if older & (older - 1) == 0:
        steps.insert(0, older_root)
    if not steps:
        return False
    node, last = older - 1, newer - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node % 2 or node == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while node % 2 == 0 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, step)
        node, last = node >> 1, last >> 1
    return last == 0 and first == older_root and second == newer_root


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1
