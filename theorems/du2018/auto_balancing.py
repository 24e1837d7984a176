"""Section 2 and Appendix A: gradient flow conserves the balance of every neuron, of every layer, and of linear layers as matrices.

The proofs see the network through what a layer receives and what it passes back: `a` (or A, a column for each of m samples)
is phi_{h-1}(x^{(h-1)}), `p` (or P) is the derivative of the loss in x^{(h+1)}, and `slope` is phi_h', so that
phi_h(x) = slope x. All of them are arbitrary here, which covers every deeper network, every loss and every homogeneous
activation with every choice of its subgradient.
"""

from theorems.du2018.notation import *
from verify.author import *

n_in, n_h, n_out, m = dimensions("n_in n_h n_out m")

# --- One neuron and one sample, the proof of Theorem 2.1 ------------------------------------------------

w, v = state("w", 1, n_in), state("v", n_out, 1)
a, p = matrix("a", n_in, 1), matrix("p", n_out, 1)
(slope,) = scalars("slope")
neuron = domain(
    Dimension(n_in, 1, 4), Dimension(n_out, 1, 4), AnyMatrix(w), AnyMatrix(v), AnyMatrix(a), AnyMatrix(p), Scalar(slope, Interval(-oo, oo))
)
"""Row i of W^(h) is w, column i of W^(h+1) is v."""
x_i = define("x_i", inner(w.T, a))
phi_i = define("phi_i", slope * x_i)
flow_of_a_neuron = {w: -inner(v, p) * slope * a.T, v: -phi_i * p}

y, others, Dir_w, Dir_v = matrix("y", n_out, 1), matrix("x", n_out, 1), matrix("E_w", 1, n_in), matrix("E_v", n_out, 1)
with_loss = neuron.extended(AnyMatrix(others), AnyMatrix(Dir_w), AnyMatrix(Dir_v), let(y, others + slope * v * w * a - p))
"""The squared loss whose derivative at the output is p: every p is met by a target y. `x` is what the other neurons pass on."""
loss = half * fro(others + slope * v * w * a - y) ** 2
at_p = equal(y, others + slope * v * w * a - p)

pf_2_1_outgoing = paper.identity(
    "pf-2.1-1", "The derivative in the outgoing weights of a neuron",
    source="proof of Theorem 2.1, first two displays", over=with_loss, given=at_p,
    claim=equal(rate_along(loss, {v: Dir_v}), inner(slope * p * a.T * w.T, Dir_v)),
    proof=Expansion(),
)

pf_2_1_incoming = paper.identity(
    "pf-2.1-2", "The derivative in the incoming weights of a neuron",
    source="proof of Theorem 2.1, display after (7)", over=with_loss, given=at_p,
    claim=equal(rate_along(loss, {w: Dir_w}), inner(v.T * p * slope * a.T, Dir_w)),
    proof=Expansion(),
)

eq_7 = paper.identity(
    "eq-7", "The rate of the squared norm of the outgoing weights",
    source="eq. (7)", over=neuron,
    claim=equal(rate_along(fro(v) ** 2, flow_of_a_neuron), -2 * phi_i * inner(v, p)),
    proof=Expansion(),
)

pf_2_1_3 = paper.identity(
    "pf-2.1-3", "The rate of the squared norm of the incoming weights",
    source="proof of Theorem 2.1, last display", over=neuron,
    claim=[
        equal(rate_along(fro(w) ** 2, flow_of_a_neuron), -2 * inner(p, v) * slope * inner(w.T, a)),
        equal(-2 * inner(p, v) * slope * inner(w.T, a), -2 * inner(p, v) * slope * x_i),
        equal(-2 * inner(p, v) * slope * x_i, -2 * inner(p, v) * phi_i),
    ],
    proof=Expansion(),
)

# --- Theorem 2.1 and Corollary 2.1 over all samples -------------------------------------------------------

