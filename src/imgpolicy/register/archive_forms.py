"""The hashes by which copies of a picture are found in the archive: sealed in blocks, that a million open in a moment.

A hash tells what a picture roughly looks like, so that it is as secret as the facts. A piece for each picture would
take seconds to open; here a block holds those of 512 pictures that follow each other by their numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from imgpolicy.register.sql.archive import ArchiveRows
from imgpolicy.register.sql.archive_search import ArchiveSearch
from imgpolicy.register.vault import Vault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Forms = NDArray[np.uint64]
    """Hashes of pictures, shape (pictures, 4, 4): four each, of four words; all 0 where there are none."""

FORMS_BYTES = 128
"""Bytes of one picture: four hashes of 256 bits."""

_BLOCK = 512
_TOGETHER = 128
_NONE = bytes(FORMS_BYTES)


def put_forms(vault: Vault, rows: ArchiveRows, forms: Mapping[int, bytes | None]) -> None:
    """Keep the hashes of these pictures, by their numbers, in place of those that were kept; None for none."""
    by_block: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for number, said in forms.items():
        block, at = divmod(number, _BLOCK)
        by_block[block][at] = said or _NONE
    for block, changed in sorted(by_block.items()):  # in one order, or two that hold a block wait for each other
        sealed = rows.held_forms(block)
        held = bytearray(vault.unseal(_place(block), sealed) if sealed else _NONE * _BLOCK)
        for at, said in changed.items():
            held[at * FORMS_BYTES : (at + 1) * FORMS_BYTES] = said
        rows.put_forms(block, vault.seal(_place(block), bytes(held)))


def remove_forms(vault: Vault, rows: ArchiveRows, pictures: Iterable[int]) -> None:
    """Forget the hashes of these pictures."""
    put_forms(vault, rows, dict.fromkeys(pictures))


def forms_in(vault: Vault, search: ArchiveSearch) -> Iterator[tuple[NDArray[np.int64], Forms]]:
    """The numbers of pictures and their hashes, some ten thousand at a time; RegisterError when any was altered."""
    import numpy as np  # what only lists people or consents loads none of it

    blocks = search.forms()
    while some := list(islice(blocks, _TOGETHER)):
        data = b"".join(vault.unseal(_place(block), sealed) for block, sealed in some)
        firsts = np.array([block * _BLOCK for block, _ in some], np.int64)
        yield (firsts[:, np.newaxis] + np.arange(_BLOCK)).ravel(), np.frombuffer(data, "<u8").reshape(-1, 4, 4)


def _place(block: int) -> str:
    return f"archive_forms.forms:{block}"
