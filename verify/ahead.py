"""Loads what workers need and the papers that the environment names: the server from which they are forked imports this module first."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

import verify.session  # noqa: F401  (what workers run)
from verify.errors import StatementError
from verify.registry import installed_papers, papers_of
from verify.workers import AHEAD


def load(names: Sequence[str]) -> None:
    """Load the installed papers of a selection; one that cannot be loaded is left to the worker that needs it, which says why."""
    installed = installed_papers()
    for key in papers_of(names):
        try:
            installed[key]
        except StatementError:
            continue


if AHEAD in os.environ:
    load(json.loads(os.environ[AHEAD]))
