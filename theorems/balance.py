"""Imbalances of layers in every model of `verify.networks`: conserved by gradient flow, moved at second order by a step of descent.

Every law is the symbolic gradient of its loss, the same that runs. An arbitrary matrix P is the gradient of the loss at the
outputs, so that a statement over every P is one over every differentiable loss, at any one moment.
"""

from pathlib import Path

from theorems import linear_algebra as la
from verify.author import *
from verify.networks import *

paper = Paper(
    "balance",
    "Balance of layers under gradient descent, for every model",
    proofs=Path(__file__).parent / "balance_proofs",
)

m, i = dimensions("m i")
slope, slope_next, eta = scalars("a a_2 eta")
any_slope = (Scalar(slope, Interval(0, 1)), Scalar(slope_next, Interval(0, 1)))
"""Slope 0 is ReLU, slope 1 the identity, what lies between leaky ReLU."""
any_step = Scalar(eta, Interval.open(0, oo))


def sizes(*dimensions):
    """Small dimensions, from 1 on."""
    return [Dimension(d, 1, 3) for d in dimensions]


def matrices(*symbols):
    """Any matrices."""
    return [AnyMatrix(A) for A in symbols]


def neurons(W, W_next):
    """The incoming minus the outgoing squared weights of neuron i."""
    return fro(row(W, i)) ** 2 - fro(column(W_next, i)) ** 2


def imbalance(W, W_next):
    """W W^T - W_next^T W_next, for what is between the layers being linear."""
    return W * W.T - W_next.T * W_next


# --- Two neighbouring layers inside any network, under any differentiable loss ------------------------------

n_in, n_h, n_out = dimensions("n_in n_h n_out")
W, W_next = state("W", n_h, n_in), state("W_next", n_out, n_h)
U, P = matrix("U", n_in, m), matrix("P", n_out, m)
pair = domain(sizes(n_in, n_h, n_out, m), matrices(W, W_next, U, P))
"""U is what the first layer receives, P the gradient of the loss in what the second one passes on; a column for each sample."""

through = with_output_gradient(preactivations([W, W_next], U, [slope])[-1], P)
linear = with_output_gradient(preactivations([W, W_next], U, [1])[-1], P)
flow, linear_flow = (gradient_flow(loss, of=[W, W_next]) for loss in (through, linear))

neuron = paper.fact(
    "neuron", "A flow conserves the balance of every neuron with a homogeneous activation", kind="identity",
    over=pair.extended(any_slope[0], Dimension(i, 1, 3), i <= n_h),
    claim=equal(rate_along(neurons(W, W_next), flow), 0),
    proof=Expansion(),
)

layer = paper.fact(
    "layer", "A flow conserves the balance of neighbouring layers with a homogeneous activation", kind="identity",
    over=pair.extended(any_slope[0]),
    claim=equal(rate_along(fro(W) ** 2 - fro(W_next) ** 2, flow), 0),
    proof=Expansion(),
)

S = matrix("S", n_h, m)
pattern = paper.fact(
    "pattern", "On each activation pattern, and for each choice of subgradients, a flow conserves the balance of every neuron",
    kind="identity", over=pair.extended(AnyMatrix(S), Dimension(i, 1, 3), i <= n_h),
    claim=equal(rate_along(neurons(W, W_next), gradient_flow(inner(P, W_next * hadamard(S, W * U)), of=[W, W_next])), 0),
    proof=Expansion(),
)

linear_layers = paper.fact(
    "linear", "Without an activation between them a flow conserves the imbalance of neighbouring layers", kind="identity",
    over=pair,
    claim=equal(rate_along(imbalance(W, W_next), linear_flow), zeros(n_h, n_h)),
    proof=Expansion(),
)

k, n_samples = dimensions("k N")
R, R_next = state("R", k, k), state("R_next", k, k)
U_k, P_k = matrix("U", k, n_samples), matrix("P", k, n_samples)
residual_loss = inner(P_k, (identity(k) + R_next) * (identity(k) + R) * U_k)
residual_flow = gradient_flow(residual_loss, of=[R, R_next])

residual_layers = paper.fact(
    "residual", "A flow conserves the imbalance of neighbouring residual layers I + W", kind="identity",
    over=domain(sizes(k, n_samples), matrices(R, R_next, U_k, P_k)),
    claim=equal(rate_along(imbalance(identity(k) + R, identity(k) + R_next), residual_flow), zeros(k, k)),
    proof=Expansion(),
)

# --- Whole networks ------------------------------------------------------------------------------------------

n = widths(3)
layers_3 = weights(n)
W_1, W_2, W_3 = layers_3
X, Y = matrix("X", n[0], m), matrix("Y", n[3], m)
network_3 = domain(sizes(*n, m), matrices(*layers_3, X, Y))
homogeneous_loss = squared_error(preactivations(layers_3, X, [slope, slope_next])[-1], Y)
homogeneous_flow = gradient_flow(homogeneous_loss, of=layers_3)
network = linear_network(n, normalised=True)
linear_network_flow = gradient_flow(network.loss(squared_loss(X, Y)), of=layers_3)

