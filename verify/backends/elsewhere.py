"""Nodes that no backend evaluates, since the dynamics resolves them before anything is compiled."""

from __future__ import annotations

from verify.backends.base import Unsupported
from verify.language.time import MatrixMoment, ProductAlongRun, ScalarMoment, SumAlongRun

ELSEWHERE = {
    ProductAlongRun: Unsupported("product_along", "a product along a run is the dynamics' matter"),
    SumAlongRun: Unsupported("sum_along", "a sum along a run is the dynamics' matter"),
    ScalarMoment: Unsupported("a number at another time", "resolve initial(...) and following(...) first"),
    MatrixMoment: Unsupported("a matrix at another time", "resolve initial(...) and following(...) first"),
}
