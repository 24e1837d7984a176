"""Explicit homogeneous networks, with the symbolic gradients of their losses: Theorems 2.1 to 2.3, Corollary 2.1, section 4."""

from theorems.du2018.notation import eta, half, paper
from verify.author import *

n_0, n_1, n_2, n_3, m, i = dimensions("n_0 n_1 n_2 n_3 m i")
X, Y = matrix("X", n_0, m), matrix("Y", n_3, m)
W_1, W_2, W_3 = state("W^(1)", n_1, n_0), state("W^(2)", n_2, n_1), state("W^(3)", n_3, n_2)
slope_1, slope_2 = scalars("alpha_1 alpha_2")
"""The slopes of leaky ReLU after each layer: 0 is ReLU, 1 the linear function."""

f_1 = define("f^(1)", W_1 * X)
f_2 = define("f^(2)", W_2 * leaky_relu(f_1, slope_1))
network = paper.definition(
    "def-net", define("f_w", W_3 * leaky_relu(f_2, slope_2)), title="a network of three layers", source="section 2.1"
)
loss = paper.definition("eq-4", define("L", half / m * fro(network - Y) ** 2), title="the training loss, squared", source="eq. (4)")
layers, sizes = (W_1, W_2, W_3), (n_0, n_1, n_2, n_3, m)
flow = gradient_flow(loss, of=layers)
"""Gradient flow, with the left branch at a kink."""
paper.definition("eq-5", define("dW^(1)/dt", dict(flow)[W_1]), title="gradient flow, here of the first layer", source="eq. (5)")

later_layers = domain(
    Dimension(n_0, 1, 3), Dimension(n_1, 1, 3), Dimension(n_2, 1, 3), Dimension(n_3, 1, 2), Dimension(m, 1, 3), Dimension(i, 1, 3),
    AnyMatrix(X), AnyMatrix(Y), AnyMatrix(W_2), AnyMatrix(W_3), Scalar(slope_1, Interval(0, 1)), Scalar(slope_2, Interval(0, 1)),
)
networks = later_layers.extended(AnyMatrix(W_1))


def neuron(W, W_next):
    """The squared norm of the weights into neuron i minus that of the weights out of it."""
    return fro(row(W, i)) ** 2 - fro(column(W_next, i)) ** 2


theorem_2_1_network = paper.identity(
    "thm-2.1.network", "Every neuron of a network of three layers keeps its balance",
    source="Theorem 2.1, eq. (6)", over=networks.extended(i <= n_1, i <= n_2),
    claim=[equal(rate_along(neuron(W_1, W_2), flow), 0), equal(rate_along(neuron(W_2, W_3), flow), 0)],
    proof=Expansion(),
)

corollary_2_1_network = paper.identity(
    "cor-2.1.network", "The layers of a network of three layers keep their balance",
    source="Corollary 2.1", over=networks,
    claim=[
        equal(rate_along(fro(W_1) ** 2 - fro(W_2) ** 2, flow), 0),
        equal(rate_along(fro(W_2) ** 2 - fro(W_3) ** 2, flow), 0),
    ],
    proof=Expansion(),
)

linear_after_1 = gradient_flow(half / m * fro(W_3 * leaky_relu(define("g^(2)", W_2 * W_1 * X), slope_2) - Y) ** 2, of=[W_1, W_2, W_3])

theorem_2_2_network = paper.identity(
    "thm-2.2.network", "Where only the first activation is linear, the first two layers keep a matrix and the others their balance",
    source="Theorem 2.2", over=networks,
    claim=[
        equal(rate_along(W_1 * W_1.T - W_2.T * W_2, linear_after_1), zeros(n_1, n_1)),
        equal(rate_along(fro(W_2) ** 2 - fro(W_3) ** 2, linear_after_1), 0),
    ],
    proof=Expansion(),
)

# --- Theorem 2.3: W = unvec(G v), where a row of the 0/1 matrix G has a one at g(i, j), or none where g(i, j) = 0 -------

d_h, d_next = dimensions("d_h d_next")
v, v_next = state("v^(1)", d_h, 1), state("v^(2)", d_next, 1)
G, G_next = matrix("G_1", n_1 * n_0, d_h), matrix("G_2", n_2 * n_1, d_next)
shared, shared_next = define("W^(1)", unvec(G * v, n_1, n_0)), define("W^(2)", unvec(G_next * v_next, n_2, n_1))
P = matrix("P", n_2, m)
paper.definition("def-sparse-shared", shared, title="a layer with sparse and shared weights", source="section 2.2")
shared_networks = domain(
    Dimension(n_0, 1, 3), Dimension(n_1, 1, 3), Dimension(n_2, 1, 2), Dimension(m, 1, 2), Dimension(d_h, 1, 3), Dimension(d_next, 1, 3),
    AnyMatrix(X), AnyMatrix(P), AnyMatrix(v), AnyMatrix(v_next), AnyMatrix(G), AnyMatrix(G_next), Scalar(slope_1, Interval(0, 1)),
)

