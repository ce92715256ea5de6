"""Kernels that are there at once: each is forked from a process that has imported everything already.

A small library of its own: it knows Jupyter and nothing else here. A kernelspec asks for it with::

    "metadata": {"kernel_provisioner": {"provisioner_name": "warm", "config": {"preload": ["pandas"]}}}

and every client of Jupyter then uses it unmodified: papermill, nbclient, nbval, JupyterLab.

What holds
    Who starts kernels gets one warm process, which ends with its last kernel and with its starter. A kernel talks over
    sockets in a folder that nobody else can enter; where the name of that folder is too long for a socket, over
    encrypted TCP. Whatever dies, by whatever signal, nothing stays behind: a kernel ends when its starter or the warm
    process ends, and whichever of the two is left clears its files. With a kernel ends whatever it started, also in a
    session of its own (``setsid``); only when the warm process is killed does that go on.
What is the same as in an ordinary kernel
    Environment, working folder, outputs, limits of the process, interrupting, restarting, debugging, the exit code.
    When a package is installed or a file of an own package changes, the next kernel comes from a new warm process.
What is not
    What is read when a module is imported, such as ``matplotlibrc`` in the working folder, is read once. Linear algebra
    uses one thread, unless ``OMP_NUM_THREADS`` and the like say otherwise.
Where it cannot be done
    Without fork and pidfd (that is: outside Linux), when the kernel is no ipykernel, when a pipe is asked for, or when
    the warm process does not live, a kernel starts the ordinary way. What such a kernel starts in a session of its own
    outlives it.

``provisioner`` is what Jupyter finds. On the side of the starter, ``starter`` holds the warm processes, ``forked`` is a
kernel as if it were a `subprocess.Popen`, ``folder`` is where its sockets stand. ``parent`` is the warm process,
``kernel`` a fork as it sees it, ``sources`` what it has imported, ``child`` what a fork becomes. ``wire`` is what the
two say to each other.
"""
