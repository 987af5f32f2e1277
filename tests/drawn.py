"""Marks and scenes that are drawn for the tests: no brand's logo, no photograph."""

from __future__ import annotations

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

STAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="50" fill="#1d4e89"/>'
    '<path fill="#fbd1a2" d="M50 8 L61 39 L94 39 L67 58 L77 90 L50 71 L23 90 L33 58 L6 39 L39 39 Z"/></svg>'
)
"""A star on a disc."""
STEPS = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 100"><path fill="#7dcfb6" d="M0 70h40v30H0z"/>'
    '<path fill="#00b2ca" d="M40 35h40v65H40z"/><path fill="#f79256" d="M80 0h40v100H80z"/>'
    '<path fill="#333" d="M125 50 L160 75 L125 100 Z"/></svg>'
)
"""Stairs with an arrow."""


def mark(name: str = "star") -> Image.Image:
    """A logo on nothing, RGBA."""
    pixels = np.zeros((240, 240, 4), np.uint8)
    if name == "star":
        cv2.circle(pixels, (120, 120), 118, (29, 78, 137, 255), -1, cv2.LINE_AA)
        angles = np.arange(10) * np.pi / 5 - np.pi / 2
        radii = np.where(np.arange(10) % 2, 42, 104)
        points = np.stack([120 + radii * np.cos(angles), 120 + radii * np.sin(angles)], axis=1).astype(np.int32)
        cv2.fillPoly(pixels, [points], (251, 209, 162, 255), cv2.LINE_AA)
    else:
        for number, colour in enumerate(((125, 207, 182, 255), (0, 178, 202, 255), (247, 146, 86, 255))):
            cv2.rectangle(pixels, (80 * number, 160 - 70 * number), (80 * number + 64, 239), colour, -1)
        cv2.circle(pixels, (40, 60), 36, (40, 40, 40, 255), 14, cv2.LINE_AA)
    return Image.fromarray(pixels)


def page(width: int = 900, height: int = 600, seed: int = 0) -> Pixels:
    """Something like a photograph: noise whose amplitude falls with its frequency, in colours of a landscape."""
    random = np.random.default_rng(seed)
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1
    noise = random.normal(size=(3, 2, *frequency.shape))
    waves = np.fft.irfft2((noise[:, 0] + 1j * noise[:, 1]) / frequency**1.3, (height, width))
    grey = waves.mean(0, keepdims=True)
    mixed = (grey + 0.3 * (waves - grey)).transpose(1, 2, 0)
    return np.asarray(np.clip(115 + 45 * mixed / mixed.std(), 0, 255), np.uint8)


def with_mark(ground: Pixels, image: Image.Image, box: tuple[int, int, int, int], *, plate: bool = True) -> Pixels:
    """The ground with the mark in this box, on a white plate a little larger than it."""
    left, top, right, bottom = box
    seen = Image.fromarray(ground)
    if plate:
        edge = (right - left) // 8
        seen.paste("white", (left - edge, top - edge, right + edge, bottom + edge))
    small = image.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    seen.paste(small, (left, top), small)
    return np.asarray(seen)


def png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
