"""Strangers of one batch who look alike are put together, so that whoever knows somebody names them once.

pictures of the batch ─► vectors of strangers, within one call ─► places of those who look alike

The vector of somebody who agreed to nothing is biometric data (GDPR article 9). The policy must ask for it, nobody is
looked for among others than those of the batch, and no vector leaves the call: what is given back are places.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from imgpolicy.domain.geometry import Box, overlap
from imgpolicy.domain.terms import FaceStatus, PeopleMode
from imgpolicy.engines import FaceEngine
from imgpolicy.errors import PolicyError
from imgpolicy.facts import Vector
from imgpolicy.phrase import phrase
from imgpolicy.register import desk as kept
from imgpolicy.register.desk_rows import ItemRecord
from imgpolicy.service import desk
from imgpolicy.service.desk import accept_kept
from imgpolicy.service.judging import NamedBytes
from imgpolicy.service.workspace import Workspace
from imgpolicy.sources import open_picture
from imgpolicy.wire.report import report_in

MOST_FACES = 500
"""Strangers of one batch that are compared."""

_SAME_PLACE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A stranger's face: the picture by its id, and the face's number in the answer on it."""

    item: str
    face: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A stranger with their vector, for as long as they are compared."""

    spot: Spot
    vector: Vector


def may_group(workspace: Workspace) -> bool:
    """Whether the policy has strangers of a batch compared with each other: it says so, and looks for people at all."""
    return workspace.kept.group_unknown and workspace.policy.people.mode is PeopleMode.IDENTIFY


def alike(workspace: Workspace, batch_id: str) -> tuple[tuple[Spot, ...], ...]:
    """The strangers of a batch who look like the same person, each group in the order of the pictures.

    Each of a group looks like each other of it, and no two are in one picture. Who looks like nobody is in none.
    PolicyError when the policy does not ask for it; RegisterError when the batch is not there.
    """
    if not may_group(workspace):
        raise PolicyError(
            phrase(
                "the policy has no strangers compared: it takes `group_unknown = true` in [desk], and people.mode"
                " {identify}",
                identify=PeopleMode.IDENTIFY.value,
            )
        )
    seen = [one for item in desk.items(workspace, batch_id) if not item.gone for one in _seen_in(workspace, item.id)]
    return tuple(tuple(one.spot for one in group) for group in _groups(workspace.engine, seen[:MOST_FACES]))


def _seen_in(workspace: Workspace, item_id: str) -> Iterator[_Seen]:
    """The strangers of one picture as it was laid down; none where a clean copy is what was answered on."""
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
    strangers = dict(_strangers(workspace, record))
    if not strangers:
        return
    data = workspace.register.desk.read(item_id, accept_kept(record))
    for found in workspace.engine.faces(open_picture(NamedBytes(data, record.secret.name))):
        for number, box in strangers.items():
            if overlap(found.face.box, box) > _SAME_PLACE:
                yield _Seen(Spot(item=item_id, face=number), found.vector)
                break


def _strangers(workspace: Workspace, record: ItemRecord) -> Iterator[tuple[int, Box]]:
    answers = desk.item(workspace, record.id).answers
    if record.copy is not None or not answers:
        return
    for number, face in enumerate(report_in(answers["en"]).faces, start=1):
        if face.person is None and face.status is FaceStatus.UNKNOWN and face.frame in {msgspec.UNSET, 0}:
            yield number, face.box


def _groups(engine: FaceEngine, seen: Sequence[_Seen]) -> list[list[_Seen]]:
    """Each stranger joins the first group all of which they look like: in doubt somebody is named twice."""
    least = engine.calibration.threshold(max(1, len(seen)))
    groups: list[list[_Seen]] = []
    for one in seen:
        for group in groups:
            apart = all(other.spot.item != one.spot.item for other in group)
            if apart and min(float(np.dot(one.vector, other.vector)) for other in group) >= least:
                group.append(one)
                break
        else:
            groups.append([one])
    return [group for group in groups if len(group) > 1]
