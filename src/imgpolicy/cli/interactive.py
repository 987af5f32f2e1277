"""`imgpolicy clean --interactive`: each finding with a small picture of what it is about, and a choice of ways out.

What it shows goes to standard error, since standard output is for the result.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from select import select
from socket import socket, socketpair
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from imgpolicy.cli import common
from imgpolicy.language import Language
from imgpolicy.phrase import phrase
from imgpolicy.text import printable

if TYPE_CHECKING:
    from imgpolicy.domain.verdict import Remedy
    from imgpolicy.service.clean import Choice, Offer

LEAVE = "0"


def accept_terminal() -> None:
    """Nothing, or a usage error when there is nobody who could answer."""
    if not (common.is_terminal(sys.stdin) and common.is_terminal(sys.stderr)):
        common.usage_error(phrase("--interactive asks questions, and this is no terminal: leave it out"))


@contextmanager
def ended_by_signals() -> Iterator[socket]:
    """A block that a closed terminal, or being told to end, ends as Ctrl-C does: what it laid down is taken away.

    The socket has something to read from the first signal on. Whoever waits for the user waits for it too: a signal
    between the interpreter's last look at them and its wait would else be heard only after the next answer.
    """
    names = [name for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    heard, wake = socketpair()
    wake.setblocking(False)  # as set_wakeup_fd asks
    with heard, wake:
        before_wake = signal.set_wakeup_fd(wake.fileno())
        before = {name: signal.signal(getattr(signal, name), _stop) for name in names}
        try:
            yield heard
        finally:
            for name, handler in before.items():
                signal.signal(getattr(signal, name), handler)
            signal.set_wakeup_fd(before_wake)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


class Asking:
    """A `Choose` that asks at the terminal; the small pictures lie in `folder` as long as that is there.

    `signals` is what `ended_by_signals` gave. Commands that are told of state the options that are `repeated`.
    """

    def __init__(self, folder: Path, language: Language, signals: socket, repeated: str) -> None:
        self._folder = folder
        self._language = language
        self._signals = signals
        self._repeated = repeated
        self._shown = 0

    def __call__(self, offers: Sequence[Offer]) -> Sequence[Choice]:
        """What the user chose for each finding that something can be done about."""
        chosen: list[Choice] = []
        for number, offer in enumerate(offers, start=1):
            finding = offer.finding
            common.note("")
            common.note(_line(f"{number}/{len(offers)}  {finding.code} {finding.verdict.word}"))
            common.note(_line(f"{self._language.say(finding.title)}: {self._language.say(finding.message)}"))
            if offer.place is not None:
                self._show(offer.place())
            remedy = _asked(offer, self._language, self._signals, self._repeated)
            if remedy is not None:
                chosen.append((finding, remedy))
        return chosen

    def _show(self, place: bytes) -> None:
        """Show the place that the finding is about: opened where there is a desktop, else its path."""
        self._shown += 1
        path = self._folder / f"{self._shown}.png"
        path.write_bytes(place)
        common.note(self._language.word("see {path}", path=str(path)))
        if (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and shutil.which("xdg-open"):
            typer.launch(str(path))


def _asked(offer: Offer, language: Language, signals: socket, repeated: str) -> Remedy | None:
    """The way out that the user takes, or None to leave the finding as it is."""
    doable = offer.remedies
    for other in offer.finding.remedies:
        if other not in doable:
            command = "" if other.command is None else f": {other.command} {repeated}".rstrip()
            common.note(_line(f"  -  {language.say(other.text)}{command}"))
    if not doable:
        return None
    for key, remedy in enumerate(doable, start=1):
        common.note(_line(f"  {key}  {language.say(remedy.text)}"))
    leave = language.word("leave it as it is")
    common.note(f"  {LEAVE}  {leave}")
    keys = {str(key): remedy for key, remedy in enumerate(doable, start=1)}
    usual = "1" if doable[0].automatic else LEAVE
    which = language.word("which")
    while True:
        answer = _answer(f"{which} [{usual}]: ", signals) or usual
        if answer == LEAVE or answer in keys:
            return keys.get(answer)
        again = language.word("one of {keys}", keys=", ".join([*keys, LEAVE]))
        common.note(f"  {again}")


def _answer(question: str, signals: socket) -> str:
    """What the user typed, without spaces around it; typer.Abort when there is nobody any more."""
    typer.echo(question, nl=False, err=True)
    if os.name != "nt":  # where a terminal cannot be waited for
        ready, _, _ = select([sys.stdin, signals], [], [])
        if signals in ready:
            raise KeyboardInterrupt
    line = sys.stdin.readline()
    if not line:
        raise typer.Abort
    return line.strip()


def _line(text: str) -> str:
    return printable(text, limit=2_000)
