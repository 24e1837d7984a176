"""Three Gaussian layers with two wide hidden spaces, rotated so that the middle one is a band: runs of a few steps at any width."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Basic, MatrixSymbol

from verify.errors import DomainError, InstanceError
from verify.initialisations.base import Floats, Generator, Initialisation, Sizes, expression, positive, require_matrix, shape
from verify.language.relations import in_text


@dataclass(frozen=True)
class BandedGaussian(Initialisation):
    """W_1, W_2, W_3 with independent entries N(0, 1) and hidden layers of `widths` units, the first k units of each after a rotation.

    Householder's reduction to a band makes W_1 upper and W_3 lower triangular, and leaves of W_2 as many diagonals below the
    main one as there are outputs, and as many above as inputs. What it meets is independent of its rotations, so that all entries are
    independent: normal ones inside, the norms of normal vectors on the outermost diagonals (Bartlett). A step of gradient descent on
    the product reaches one bandwidth further, so that k = j (inputs + outputs) units are enough for 2 j - 1 steps, exactly.
    """

    first: MatrixSymbol
    middle: MatrixSymbol
    last: MatrixSymbol
    widths: tuple[Any, Any]

    def __post_init__(self) -> None:
        for layer in self.matrices:
            require_matrix(layer, "BandedGaussian")
        if not self.first.rows == self.middle.cols == self.middle.rows == self.last.cols:
            names = ", ".join(layer.name for layer in self.matrices)
            raise DomainError(f"{names} must be k x inputs, k x k and outputs x k with one number k.")
        object.__setattr__(self, "widths", tuple(expression(width, "the width") for width in self.widths))

    @property
    def matrices(self) -> tuple[MatrixSymbol, ...]:
        return (self.first, self.middle, self.last)

    @property
    def parameters(self) -> tuple[Basic, ...]:
        return self.widths

    def words(self) -> str:
        names = ", ".join(layer.name for layer in self.matrices)
        hidden = " and ".join(in_text(width) for width in self.widths)
        return (
            f"{names} have independent entries N(0, 1) and hidden layers of {hidden} units, "
            f"rotated until {self.middle.name} is a band; its first {in_text(self.middle.rows)} units are kept."
        )

    def draw(self, rng: Generator, count: int, dimensions: Sizes, values: Mapping[Any, Any] | None = None) -> dict[Any, Floats]:
        names = ", ".join(layer.name for layer in self.matrices)
        wide_1, wide_2 = (positive(width, dimensions, values, f"a width of {names}") for width in self.widths)
        kept, inputs = shape(self.first, dimensions)
        outputs = shape(self.last, dimensions)[0]
        if kept > min(wide_1, wide_2) or kept < max(inputs, outputs):
            raise InstanceError(f"{names} keep {kept} of {wide_1:.6g} and {wide_2:.6g} units, for {inputs} inputs and {outputs} outputs.")
        first = np.triu(rng.standard_normal((count, kept, inputs)), 1)
        last = np.tril(rng.standard_normal((count, outputs, kept)), -1)
        middle = np.triu(np.tril(rng.standard_normal((count, kept, kept)), inputs - 1), 1 - outputs)
        _put_norms(rng, first, 0, wide_1)
        _put_norms(rng, last, 0, wide_2)
        _put_norms(rng, middle.swapaxes(-1, -2), inputs, wide_1)
        _put_norms(rng, middle, outputs, wide_2)
        return {self.first: first, self.middle: middle, self.last: last}


def _put_norms(rng: Generator, matrices: Floats, below: int, width: float) -> None:
    """On that diagonal the norms of normal vectors with as many entries as `width` has beyond those before them."""
    columns = np.arange(min(matrices.shape[2], matrices.shape[1] - below))
    rows = columns + below
    matrices[:, rows, columns] = np.sqrt(rng.chisquare(width - rows, (len(matrices), len(rows))))