homogeneous_network = paper.fact(
    "homogeneous-network", "A network of three layers with its squared loss: every layer and its neighbour", kind="identity",
    over=network_3.extended(any_slope),
    claim=[
        equal(rate_along(fro(W_1) ** 2 - fro(W_2) ** 2, homogeneous_flow), 0),
        equal(rate_along(fro(W_2) ** 2 - fro(W_3) ** 2, homogeneous_flow), 0),
    ],
    proof=Expansion(),
)

homogeneous_neurons = paper.fact(
    "homogeneous-network.neurons", "A network of three layers with its squared loss: every neuron of both hidden layers", kind="identity",
    over=network_3.extended(any_slope, Dimension(i, 1, 3), i <= n[1], i <= n[2]),
    claim=[equal(rate_along(neurons(W_1, W_2), homogeneous_flow), 0), equal(rate_along(neurons(W_2, W_3), homogeneous_flow), 0)],
    proof=Expansion(),
)

deep_linear = paper.fact(
    "deep-linear", "A normalised linear network of three layers with its squared loss", kind="identity",
    over=network_3,
    claim=[
        equal(rate_along(imbalance(W_1, W_2), linear_network_flow), zeros(n[1], n[1])),
        equal(rate_along(imbalance(W_2, W_3), linear_network_flow), zeros(n[2], n[2])),
    ],
    proof=Expansion(),
)

d_1, d_2 = dimensions("d_1 d_2")
v_1, v_2 = state("v_1", d_1, 1), state("v_2", d_2, 1)
Q_1, Q_2 = matrix("Q_1", n_h * n_in, d_1), matrix("Q_2", n_out * n_h, d_2)
shared = [define("W", shared_weights(Q_1, v_1, n_h, n_in)), define("W_next", shared_weights(Q_2, v_2, n_out, n_h))]
shared_loss = with_output_gradient(preactivations(shared, U, [slope])[-1], P)
sharing = domain(sizes(n_in, n_h, n_out, m, d_1, d_2), matrices(v_1, v_2, Q_1, Q_2, U, P), any_slope[0])
shared_layers = paper.fact(
    "shared-weights", "Neighbouring layers with missing and shared weights: their free parameters", kind="identity",
    over=sharing,
    claim=equal(rate_along(fro(v_1) ** 2 - fro(v_2) ** 2, gradient_flow(shared_loss, of=[v_1, v_2])), 0),
    proof=Expansion(),
)

# --- Matrix factorisation --------------------------------------------------------------------------------------

r = dimensions("r")[0]
A, B, M = state("A", d_1, r), state("B", d_2, r), matrix("M", d_1, d_2)
factors = domain(sizes(d_1, d_2, r), matrices(A, B, M))
D = define("D", A.T * A - B.T * B)

factorisation = paper.fact(
    "factorisation", "Matrix factorisation conserves the imbalance of its factors", kind="identity",
    over=factors,
    claim=equal(rate_along(D, gradient_flow(factorisation_loss(A, B, M), of=[A, B])), zeros(r, r)),
    proof=Expansion(),
)

balanced_factorisation = paper.fact(
    "factorisation.balanced", "The loss that asks for balanced factors contracts their imbalance", kind="identity",
    over=factors,
    claim=equal(
        2 * rate_along(D, gradient_flow(balanced_factorisation_loss(A, B, M), of=[A, B])),
        -(A.T * A + B.T * B) * D - D * (A.T * A + B.T * B),
    ),
    proof=Expansion(),
)

# --- One step of gradient descent: second order -------------------------------------------------------------------

step_of_pair = gradient_descent("gradient descent on two neighbouring layers", through, of=[W, W_next], step_size=eta)
step_of_linear_pair = gradient_descent("gradient descent on two neighbouring linear layers", linear, of=[W, W_next], step_size=eta)
g, g_next = (define(name, gradient(linear, of)) for name, of in (("g", W), ("g_next", W_next)))
G, G_next = (define(name, gradient(through, of)) for name, of in (("G", W), ("G_next", W_next)))
D_pair = define("D", imbalance(W, W_next))
d_pair = define("d", fro(W) ** 2 - fro(W_next) ** 2)

step_layer = paper.fact(
    "step.layer", "A step moves the balance of neighbouring layers by the squared step size times that of the gradients", kind="step",
    over=pair.extended(any_slope[0], any_step), law=step_of_pair,
    claim=equal(following(d_pair) - d_pair, eta**2 * (fro(G) ** 2 - fro(G_next) ** 2)),
    proof=Expansion(),
)

step_linear = paper.fact(
    "step.linear", "A step moves the imbalance of linear layers by the squared step size times that of the gradients", kind="step",
    over=pair.extended(any_step), law=step_of_linear_pair,
    claim=equal(following(D_pair) - D_pair, eta**2 * (g * g.T - g_next.T * g_next)),
    proof=Expansion(),
)