A, P, S = matrix("A", n_in, m), matrix("P", n_out, m), symmetric("S", m)
samples = domain(
    Dimension(n_in, 1, 4), Dimension(n_out, 1, 4), Dimension(m, 1, 3),
    AnyMatrix(w), AnyMatrix(v), AnyMatrix(A), AnyMatrix(P), AnyMatrix(S),
)
"""S holds the slopes phi_h'(x_i) of the samples on its diagonal; nothing here needs its other entries to vanish."""
flow_over_samples = {w: -v.T * P * S * A.T / m, v: -P * (w * A * S).T / m}

theorem_2_1 = paper.identity(
    "thm-2.1", "Gradient flow conserves, at every neuron, the squared norm of the incoming minus that of the outgoing weights",
    source="Theorem 2.1, eq. (6)", over=samples,
    claim=equal(rate_along(fro(w) ** 2 - fro(v) ** 2, flow_over_samples), 0),
    proof=Expansion(),
)

pf_2_1_wlog = paper.identity(
    "pf-2.1-wlog", "The rate is the mean of the rates of the samples, here of two",
    source="proof of Theorem 2.1, first display", over=samples.extended(AnyMatrix(a), AnyMatrix(p), Scalar(slope, Interval(-oo, oo))),
    claim=equal(
        rate_along(fro(w) ** 2, {w: half * (flow_of_a_neuron[w] + flow_over_samples[w])}),
        half * (rate_along(fro(w) ** 2, {w: flow_of_a_neuron[w]}) + rate_along(fro(w) ** 2, {w: flow_over_samples[w]})),
    ),
    proof=Expansion(),
)

bias = state("b", 1, 1)

footnote_8 = paper.identity(
    "fn-8", "With biases the bias of a neuron counts among its incoming weights",
    source="footnote 8", over=neuron.extended(AnyMatrix(bias)),
    claim=equal(
        rate_along(
            fro(w) ** 2 + fro(bias) ** 2 - fro(v) ** 2,
            {w: -inner(v, p) * slope * a.T, bias: -inner(v, p) * slope * identity(1), v: -slope * (x_i + trace(bias)) * p},
        ),
        0,
    ),
    proof=Expansion(),
)

W, W_next = state("W^(h)", n_h, n_in), state("W^(h+1)", n_out, n_h)
signs = matrix("slopes", n_h, m)
layers_and_samples = domain(
    Dimension(n_in, 1, 3), Dimension(n_h, 1, 4), Dimension(n_out, 1, 3), Dimension(m, 1, 3),
    AnyMatrix(W), AnyMatrix(W_next), AnyMatrix(A), AnyMatrix(P),
)
homogeneous_layers = layers_and_samples.extended(AnyMatrix(signs))
flow_of_layers = {
    W: -hadamard(signs, W_next.T * P) * A.T / m,
    W_next: -P * hadamard(signs, W * A).T / m,
}

corollary_2_1 = paper.identity(
    "cor-2.1", "Gradient flow conserves the difference of the squared norms of neighbouring layers",
    source="Corollary 2.1", over=homogeneous_layers,
    claim=equal(rate_along(fro(W) ** 2 - fro(W_next) ** 2, flow_of_layers), 0),
    proof=Expansion(),
)

theorem_2_1_layer = paper.identity(
    "thm-2.1.layer", "All neurons of a layer at once: the diagonals of W W^T and of W'^T W' keep their difference",
    source="Theorem 2.1, eq. (6)", over=homogeneous_layers,
    claim=equal(
        hadamard(identity(n_h), rate_along(W * W.T, flow_of_layers)), hadamard(identity(n_h), rate_along(W_next.T * W_next, flow_of_layers))
    ),
    proof=Expansion(),
)

# --- Theorem 2.2: a linear activation -----------------------------------------------------------------------

u = matrix("u", n_in, 1)
linear_pair = domain(
    Dimension(n_in, 1, 4), Dimension(n_h, 1, 4), Dimension(n_out, 1, 4), AnyMatrix(W), AnyMatrix(W_next), AnyMatrix(u), AnyMatrix(p)
)
gradient_of_pair = {W: W_next.T * p * u.T, W_next: p * (W * u).T}
flow_of_pair = {weights: -gradient for weights, gradient in gradient_of_pair.items()}
E, E_next, target = matrix("E", n_h, n_in), matrix("E'", n_out, n_h), matrix("y", n_out, 1)

