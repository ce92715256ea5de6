"""Jupyter kernels that start at once: each is forked from a process that has already imported everything.

This package is a library of its own: it knows Jupyter and nothing else of this project. A kernelspec asks for it with::

    "metadata": {"kernel_provisioner": {"provisioner_name": "warm", "config": {"preload": ["pandas"]}}}

and every client of Jupyter then uses it unmodified: papermill, nbclient, nbval, JupyterLab.

Guarantees
    A process that starts kernels (the starter) gets one warm process, which ends with its last kernel and with its
    starter. A kernel communicates over sockets in a folder that no other user can enter, or, where the name of that
    folder is too long for a socket, over encrypted TCP. Whichever process dies, by whatever signal, nothing stays
    behind: a kernel ends when its starter or the warm process ends, and the one of the two that is left removes its
    files. A kernel takes along every process it started, also in a session of its own (``setsid``); only when the warm
    process is killed do such processes go on.
Same as in an ordinary kernel
    Environment, working folder, outputs, limits of the process, interrupting, restarting, debugging, the exit code.
    When a package is installed, or a file of a package under development changes, the next kernel comes from a new warm
    process.
Different from an ordinary kernel
    What a module reads when it is imported, such as ``matplotlibrc`` in the working folder, is read once. Linear
    algebra uses one thread, unless ``OMP_NUM_THREADS`` and the like say otherwise.
Limitations
    A kernel starts the ordinary way without fork and pidfd (that is: outside Linux), when it is not an ipykernel, when
    a pipe is asked for, or when the warm process cannot be started. What such a kernel starts in a session of its own
    outlives it.

``provisioner`` is what Jupyter loads. ``starter`` is the side of the starter: its warm processes, and a kernel as if it
were a `subprocess.Popen`. ``server`` is the warm process and what its forks become. ``protocol`` is what the two send
each other, the folder for sockets, and when an import is outdated.
"""
