"""A face is learnt from a picture on the desk: of whom somebody says that they are, and who agreed to be recognised."""

from __future__ import annotations

from imgpolicy.domain.consent import ConsentKind
from imgpolicy.domain.cover import biometric_consent
from imgpolicy.domain.geometry import Box
from imgpolicy.register import desk as kept
from imgpolicy.register.people import person
from imgpolicy.register.statements import consents
from imgpolicy.service import faces
from imgpolicy.service.desk import accept_kept
from imgpolicy.service.faces import Enrolled
from imgpolicy.service.judging import NamedBytes
from imgpolicy.service.workspace import Workspace


def may_be_learnt(workspace: Workspace, person_id: str) -> bool:
    """Whether this person's face may be learnt today: they agreed, and the policy has faces compared.

    RegisterError when they are not there.
    """
    if not workspace.policy.people.mode.compares:
        return False
    with workspace.register.reading() as unit:
        about, said = person(unit, person_id), consents(unit, person_id, ConsentKind.BIOMETRIC)
        return biometric_consent(about, said, unit.today(), unit.policy) is not None


def learn(workspace: Workspace, item_id: str, person_id: str, place: Box) -> Enrolled:
    """What was learnt of a person's face from the picture as it was laid down: the face at this place, and no other.

    `place` is a face's box in the answer on the picture. RegisterError when the picture is not kept any more, or shows
    no face there, and as `faces.enrol`.
    """
    with workspace.register.reading() as unit:
        record = kept.item_record(unit, item_id)
        file = accept_kept(record)
    data = workspace.register.desk.read(item_id, file)
    return faces.enrol(workspace, person_id, [NamedBytes(data, record.secret.name)], which=place)
