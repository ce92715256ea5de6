"""What a fork of the warm process becomes: an ordinary kernel, in its own session, with its own environment."""

from __future__ import annotations

import atexit
import ctypes
import logging
import os
import signal
import socket
import sys
import threading
import time
import traceback

from ipykernel.kernelapp import IPKernelApp

from .kernel import adopt
from .wire import Request, tell

_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG in <sys/prctl.h>
_SYSTEM = ctypes.CDLL(None)
_NO_POLLING = "--IPKernelApp.parent_handle=1"  # it ends with the warm process anyway; nor does it ask for a console


def become(asked: Request, line: socket.socket, warm: int) -> None:
    """Leave the warm process behind and tell that the kernel is there.

    Parameters
    ----------
    line : socket
        To whoever asked for it; closed afterwards.
    warm : int
        The number of the warm process.
    """
    os.setsid()
    adopt()
    _SYSTEM.prctl(_DIES_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != warm:  # it was gone before it could be told
        os._exit(1)
    os.chdir(asked.cwd)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    sys.argv = ["ipykernel_launcher", *asked.arguments]
    _seed()
    tell(line, pid=os.getpid())
    line.close()


def run(arguments: list[str]) -> int:
    """Be a kernel until it is shut down; its exit code."""
    logging.getLogger(IPKernelApp.__name__).addFilter(_tells)
    try:
        IPKernelApp.launch_instance([*arguments, _NO_POLLING])
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def leave(code: int) -> None:
    """End as an interpreter does, but let the system take back the memory: that is faster than Python is."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def _tells(record: logging.LogRecord) -> bool:
    """Jupyter interrupts before it shuts down: that an interrupt hit no cell is no error."""
    return "KeyboardInterrupt caught in kernel" not in record.getMessage()


def _seed() -> None:
    """Random numbers of its own, as Python itself takes care of for `random`."""
    if numpy := sys.modules.get("numpy.random"):
        numpy.seed()
