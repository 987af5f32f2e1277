"""Whoever signs may be cut off at any moment: the answer is there whole, with records and proof, or not at all."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
from tests.service.asked import ALL_YES, HOW, add_everybody
from tests.support import asked as ask_of

from imgpolicy.domain.request import RequestState
from imgpolicy.register import requests as kept
from imgpolicy.register.evidence import evidence_of
from imgpolicy.register.maintenance import verify
from imgpolicy.register.statements import consents
from imgpolicy.service import asking, signing
from imgpolicy.service.scaffold import make_folder
from imgpolicy.service.workspace import Workspace

KILLS = 40
LEAST = 5
"""Answers that came through, and that did not, at least."""


def sign_and_die(policy: Path, secret: str, seconds: float) -> None:
    """Sign in a process of its own, which is killed after about so long; it is over when this comes back."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with Workspace.open(policy) as workspace:
            workspace.register.head()  # all that is loaded late is loaded
            os.write(writing, b"x")
            signing.sign(workspace, secret, ALL_YES, "en")
            os.write(writing, b"x")
            time.sleep(60)
        os._exit(0)
    assert os.read(reading, 1) == b"x"
    time.sleep(seconds * random.uniform(0.5, 1.5))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_an_answer_whole_or_none(tmp_path: Path) -> None:
    make_folder(tmp_path)
    policy = tmp_path / "imgpolicy.toml"
    with Workspace.open(policy) as workspace:
        add_everybody(workspace)
    signed, seconds = 0, 0.02
    for _ in range(KILLS):
        with Workspace.open(policy) as workspace:
            (made,) = asking.ask(workspace, "signe", HOW)
        sign_and_die(policy, made.secret, seconds)
        with Workspace.open(policy) as workspace, workspace.register.reading() as unit:
            request = kept.request(unit, made.request.id)
            answers = [one for one in kept.answers_of(unit, "signe") if one.request == request.id]
            said = {one.id for one in consents(unit, "signe")}
            proved = {file.name for file in evidence_of(unit, "signe")}
            # The next one is killed nearer to the moment at which it is done.
            seconds *= 1.25 if request.state is RequestState.REQUESTED else 0.8
            if request.state is RequestState.REQUESTED:
                assert answers == []
                continue
            assert request.state is RequestState.GIVEN
            (answer,) = answers
            assert set(answer.consents) <= said
            assert f"{answer.id}.txt" in proved
            signed += 1
    with Workspace.open(policy) as workspace:
        assert len(ask_of(workspace.register, consents, "signe")) == 3 * signed
        with workspace.register.reading() as unit:
            health = verify(unit)
        assert health.broken_entry is None
        assert not health.damaged
    assert LEAST <= signed <= KILLS - LEAST
