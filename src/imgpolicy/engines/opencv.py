"""OpenCV as a guest in somebody's process: quiet, on one thread, and leaving things as they were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _Guests:
    """How many threads use OpenCV now, and how it was before the first of them came.

    Its settings are the whole process's: what one thread puts back, another may still need.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._count = 0
        self._before = (0, 0)

    def come(self) -> None:
        import cv2

        with self._lock:
            self._count += 1
            if self._count == 1:
                self._before = (cv2.utils.logging.getLogLevel(), cv2.getNumThreads())
                cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
                cv2.setNumThreads(1)

    def leave(self) -> None:
        import cv2

        with self._lock:
            self._count -= 1
            if self._count == 0:
                level, threads = self._before
                cv2.setNumThreads(threads)
                cv2.utils.logging.setLogLevel(level)


_GUESTS = _Guests()


@contextmanager
def opencv_at_rest() -> Iterator[None]:
    """OpenCV on one thread and without its warnings, inside the block.

    Its threads wait for each other by spinning, which costs more CPU than they save here; pictures are what is
    worked on in parallel. It warns of its own defaults whenever it loads a network.
    """
    _GUESTS.come()
    try:
        yield
    finally:
        _GUESTS.leave()
