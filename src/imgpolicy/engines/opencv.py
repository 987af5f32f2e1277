"""OpenCV as a guest in somebody's process: quiet, on one thread, and leaving things as they were."""

from __future__ import annotations

from contextlib import AbstractContextManager

from imgpolicy.engines.guests import Guests, Undo


def _settle() -> Undo:
    import cv2

    level, threads = cv2.utils.logging.getLogLevel(), cv2.getNumThreads()

    def undo() -> None:
        cv2.setNumThreads(threads)
        cv2.utils.logging.setLogLevel(level)

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    cv2.setNumThreads(1)
    return undo


_GUESTS = Guests(_settle)


def opencv_at_rest() -> AbstractContextManager[None]:
    """OpenCV on one thread and without its warnings, inside the block.

    Its threads wait for each other by spinning, which costs more CPU than they save here; pictures are what is
    worked on in parallel. It warns of its own defaults whenever it loads a network.
    """
    return _GUESTS.at_rest()
