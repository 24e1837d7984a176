"""The standard facts of linear algebra that the papers' proofs lean on, property-tested like every other statement.

A positive semi-definite matrix is written as a Gram matrix B B^T, which every one of them is, so
that no fact needs definiteness as a hypothesis.
"""

from theorems.linear_algebra.eigenvalues import *
from theorems.linear_algebra.gram_matrices import *
from theorems.linear_algebra.norms import *
from theorems.linear_algebra.notation import *
from theorems.linear_algebra.numbers import *
from theorems.linear_algebra.operators import *
from theorems.linear_algebra.products import *
from theorems.linear_algebra.singular_values import *
