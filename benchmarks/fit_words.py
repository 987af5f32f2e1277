"""Fits the words that descriptors are looked up by, and writes them to the file that ships with the package.

    python benchmarks/fit_words.py PHOTOGRAPHS OUT.npy [--words 2048] [--rounds 12]

PHOTOGRAPHS is a folder of photographs, folders below it included. The words are the centres of k-means over the
descriptors' bits, each rounded to bits: shape (words, 16), uint8. The same photographs give the same words.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from imgpolicy.extract.keypoints import keypoints

Signs = NDArray[np.float32]
_BLOCK = 4096


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photographs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--words", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=12)
    given = parser.parse_args()
    files = [path for path in sorted(given.photographs.rglob("*")) if path.suffix.lower() in {".jpg", ".jpeg", ".png"}]
    found = [descriptors_of(Image.open(path).convert("RGB")) for path in files]
    signs = np.unpackbits(np.concatenate(found), axis=1).astype(np.float32) * 2 - 1
    words = k_means(signs, given.words, given.rounds)
    np.save(given.out, np.packbits(words > 0, axis=1))
    sizes = np.bincount(nearest(signs, np.where(words > 0, 1, -1).astype(np.float32)), minlength=given.words)
    print(
        f"{len(files)} photographs, {len(signs):,} descriptors; the largest word holds {sizes.max() / len(signs):.2%}"
    )


def descriptors_of(image: Image.Image) -> NDArray[np.uint8]:
    return keypoints(np.asarray(image), *image.size).descriptors


def k_means(signs: Signs, count: int, rounds: int) -> Signs:
    """The centres, from descriptors drawn with a fixed seed; an empty one is drawn anew."""
    random = np.random.default_rng(1)
    centres = signs[random.choice(len(signs), count, replace=False)]
    for _ in range(rounds):
        chosen = nearest(signs, centres)
        order = np.argsort(chosen, kind="stable")
        starts = np.searchsorted(chosen[order], np.arange(count))
        sizes = np.diff(np.append(starts, len(order)))
        sums = np.add.reduceat(signs[order], np.minimum(starts, len(order) - 1), axis=0)
        centres = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6) * np.sqrt(signs.shape[1])
        centres[sizes == 0] = signs[random.choice(len(signs), int((sizes == 0).sum()))]
    return centres


def nearest(signs: Signs, centres: Signs) -> NDArray[np.intp]:
    """The number of the nearest centre to each row."""
    blocks = (signs[start : start + _BLOCK] @ centres.T for start in range(0, len(signs), _BLOCK))
    return np.concatenate([block.argmax(axis=1) for block in blocks])


if __name__ == "__main__":
    main()