step_linear_bound = paper.fact(
    "step.linear.bound", "The imbalance of linear layers moves by at most the squared step size times the squared gradient", kind="step",
    over=pair.extended(any_step), law=step_of_linear_pair,
    claim=fro(following(D_pair) - D_pair) <= eta**2 * (fro(g) ** 2 + fro(g_next) ** 2),
    proof=Closing(),
    facts=[la.triangle_difference(A=g * g.T, C=g_next.T * g_next), la.gram_norm(A=g.T), la.gram_norm(A=g_next)],
)

step_factorisation = paper.fact(
    "step.factorisation", "The imbalance of two factors moves by at most 2 eta^2 f times the squared norms of the factors", kind="step",
    over=factors.extended(any_step),
    law=gradient_descent("gradient descent on two factors", factorisation_loss(A, B, M), of=[A, B], step_size=eta),
    claim=fro(following(D) - D) <= 2 * eta**2 * (fro(A) ** 2 + fro(B) ** 2) * factorisation_loss(A, B, M),
    proof=Closing(),
    facts=[
        la.triangle_difference(A=B.T * (A * B.T - M).T * (A * B.T - M) * B, C=A.T * (A * B.T - M) * (A * B.T - M).T * A),
        la.gram_norm(A=(A * B.T - M) * B),
        la.gram_norm(A=(A * B.T - M).T * A),
        la.submultiplicative(A=A * B.T - M, B=B),
        la.submultiplicative(A=(A * B.T - M).T, B=A),
    ],
)

# --- The slope in a plot of log drift against log step size is 2, exactly and at every step size --------------------

s = scalars("s")[0]
two_steps = (any_step, Scalar(s, Interval.open(0, 1)))
"""A step size, and the share of it that the shorter step takes."""


def drift(quantity, descent, step_size):
    """q(t+1) - q(t) for a step of the given size."""
    return descent.resolve(following(quantity) - quantity).xreplace({eta: step_size})


def slope_2(quantity, descent):
    """log|drift| falls by 2*log(1/s) where the step size falls by the factor s, and the drift keeps its direction."""
    return equal(drift(quantity, descent, s * eta), s**2 * drift(quantity, descent, eta))


def descend(loss, of):
    """Gradient descent with the step size eta."""
    return gradient_descent("gradient descent", loss, of=of, step_size=eta)


slope_layer = paper.fact(
    "slope.layer", "The balance of neighbouring layers with a homogeneous activation drifts at second order", kind="identity",
    over=pair.extended(any_slope[0], *two_steps),
    claim=slope_2(d_pair, step_of_pair),
    proof=Expansion(),
)

slope_linear = paper.fact(
    "slope.linear", "The imbalance of linear layers drifts at second order", kind="identity",
    over=pair.extended(*two_steps),
    claim=slope_2(D_pair, step_of_linear_pair),
    proof=Expansion(),
)

slope_residual = paper.fact(
    "slope.residual", "The imbalance of neighbouring residual layers drifts at second order", kind="identity",
    over=domain(sizes(k, n_samples), matrices(R, R_next, U_k, P_k), *two_steps),
    claim=slope_2(imbalance(identity(k) + R, identity(k) + R_next), descend(residual_loss, of=[R, R_next])),
    proof=Expansion(),
)

slope_network = paper.fact(
    "slope.homogeneous-network", "Three homogeneous layers with their squared loss: the balance of each pair drifts at second order",
    kind="identity", over=network_3.extended(any_slope, *two_steps),
    claim=[slope_2(fro(a) ** 2 - fro(b) ** 2, descend(homogeneous_loss, of=layers_3)) for a, b in ((W_1, W_2), (W_2, W_3))],
    proof=Expansion(),
)

slope_deep_linear = paper.fact(
    "slope.deep-linear", "A normalised linear network of three layers with its squared loss: the imbalance drifts at second order",
    kind="identity", over=network_3.extended(*two_steps),
    claim=[slope_2(imbalance(a, b), descend(network.loss(squared_loss(X, Y)), of=layers_3)) for a, b in ((W_1, W_2), (W_2, W_3))],
    proof=Expansion(),
)

slope_factorisation = paper.fact(
    "slope.factorisation", "The imbalance of two factors drifts at second order", kind="identity",
    over=factors.extended(*two_steps),
    claim=slope_2(D, descend(factorisation_loss(A, B, M), of=[A, B])),
    proof=Expansion(),
)

slope_shared = paper.fact(
    "slope.shared-weights", "The balance of layers with missing and shared weights drifts at second order", kind="identity",
    over=sharing.extended(*two_steps),
    claim=slope_2(fro(v_1) ** 2 - fro(v_2) ** 2, descend(shared_loss, of=[v_1, v_2])),
    proof=Expansion(),
)
