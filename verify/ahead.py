"""Loads the papers that the environment names: the server from which workers are forked imports this module first."""

from __future__ import annotations

import os

from verify.errors import StatementError
from verify.registry import installed_papers
from verify.workers import AHEAD


def load(papers: str) -> None:
    """Load the installed papers with these keys; one that cannot be loaded is left to the worker that needs it, which says why."""
    installed = installed_papers()
    for key in papers.split():
        try:
            installed[key]
        except StatementError:
            continue


load(os.environ.get(AHEAD, ""))
