"""From pictures into the register: face vectors of a person, fingerprints of works and logos.

The pictures themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from imgpolicy.engines import FaceEngine
from imgpolicy.errors import RegisterError
from imgpolicy.extract.fingerprint import FingerprintExtractor
from imgpolicy.extract.logos.artwork import Artwork, is_drawing, read_artwork
from imgpolicy.extract.logos.template import VERSION, learn, to_bytes
from imgpolicy.facts import Face, Fingerprint, Vector
from imgpolicy.match.faces import face_scores
from imgpolicy.match.works import MIN_QUALITY
from imgpolicy.picture import Picture, load
from imgpolicy.posting import today
from imgpolicy.register.logos import KnownArtwork
from imgpolicy.register.store import Register
from imgpolicy.sources import read

MIN_HEIGHT = 48
"""Height of a face in pixels below which it is too small to enrol: 48 px match at .98, 32 px at .89 (measured
with SFace, docs/decisions/0003-face-engine.md)."""


MIN_SHARPNESS = 0.008
"""Variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) of a face at 112 pixels, its greys scaled to unit
variance. Portraits of Labeled Faces in the Wild have 0.033 or more (95 %); a blur of 3 % of the face's height, at
which half of the pairs of one person are not recognised any more, leaves 0.005 (median); one of 1 %, which costs
nothing, 0.009 or more (95 %)."""

_SHARPNESS_SIDE = 112


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """What came of an enrolment: how many vectors were stored, and other people whom the face is close to."""

    stored: int
    close_to: tuple[str, ...]


def enrol_faces(
    register: Register, engine: FaceEngine, person: str, photographs: Sequence[str], *, number: int | None = None
) -> Enrolment:
    """Store one face vector of each photograph under the person, all or none.

    `number` counts the faces of a photograph from the left, from 1; without it a photograph must show one face.
    Raises PictureError when a photograph cannot be read, RegisterError when its face cannot be enrolled or the
    person has given no biometric consent.
    """
    register.person(person)
    faces = [_face_in(engine, photograph, number) for photograph in photographs]
    gallery = register.gallery(engine.engine_id, today())
    threshold = engine.threshold(len(set(gallery.owners)))
    others = {
        owner
        for scores in face_scores(faces, gallery)
        for owner, score in zip(gallery.owners, scores, strict=True)
        if owner != person and score >= threshold
    }
    register.add_faces(person, engine.engine_id, [face.vector for face in faces])
    return Enrolment(stored=len(faces), close_to=tuple(sorted(others)))


def face_of(engine: FaceEngine, photograph: str) -> Vector:
    """The vector of the one face in a photograph; the same errors as `enrol_faces`."""
    return _face_in(engine, photograph, None).vector


def fingerprint_of(source: str) -> Fingerprint:
    """The fingerprint of a work or logo, by path or URL.

    Raises PictureError when it cannot be read, RegisterError when it is so flat that its fingerprint would match
    other pictures too.
    """
    name, data = read(source)
    fingerprint = FingerprintExtractor().extract(load(data, name))
    if fingerprint.quality < MIN_QUALITY:
        raise RegisterError(
            f"{name}: too plain to be recognised again (quality {fingerprint.quality} of 100, {MIN_QUALITY} needed)"
        )
    return fingerprint


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogoFile:
    """What a logo is recognised by, from one file: as a whole picture, and as a part of one."""

    fingerprint: Fingerprint
    artwork: KnownArtwork


def logo_of(source: str) -> LogoFile:
    """What is learnt from a logo's artwork, by path or URL: a picture, transparent or not, or an SVG.

    Raises PictureError when it cannot be read, is too small, or shows nothing.
    """
    name, data = read(source)
    artwork = read_artwork(data, name)
    fingerprint = None if is_drawing(data) else FingerprintExtractor().extract(load(data, name))
    if fingerprint is None or fingerprint.quality < MIN_QUALITY:  # on white a white mark is nothing
        fingerprint = FingerprintExtractor().extract(load(artwork.on_page(), name))
    return LogoFile(fingerprint=replace(fingerprint, sha256=artwork.sha256), artwork=known_artwork(artwork))


def known_artwork(artwork: Artwork) -> KnownArtwork:
    """The artwork as the register keeps it. A mark too simple is recognised as a whole picture only."""
    template = None if artwork.simple else to_bytes(learn(artwork))
    return KnownArtwork(sha256=artwork.sha256, picture=artwork.png(), version=VERSION, template=template)


def _face_in(engine: FaceEngine, photograph: str, number: int | None) -> Face:
    name, data = read(photograph)
    return _only_face(engine, load(data, name), number)


def _only_face(engine: FaceEngine, picture: Picture, number: int | None) -> Face:
    """The face to enrol."""
    faces = engine.faces(picture)
    if not faces:
        raise RegisterError(f"{picture.name}: no face was found")
    if number is None and len(faces) > 1:
        raise RegisterError(f"{picture.name}: {len(faces)} faces were found: choose one with --face, 1 is leftmost")
    if number is not None and not 1 <= number <= len(faces):
        raise RegisterError(f"{picture.name}: there is no face {number}, only {len(faces)}")
    face = faces[(number or 1) - 1]
    height = (face.box.bottom - face.box.top) / picture.scale
    if height < MIN_HEIGHT:
        raise RegisterError(f"{picture.name}: the face is {height:.0f} pixels high, {MIN_HEIGHT} are needed")
    if sharpness(picture, face) < MIN_SHARPNESS:
        raise RegisterError(f"{picture.name}: the face is too blurred; take a sharper photograph")
    return face


def sharpness(picture: Picture, face: Face) -> float:
    """How sharp a face is, comparable between pictures: see MIN_SHARPNESS. A face of one colour has 0."""
    import cv2

    rows, columns = (
        slice(round(low / picture.scale), max(round(high / picture.scale), round(low / picture.scale) + 1))
        for low, high in ((face.box.top, face.box.bottom), (face.box.left, face.box.right))
    )
    grey = cv2.cvtColor(picture.pixels[rows, columns], cv2.COLOR_RGB2GRAY)
    if min(grey.shape) > _SHARPNESS_SIDE:
        grey = cv2.resize(grey, (_SHARPNESS_SIDE, _SHARPNESS_SIDE), interpolation=cv2.INTER_AREA)
    levels = grey.astype(np.float32)
    return float(cv2.Laplacian(levels, cv2.CV_32F).var() / max(float(levels.var()), 1.0))
