"""The end of the program: what has to be done is done, and the process is gone."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn

from imgpolicy.cli.exits import Exit


def end(code: int) -> NoReturn:
    """End the process with this exit code, or with 4 where a result could not be written.

    Whatever asked to be called at the end is called, and output is flushed. The interpreter then would take apart every
    module and every object, which costs a tenth of a second once OpenCV and SQLAlchemy are loaded, and gives back only
    what the system takes back anyway. While other threads work it is left to the interpreter, which waits for them.
    """
    if threading.active_count() > 1:
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001  # what the interpreter calls here; there is no other name for it
    os._exit(code if _flushed() else code or Exit.FAILED)


def _flushed() -> bool:
    """Whether all that was written to the standard streams has left the process; one that is closed holds nothing."""
    whole = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            whole = False
    return whole
