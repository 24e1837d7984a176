"""The number systems in which a statement is evaluated: floats, many digits, balls, rationals."""

from verify.backends.ball import Ball
from verify.backends.base import Backend, Unsupported
from verify.backends.exact import Exact
from verify.backends.float64 import Float64
from verify.backends.highprec import HighPrecision

__all__ = ["Backend", "Ball", "Exact", "Float64", "HighPrecision", "Unsupported"]
