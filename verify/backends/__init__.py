"""The number systems in which a statement is evaluated: floats, many digits, balls, rationals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from verify.backends.base import Backend, Unsupported

if TYPE_CHECKING:
    from verify.backends.ball import Ball
    from verify.backends.exact import Exact
    from verify.backends.float64 import Float64
    from verify.backends.highprec import HighPrecision

__all__ = ["Backend", "Ball", "Exact", "Float64", "HighPrecision", "Unsupported"]

_HOMES = {"Ball": "ball", "Exact": "exact", "Float64": "float64", "HighPrecision": "highprec"}


def __getattr__(name: str) -> Any:
    # Each is imported when it is first asked for, so that the checker of certificates loads no float code.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
