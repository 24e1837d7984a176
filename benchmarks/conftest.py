"""Prints the ratios once all benchmarks have run."""

from __future__ import annotations

from typing import Any

import pytest
from ratios import RATIOS


@pytest.fixture(scope="session", autouse=True)
def _table(request: pytest.FixtureRequest) -> Any:
    yield
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    reporter.write_line("")
    for name, ratio in RATIOS:
        reporter.write_line(f"{name:<110} {ratio:>8.1f} x")