pf_2_2_1 = paper.identity(
    "pf-2.2-1", "The derivatives in two layers with nothing between them",
    source="proof of Theorem 2.2, first display",
    over=linear_pair.extended(AnyMatrix(E), AnyMatrix(E_next), let(target, W_next * W * u - p)),
    given=equal(target, W_next * W * u - p),
    claim=[
        equal(rate_along(half * fro(W_next * W * u - target) ** 2, {W: E}), inner(gradient_of_pair[W], E)),
        equal(rate_along(half * fro(W_next * W * u - target) ** 2, {W_next: E_next}), inner(gradient_of_pair[W_next], E_next)),
    ],
    proof=Expansion(),
)

common = W * u * p.T * W_next + W_next.T * p * u.T * W.T
missing_sign = "Gradient flow moves against the gradient; both displays leave out the minus sign, which cancels in their comparison."

pf_2_2_2 = paper.identity(
    "pf-2.2-2", "The rate of the Gram matrix of the first layer",
    source="proof of Theorem 2.2, second display, first equation", over=linear_pair,
    claim=equal(rate_along(W * W.T, flow_of_pair), common),
    wrong=missing_sign,
)
pf_2_2_2_corrected = paper.corrected(
    pf_2_2_2, claim=equal(rate_along(W * W.T, flow_of_pair), -common), note="With the minus sign.", proof=Expansion()
)

pf_2_2_3 = paper.identity(
    "pf-2.2-3", "The rate of the Gram matrix of the second layer",
    source="proof of Theorem 2.2, second display, second equation", over=linear_pair,
    claim=equal(rate_along(W_next.T * W_next, flow_of_pair), common),
    wrong=missing_sign,
)
pf_2_2_3_corrected = paper.corrected(
    pf_2_2_3, claim=equal(rate_along(W_next.T * W_next, flow_of_pair), -common), note="With the minus sign.", proof=Expansion()
)

theorem_2_2 = paper.identity(
    "thm-2.2", "Between two layers without an activation gradient flow conserves a matrix",
    source="Theorem 2.2", over=layers_and_samples,
    claim=equal(rate_along(W * W.T - W_next.T * W_next, {W: -W_next.T * P * A.T / m, W_next: -P * (W * A).T / m}), zeros(n_h, n_h)),
    proof=Expansion(),
)

sketch_flow_view = paper.identity(
    "sketch-flow-view", "Gradient flow on the factorisation problem conserves U^T U - V^T V",
    source="section 3.1, proof sketch", over=any_factors,
    claim=equal(rate_along(imbalance, {U: -grad_U, V: -grad_V}), zeros(r, r)),
    proof=Expansion(),
)

# --- Theorem 2.3: sparse and shared weights ----------------------------------------------------------------
# v holds the free weights of a layer; W = sum_l <v, e_l> E_l is linear in them, as the paper's maps g_h make it: there the
# e_l are unit vectors and the E_l are 0/1 matrices with disjoint supports. Three terms stand for any number of them.

d_h, d_next = dimensions("d_h d_next")
free, free_next = state("v^(h)", d_h, 1), state("v^(h+1)", d_next, 1)
e = [matrix(f"e_{k}", d_h, 1) for k in (1, 2, 3)]
e_next = [matrix(f"e'_{k}", d_next, 1) for k in (1, 2, 3)]
patterns = [matrix(f"E_{k}", n_h, n_in) for k in (1, 2, 3)]
patterns_next = [matrix(f"E'_{k}", n_out, n_h) for k in (1, 2, 3)]
D = symmetric("D", n_h)
"""The slopes phi_h'(x^(h)) on its diagonal; nothing here needs its other entries to vanish."""


def weights(free, units, patterns):
    """The weight matrix of the free weights."""
    first, *others = [inner(free, unit) * pattern for unit, pattern in zip(units, patterns, strict=True)]
    return sum(others, first)