theorem_2_3_network = paper.identity(
    "thm-2.3.network", "Layers with sparse and shared weights keep the balance of their free weights",
    source="Theorem 2.3", over=shared_networks,
    claim=equal(
        rate_along(
            fro(v) ** 2 - fro(v_next) ** 2,
            gradient_flow(inner(P, shared_next * leaky_relu(define("f^(1)", shared * X), slope_1)), of=[v, v_next]),
        ),
        0,
    ),
    note="P is the derivative of any loss in what the second layer passes on; G_1 and G_2 are arbitrary matrices here.",
    proof=Expansion(),
)

# --- Section 4: gradient descent with positive steps, and the printed numbers ---------------------------------------

training = gradient_descent("gradient descent on a network of three layers", loss, of=layers, step_size=eta)
g_1, g_2, g_3 = (-velocity for velocity in dict(flow).values())

expt_4_step = paper.step(
    "expt-4.step", "One step moves the differences of the squared norms by the squared step size times those of the gradients",
    source="section 4, consequence of Theorem 2.1", over=networks.extended(Scalar(eta, Interval.open(0, oo))), law=training,
    claim=[
        equal(following(fro(W_1) ** 2 - fro(W_2) ** 2), fro(W_1) ** 2 - fro(W_2) ** 2 + eta**2 * (fro(g_1) ** 2 - fro(g_2) ** 2)),
        equal(following(fro(W_2) ** 2 - fro(W_3) ** 2), fro(W_2) ** 2 - fro(W_3) ** 2 + eta**2 * (fro(g_2) ** 2 - fro(g_3) ** 2)),
    ],
    proof=Expansion(),
)

# The gradient in W_1 is G X^T, where G is that in W_1 X. So W_1 stays at W_1(0) - T X^T, where T moves by eta G alone: a step
# in T needs the products X^T X and W_1(0) X, once, and half the work of a step in W_1.

W_1_start, T = matrix("W^(1)_0", n_1, n_0), state("T", n_1, m)
passed = state("Z", n_1, m)


def training_in_samples(passed_at_start, gram):
    """Gradient descent on the three layers with T in place of the first one, from W_1(0) X and X^T X."""
    f_1 = define("f^(1)", passed_at_start - T * gram)
    of_passed = half / m * fro(W_3 * leaky_relu(define("f^(2)", W_2 * leaky_relu(passed, slope_1)), slope_2) - Y) ** 2
    velocity = {matrix: rate.xreplace({passed: f_1}) for matrix, rate in gradient_flow(of_passed, of=[passed, W_2, W_3]).items()}
    update = {T: T - eta * velocity[passed], W_2: W_2 + eta * velocity[W_2], W_3: W_3 + eta * velocity[W_3]}
    return law("gradient descent within the span of the samples", update, step_size=eta, loss=of_passed.xreplace({passed: f_1}))


W_1_of_T = W_1_start - T * X.T
in_samples = training_in_samples(W_1_start * X, X.T * X)
after_a_step = {W: training.advanced[k].xreplace({W_1: W_1_of_T}) for k, W in enumerate(layers)}

expt_4_samples = paper.step(
    "expt-4.samples", "Gradient descent moves the first layer within the span of the samples, and its norm is known from there",
    source="section 4, the update of the first layer",
    over=later_layers.extended(AnyMatrix(W_1_start), AnyMatrix(T), Scalar(eta, Interval.open(0, oo))), law=in_samples,
    claim=[
        equal(following(W_1_of_T), after_a_step[W_1]),
        equal(following(W_2), after_a_step[W_2]),
        equal(following(W_3), after_a_step[W_3]),
        equal(fro(W_1_of_T) ** 2, fro(W_1_start) ** 2 - inner(T, W_1_start * X + W_1_of_T * X)),
    ],
    note="An exact change of the state, which figure-2 runs at the printed size.",
    proof=Expansion(),
)

x_1, x_2 = scalars("x_1 x_2")
cent = Rational(1, 200)
rounding = domain(Scalar(x_1, Interval(-cent, cent)), Scalar(x_2, Interval(-cent, cent)))
"""What rounding to two digits may have taken from two printed norms."""

for label, first, second, bound, found in (
    ("expt-4-balanced", "42.90", "43.76", "0.14", "0.87"), ("expt-4-unbalanced", "55.50", "45.65", "9", "9.86")
):
    difference = absolute(Rational(first) + x_1 - (Rational(second) + x_2))
    printed = paper.inequality(
        label, f"The printed norms {first} and {second} of layers 1 and 2 at the end differ by at most {bound}, as in all iterations",
        source="section 4", over=rounding,
        claim=difference <= Rational(bound),
        wrong=f"They differ by more than {bound}, so that the printed norms and the printed bound cannot come from one run.",
        note="The difference is read as an absolute value; with its sign it is negative where the first norm is the smaller one.",
    )
    paper.corrected(
        printed, claim=difference <= Rational(found), proof=Closing(),
        note="The difference of the printed norms, rounded up: what they say, and no run.",
    )
