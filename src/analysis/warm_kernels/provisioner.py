"""The kernel provisioner that Jupyter loads under the name ``warm``: forks kernels instead of starting them."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
from typing import Any, cast
from weakref import finalize

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from . import protocol, starter
from .protocol import Request
from .starter import KernelProcess

_LAUNCHER = "ipykernel_launcher"
_HANDLED = {"cwd", "env", "stdout", "stderr", "kernel_id", "extra_arguments"}
_POLLS, _INTERVAL = 20, 0.005  # number, and seconds between them


class WarmProvisioner(LocalProvisioner):
    """Provisioner that forks a kernel from a process that has imported ``preload``; see the package."""

    preload = List(Unicode(), config=True, help="Modules that the warm process imports before the first kernel.")
    _folder: str | None = None
    _clear: finalize[..., WarmProvisioner] | None = None
    _kernel: KernelProcess | None = None
    _ending = False

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose sockets that no other user can read, before the connection file is written."""
        if self.parent and self._folder is None:
            self._folder = protocol.private_folder()
            if self._folder:
                self._clear = finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
                self.parent.transport, self.parent.ip = "ipc", protocol.socket_address(self._folder)
            else:
                kwargs["transport_encryption"] = "required"
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it the ordinary way when a fork is impossible or cannot do what is asked."""
        self._ending = False
        try:
            self._kernel = await self._fork(cmd, kwargs)
        except ConnectionError as error:
            self.log.warning("Kernel is started the ordinary way: %s", error)
        if self._kernel is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = cast("subprocess.Popen[Any]", self._kernel)  # it has the methods that Jupyter uses
        self.pid = self.pgid = self._kernel.pid
        return self.connection_info

    async def _fork(self, command: list[str], kwargs: dict[str, Any]) -> KernelProcess | None:
        interpreter, arguments = split_command(command)
        outputs = _outputs(kwargs)
        if not starter.CAN_FORK or not arguments or outputs is None or kwargs.keys() - _HANDLED:
            return None
        self.cwd = str(kwargs.get("cwd") or os.getcwd())
        request = Request(arguments, dict(kwargs["env"]), self.cwd, self._belongings())
        return await starter.fork_kernel(interpreter, self.preload, request, outputs)

    def _belongings(self) -> list[str]:
        return [path for path in (self._folder, self.parent and self.parent.connection_file) if path]

    async def poll(self) -> int | None:
        """Return the exit code, ``None`` while it runs.

        While the kernel is ending this waits up to a tenth of a second, because Jupyter polls only ten times a second.
        """
        code = await super().poll()
        for _ in range(_POLLS if self._ending else 0):
            if code is not None:
                break
            await asyncio.sleep(_INTERVAL)
            code = await super().poll()
        return code

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Note that the kernel is about to end."""
        self._ending = True

    async def send_signal(self, signum: int) -> None:
        """Signal the process group of the kernel."""
        self._ending |= signum in {signal.SIGKILL, signal.SIGTERM}
        if self._kernel:
            self._kernel.send_signal(signum)
        else:
            await super().send_signal(signum)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets, unless the kernel restarts."""
        if self._clear and not restart:
            self._clear()
            self._folder = None
        if self._kernel:
            self._kernel.release()
            self._kernel = None
        await super().cleanup(restart)


def split_command(command: list[str]) -> tuple[list[str], list[str]]:
    """Split a command into the interpreter with its options and the arguments of the kernel.

    Parameters
    ----------
    command : list of str
        As in a kernelspec.

    Returns
    -------
    list of str
        Interpreter and options; the whole command when it does not start an ipykernel.
    list of str
        Arguments of the kernel; empty when it is not an ipykernel.

    Examples
    --------
    >>> split_command(["python", "-m", "ipykernel_launcher", "-f", "kernel.json"])
    (['python'], ['-f', 'kernel.json'])
    """
    if _LAUNCHER not in command:
        return command, []
    index = command.index(_LAUNCHER)
    return command[: index - 1], command[index + 1 :]  # without -m


def _outputs(kwargs: dict[str, Any]) -> list[int] | None:
    """Return the file descriptors of standard output and error; ``None`` for a pipe, which needs a real Popen."""
    handles = []
    for name, standard in (("stdout", 1), ("stderr", 2)):
        given = kwargs.get(name)
        handle = standard if given is None else given if isinstance(given, int) else given.fileno()
        if handle < 0 or not _is_open(handle):  # PIPE and the like
            return None
        handles.append(handle)
    return handles


def _is_open(handle: int) -> bool:
    try:
        os.fstat(handle)
    except OSError:
        return False
    return True