def derivative(gradient, units, patterns):
    """The derivative in the free weights from that in the weight matrix."""
    first, *others = [inner(gradient, pattern) * unit for unit, pattern in zip(units, patterns, strict=True)]
    return sum(others, first)


W_of_v, W_of_v_next = weights(free, e, patterns), weights(free_next, e_next, patterns_next)
x_h = W_of_v * a
phi_h = D * x_h
x_next = W_of_v_next * phi_h
p_h = D * W_of_v_next.T * p
gradient_free = derivative(p_h * a.T, e, patterns)
gradient_free_next = derivative(p * phi_h.T, e_next, patterns_next)
flow_of_free = {free: -gradient_free, free_next: -gradient_free_next}

shared = domain(
    Dimension(n_in, 1, 3), Dimension(n_h, 1, 3), Dimension(n_out, 1, 3), Dimension(d_h, 1, 3), Dimension(d_next, 1, 3),
    AnyMatrix(free), AnyMatrix(free_next), AnyMatrix(a), AnyMatrix(p), AnyMatrix(D),
    *(AnyMatrix(X) for X in (*e, *e_next, *patterns, *patterns_next)),
)
direction, y_next = matrix("E_v", d_next, 1), matrix("y", n_out, 1)

pf_2_3_1 = paper.identity(
    "pf-2.3-1", "The derivative in the free weights of the next layer",
    source="proof of Theorem 2.3, first display", over=shared.extended(AnyMatrix(direction), let(y_next, x_next - p)),
    given=equal(y_next, x_next - p),
    claim=equal(rate_along(half * fro(x_next - y_next) ** 2, {free_next: direction}), inner(gradient_free_next, direction)),
    proof=Expansion(),
)

eq_10 = paper.identity(
    "eq-10", "The rate of the squared norm of the free weights of the next layer",
    source="eq. (10)", over=shared,
    claim=[
        equal(rate_along(fro(free_next) ** 2, flow_of_free), -2 * inner(free_next, gradient_free_next)),
        equal(-2 * inner(free_next, gradient_free_next), -2 * inner(p, W_of_v_next * phi_h)),
        equal(-2 * inner(p, W_of_v_next * phi_h), -2 * inner(p, x_next)),
    ],
    proof=Expansion(),
)

eq_11 = paper.identity(
    "eq-11", "The rate of the squared norm of the free weights of a layer",
    source="eq. (11)", over=shared,
    claim=[
        equal(rate_along(fro(free) ** 2, flow_of_free), -2 * inner(p_h, x_h)),
        equal(-2 * inner(p_h, x_h), -2 * inner(p, W_of_v_next * D * x_h)),
        equal(-2 * inner(p, W_of_v_next * D * x_h), -2 * inner(p, x_next)),
    ],
    proof=Expansion(),
)

theorem_2_3 = paper.identity(
    "thm-2.3", "Gradient flow conserves the difference of the squared norms of the free weights of neighbouring layers",
    source="Theorem 2.3", over=shared,
    claim=equal(rate_along(fro(free) ** 2 - fro(free_next) ** 2, flow_of_free), 0),
    proof=Expansion(),
)

# --- Gradient descent ----------------------------------------------------------------------------------------

discrete = law(
    "gradient descent on two neighbouring layers",
    {W: W - eta * W_next.T * P * A.T / m, W_next: W_next - eta * P * (W * A).T / m},
    step_size=eta,
    loss=inner(P, W_next * W * A),
)

expt_4_GD_exact = paper.step(
    "expt-4-GD-exact", "One step of gradient descent moves the difference by the squared step size times that of the gradients",
    source="section 4, consequence of Theorem 2.1", over=layers_and_samples.extended(Scalar(eta, Interval.open(0, oo))), law=discrete,
    claim=equal(
        following(fro(W) ** 2 - fro(W_next) ** 2),
        fro(W) ** 2 - fro(W_next) ** 2 + eta**2 * (fro(W_next.T * P * A.T / m) ** 2 - fro(P * (W * A).T / m) ** 2),
    ),
    proof=Expansion(),
)
