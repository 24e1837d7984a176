"""The introduction: rescaling of layers, the gradient (2), what is not smooth, and the balanced objective (3)."""

from theorems.du2018.notation import *
from verify.author import *

# --- Rescaling ----------------------------------------------------------------------------------------

n_0, n_1, n_2, n_3, m = dimensions("n_0 n_1 n_2 n_3 m")
W_1, W_2, W_3 = matrix("W_1", n_1, n_0), matrix("W_2", n_2, n_1), matrix("W_3", n_3, n_2)
x = matrix("x", n_0, m)
(z, leak) = scalars("z alpha")


def phi(X):
    """Leaky ReLU max{z, alpha z}; ReLU is alpha = 0, the linear function alpha = 1."""
    return elementwise(Lambda(z, maximum(z, leak * z)), X)


def network(W_1, W_2, W_3):
    """Three layers with a homogeneous activation between them."""
    return W_3 * phi(W_2 * phi(W_1 * x))


paper.definition("def-intro-net", define("f", network(W_1, W_2, W_3)), title="a homogeneous network", source="section 1")

networks = domain(
    Dimension(n_0, 1, 2), Dimension(n_1, 1, 2), Dimension(n_2, 1, 2), Dimension(n_3, 1, 2), Dimension(m, 1, 2),
    AnyMatrix(x), AnyMatrix(W_1), AnyMatrix(W_2), AnyMatrix(W_3), Scalar(leak, Interval(0, 1)), Scalar(c, Interval.open(0, oo)),
)

claim_rescale = paper.identity(
    "claim-rescale", "A layer times c and another one divided by c leave the network as it is",
    source="section 1, second paragraph", over=networks,
    claim=[
        equal(network(c * W_1, W_2, W_3 / c), network(W_1, W_2, W_3)),
        equal(network(c * W_1, W_2 / c, W_3), network(W_1, W_2, W_3)),
        equal(network(W_1, c * W_2, W_3 / c), network(W_1, W_2, W_3)),
    ],
    note="Leaky ReLU of every slope between 0 and 1, both ends included; three layers, every pair of them.",
)

homogeneous = paper.identity(
    "def-homog", "Leaky ReLU is homogeneous: phi(c x) = c phi(x) for c > 0, and phi(x) is a slope in [alpha, 1] times x",
    source="section 2.1", over=domain(Scalar(z, Interval(-oo, oo)), Scalar(leak, Interval(0, 1)), Scalar(c, Interval.open(0, oo))),
    claim=[
        equal(maximum(c * z, leak * c * z), c * maximum(z, leak * z)),
        equal(maximum(z, leak * z), positive_part(z) - leak * positive_part(-z)),
    ],
    proof=Closing(),
)

# --- The gradient ----------------------------------------------------------------------------------------

D_U, D_V = matrix("Delta_U", d_1, r), matrix("Delta_V", d_2, r)
directions = any_factors.extended(AnyMatrix(D_U), AnyMatrix(D_V))
along_Delta = {U: D_U, V: D_V}

eq_2 = paper.identity(
    "eq-2", "The gradient: the rate of f along every direction",
    source="eq. (2)", over=directions,
    claim=[
        equal(rate_along(f, {U: D_U}), inner(grad_U, D_U)),
        equal(rate_along(f, {V: D_V}), inner(grad_V, D_V)),
    ],
    proof=Expansion(),
)

eq_9 = paper.step(
    "eq-9", "Gradient descent moves against the gradient",
    source="eq. (9)", over=any_step, law=descent,
    claim=[equal(following(U), U - eta * grad_U), equal(following(V), V - eta * grad_V)],
    proof=Expansion(),
)

optima = shapes.extended(TwoLayer(U, V.T), let(M_star, U * V.T), AnyMatrix(D_U))

# A moved U changes the gradient in U by D_U V^T V, whose norm is at least sigma_min(V)^2 that of D_U: no constant bounds it.
claim_nonsmooth = paper.identity(
    "claim-nonsmooth", "At a global optimum a change of U changes the gradient in U by the change times V^T V, however large V is",
    source="section 1, after eq. (2)", over=optima,
    claim=[
        equal(grad_U, zeros(d_1, r)),
        equal(((U + D_U) * V.T - M_star) * V, D_U * V.T * V),
    ],
    given=equal(M_star, U * V.T),
    proof=Expansion(),
)

(shift, K) = scalars("shift K")
unbalanced = domain(Scalar(epsilon, Interval.open(0, oo)), Scalar(K, Interval.open(0, oo)), Scalar(shift, Interval.open(0, oo)))

claim_nonsmooth_scalar = paper.inequality(
    "claim-nonsmooth.unbounded", "At the optimum (epsilon, 1/epsilon) of u v = 1 no constant K bounds the change of the gradient",
    source="section 1, after eq. (2)", over=unbalanced, given=K * epsilon**2 < 1,
    claim=((epsilon + shift) / epsilon - 1) / epsilon > K * shift,
    proof=Closing(),
    facts=[equal(((epsilon + shift) / epsilon - 1) / epsilon, shift / epsilon**2), 1 / epsilon**2 > K],
)

# --- The balanced objective ----------------------------------------------------------------------------

balanced_objective = paper.definition(
    "eq-3", define("f_balanced", f + Rational(1, 8) * fro(imbalance) ** 2), title="the balanced objective", source="eq. (3)"
)

S, Q = matrix("S", r, r), matrix("Q", r, r)
rotated = any_factors.extended(AnyMatrix(S), let(Q, (identity(r) + S - S.T).I * (identity(r) - S + S.T)))
"""Q is a rotation: the Cayley transform of the skew matrix S - S^T. All rotations without the eigenvalue -1 are of this form."""

eq_3_rotation = paper.identity(
    "eq-3.rotation", "A rotation of both factors leaves the balanced objective as it is",
    source="line after eq. (3)", over=rotated, given=[equal(Q.T * Q, identity(r)), equal(Q * Q.T, identity(r))],
    claim=equal(balanced_objective, objective(U * Q, V * Q) + Rational(1, 8) * fro((U * Q).T * U * Q - (V * Q).T * V * Q) ** 2),
    proof=Expansion(),
)

G = matrix("G", r, r)

eq_1_rescaling = paper.identity(
    "eq-1.rescaling", "The factorisation objective does not see an invertible matrix between the factors",
    source="section 1, after footnote 7", over=any_factors.extended(FullRank(G)),
    claim=equal(f, objective(U * G, V * G.T.I)),
    proof=Expansion(),
)
