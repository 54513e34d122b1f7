"""The Merkle tree over the ledger: its root, and short proofs against it.

RFC 9162 (and RFC 6962), section 2.1, with SHA-256. A tree is spoken of by the half-open ranges of
leaves under its nodes: `Range(0, 4)` is the node over the leaves 0 to 3. All hashes are 32 bytes.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice

Range = tuple[int, int]
Path = tuple[bytes, ...]
NodeSource = Callable[[int, int], bytes]
"""Gives the hash over the leaves start to stop - 1, a complete subtree: 2**n leaves, aligned."""

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree of `size` leaves: all that its growth and its root depend on.

    `peaks` are the hashes of the complete subtrees, the largest and leftmost first; there is one
    for each 1 in the binary form of `size`.
    """

    size: int = 0
    peaks: Path = ()

    def append(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        """The frontier after these leaves, read one by one."""
        peaks, size = list(self.peaks), self.size
        for node in leaf_hashes:
            full = size
            while full & 1:
                node = sha256(b"\x01" + peaks.pop() + node).digest()  # noqa: PLW2901
                full >>= 1
            peaks.append(node)
            size += 1
        return Frontier(size, tuple(peaks))


def root(frontier: Frontier) -> bytes:
    """The hash of the whole tree."""
    return _join(frontier.peaks) if frontier.peaks else EMPTY_ROOT


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The siblings on the way from one leaf up to the root. ValueError where there is no leaf."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    start, stop, ranges = 0, size, list[Range]()
    while stop - start > 1:
        middle = _middle(start, stop)
        if index < middle:
            ranges.append((middle, stop))
            stop = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def node_source(ranges: Iterable[Range], leaf_hashes: Iterable[bytes]) -> NodeSource:
    """The complete subtrees under these ranges, from one pass over the tree's leaves.

    Keeps O(log n) hashes a range. ValueError where the leaves end too early.
    """
    wanted = {part for start, stop in ranges for part in _complete(start, stop)}
    found: dict[Range, bytes] = {}
    peaks: list[bytes] = []
    for stop, node in enumerate(leaf_hashes, start=1):
        width = 1
        while True:
            if (stop - width, stop) in wanted:
                found[stop - width, stop] = node
            if stop & width:
                break
            node = sha256(b"\x01" + peaks.pop() + node).digest()  # noqa: PLW2901
            width *= 2
        peaks.append(node)
    if len(found) < len(wanted):
        raise ValueError("there are fewer leaves than the tree has")
    return lambda start, stop: found[start, stop]


def inclusion_proof(index: int, size: int, node: NodeSource) -> Path:
    """The audit path of one leaf (RFC 9162, 2.1.3.1), the leaf's neighbour first."""
    return tuple(_hash(start, stop, node) for start, stop in inclusion_ranges(index, size))


def inclusion_proofs(
    indices: Collection[int], size: int, leaf_hashes: Iterable[bytes]
) -> dict[int, Path]:
    """The audit paths of many leaves, from one pass over the first `size` leaves."""
    ranges = (part for index in indices for part in inclusion_ranges(index, size))
    node = node_source(ranges, islice(leaf_hashes, size))
    return {index: inclusion_proof(index, size, node) for index in indices}


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], top: bytes) -> bool:
    """Whether the leaf with this hash is number `index` of the `size` under the root `top`."""
    if not 0 <= index < size:
        return False
    ranges = inclusion_ranges(index, size)
    if len(ranges) != len(path):
        return False
    node = leaf
    for (start, _), sibling in zip(ranges, path, strict=True):
        node = node_hash(sibling, node) if start < index else node_hash(node, sibling)
    return node == top


def _middle(start: int, stop: int) -> int:
    """Where a node parts: the largest power of two below its number of leaves goes left."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def _complete(start: int, stop: int) -> Iterator[Range]:
    """The complete subtrees that a node's leaves fall into, the largest first."""
    while start < stop:
        width = 1 << (stop - start).bit_length() - 1
        yield start, start + width
        start += width


def _hash(start: int, stop: int, node: NodeSource) -> bytes:
    return _join([node(*part) for part in _complete(start, stop)])


def _join(peaks: Sequence[bytes]) -> bytes:
    """One hash over neighbouring subtrees, of which the largest is first."""
    top = peaks[-1]
    for left in reversed(peaks[:-1]):
        top = node_hash(left, top)
    return top
