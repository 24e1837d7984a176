"""Runs of the command that are killed at a given point of their work on a store, as by kill -9.

The process sends itself the signal, so that nothing depends on how fast the machine is.
"""

from __future__ import annotations

import signal
import subprocess
import sys

_KILLED_AT = """
import os, signal, sys
from verify.cli import main
from verify.store import Store

word, count = sys.argv[1], int(sys.argv[2])
prepare = Store._prepare

def prepared(self, create):
    prepare(self, create)
    seen = 0

    def trace(command):
        nonlocal seen
        seen += command.startswith(word)
        if seen == count:
            os.kill(os.getpid(), signal.SIGKILL)

    self._connection.set_trace_callback(trace)

Store._prepare = prepared
sys.argv = ["verify", *sys.argv[3:]]
main()
"""

_PATIENCE = 900
"""Seconds after which a worker counts as left behind; it decides nothing else."""


def killed_at(word: str, count: int, *arguments: object) -> bool:
    """Run the command, killed as its store begins the `count`-th SQL command that starts with `word`; whether it was.

    Returns once all workers of the command are gone too: they hold the same pipe open.
    """
    command = [sys.executable, "-c", _KILLED_AT, word, str(count), *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_PATIENCE).returncode == -signal.SIGKILL
