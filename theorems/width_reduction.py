"""Width reduction: the laws that runs reduce by default keep their hidden state in the span of the start, for all dimensions.

Each claim says that a step from weights V Q^T, Q V or Q V Q^T with Q^T Q = I is the same law's step of
the parts V, and that the loss is theirs. These are the identities that `verify.reduction` proves before
it reduces a run. Q is drawn as the first k columns of a reflection.
"""

from sympy import MatrixSymbol, Symbol

from theorems.du2018.notation import descent as factorisation
from theorems.xu2023.data_reduction import reduced_descent
from theorems.xu2023.notation import descent as two_layer
from verify.author import *
from verify.language.relations import substitute
from verify.reduction import rotation

paper = Paper("width_reduction", "Exact reduction of hidden widths", where="used by every run")

# --- the linear ResNet of any depth, with fixed input and output maps ---------------------------------------

L, m, d, p, n, l = dimensions("L m d p n l")
A, B, X, Y = matrix("A", m, d), matrix("B", p, m), matrix("X", d, n), matrix("Y", p, n)
W = layers("W", L, m, moves=True)
(eta,) = scalars("eta")
error = B * layer_product(W, 1, L, shift=True) * A * X - Y
gradient = layer_product(W, l + 1, L, shift=True).T * B.T * error * X.T * A.T * layer_product(W, 1, l - 1, shift=True).T
residual_network = law(
    "gradient descent on a linear ResNet", {W: W - eta * stack(l, gradient, 1, L)},
    step_size=eta, loss=fro(error) ** 2 / 2, widths=(m,),
)

# --- the statements -----------------------------------------------------------------------------------------


def reducible(label, title, which, h, given=()):
    """Register that the law may be reduced along h; `given` are relations between dimensions."""
    found = rotation(which, h)
    k, (q,) = found.small, dimensions("q")
    u, Q = matrix("u", k + q, 1), found.isometry.xreplace({h: k + q})
    columns = (identity(k + q) - 2 / inner(u, u) * u * u.T) * block([[identity(k)], [zeros(q, k)]])
    claims = [substitute(claim, {h: k + q}) for claim in found.claims]
    matrices = sorted({x for claim in claims for x in claim.atoms(MatrixSymbol) if x != Q}, key=str)
    sizes = sorted({k, q}.union(*(side.free_symbols for x in matrices for side in x.shape), *(r.free_symbols for r in given)), key=str)
    numbers = sorted({x for claim in claims for x in claim.free_symbols if isinstance(x, Symbol)} - set(sizes), key=str)
    over = domain(
        *(Dimension(x, 1, 3) for x in sizes), *given, AnyMatrix(u), let(Q, columns), *(AnyMatrix(x) for x in matrices),
        *(Scalar(x, Interval(-oo, oo)) for x in numbers),
    )
    return paper.identity(
        label, title, source="verify.reduction", over=over, given=substitute(found.given, {h: k + q}), claim=claims, proof=Expansion()
    )


two_layers = reducible("two-layer", "Two linear layers", two_layer, two_layer.widths[0])
any_data = reducible("two-layer.any-data", "Two linear layers on data of any rank", reduced_descent, reduced_descent.widths[0])
factors = reducible("factorisation", "Matrix factorisation U V^T", factorisation, factorisation.state[0].cols)
resnet = reducible("resnet", "A linear ResNet of any depth that starts from zero, with fixed maps A and B", residual_network, m, [l <= L])
