"""Fixtures that several test modules share."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings

from verify.cli import main

settings.register_profile("seeded", derandomize=True, database=None)
settings.load_profile("seeded")


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Runs `verify` with the given arguments in this process."""

    def call(*arguments: object) -> Outcome:
        monkeypatch.setattr("sys.argv", ["verify", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture
def local_cluster() -> Callable[..., Any]:
    """Opens a Dask cluster on this machine, a context manager, with the options of `distributed.LocalCluster`."""
    distributed = pytest.importorskip("distributed", reason="distributed is not installed; pip install 'lemmascope[cluster]'")

    def opened(**options: Any) -> Any:
        for _ in range(3):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)  # of the cluster that did not open
                try:
                    # Any free port for the dashboard: the usual one may belong to another test.
                    return distributed.LocalCluster(dashboard_address=":0", **options)
                except AssertionError:  # distributed gives its event loop ten seconds to start, which a stalled machine misses
                    pass
                gc.collect()
        return pytest.skip("distributed did not start its event loop on this machine, three times.")

    return opened
