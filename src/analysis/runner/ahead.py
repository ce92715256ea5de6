"""What can be got ready for the chapters while something else is still going on."""

from __future__ import annotations

import os

KERNEL = "veiligheid"  # forked from a process that has imported everything: see `warm`


def prepare() -> None:
    """Let the process that kernels are forked from start importing, which takes it some seconds.

    Where kernels start the ordinary way there is nothing to get ready.
    """
    from jupyter_client.manager import KernelManager

    from .warm import starter
    from .warm.provisioner import split

    kernel = KernelManager(kernel_name=KERNEL)
    interpreter, arguments = split(kernel.format_kernel_cmd())
    provisioner = getattr(kernel.kernel_spec, "metadata", {}).get("kernel_provisioner", {})
    if starter.CAN_FORK and arguments and provisioner.get("provisioner_name") == "warm":
        starter.ready(interpreter, provisioner["config"]["preload"], dict(os.environ))
