"""SGD from zero layers: all sequences of two minibatches and their means, drawn minibatches, and all steps on the whole sample.

With B = n the minibatch is the sample and SGD is gradient descent, so that what holds with high
probability has to hold.
"""

from theorems.zou2020.gradient_descent import largest_norm
from theorems.zou2020.notation import *
from theorems.zou2020.stochastic_steps import Z, dims, eq_A_4, gamma_0, noise, products, s
from theorems.zou2020.transformations import J, alpha, copy_in, copy_out

S_2 = matrix("S_2", n, b)
T, delta, t_0, share = scalars("T delta t share")
start = zeros(L * m, m)


def moved(W, S):
    """The layers after a step on a minibatch."""
    return W - eta * stack(l, (n / b) * gradient(W, l, X * S, Y * S), 1, L)


first = moved(start, S)
second = moved(first, S_2)
loss_0, loss_1, loss_2 = loss_of(start), loss_of(first), loss_of(second)
gap_0 = loss_0 - L_star
gain_0 = mu_A**2 * mu_B**2 / products

# --- Theorem 3.8: the condition with its constant, and the step size with 96 -----------------------------------------

condition = gain_0 * b * sigma_r**2 / (4 * sqrt(2 * e**3) * n * norm_X * fro(Theta * X))
solvable = dims.extended(
    FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Theta), StepSize(s, up_to=condition), let(Y, B * A * X + s * Theta * X)
)
"""L* = 0 and mu_A^2 mu_B^2/(lambda_A lambda_B) >= 4 sqrt(2 e^3) n |X|/(B sigma_r^2) sqrt(2 L_0), with L_0 = s^2 ||Theta X||_F^2/2."""

step_38 = log(2) * b**2 * mu_A**2 * mu_B**2 * sigma_r**2 / (96 * e**3 * L * n**2 * products**4 * norm_X**4 * log(T / delta))
certain = (Scalar(T, Interval(2, oo)), Scalar(delta, Interval.open(0, 1)), StepSize(eta, up_to=step_38))
two = solvable.extended(*certain, Selection(S), Selection(S_2))
largest_of_second = max_over(l, fro(layer(second, l)), 1, L)

paper.inequality(
    "thm-3.8", "SGD converges linearly where L* = 0: every sequence of two minibatches",
    source="Theorem 3.8, with the constants of its proof (96), T >= 2", over=two,
    claim=[loss_1 <= 2 * loss_0 * (1 - eta * rate), loss_2 <= 2 * loss_0 * (1 - eta * rate) ** 2],
)

one_step = loss_of(start - eta * stack(l, gradient(start, l), 1, L))


def full_sample(last):
    """L* = 0, B = n, the condition of Theorem 3.8, and every step size up to its bound for that T."""
    return solvable.extended(equal(b, n), Scalar(delta, Interval.open(0, 1)), StepSize(eta, up_to=step_38.xreplace({T: last})))


single = paper.inequality(
    "thm-3.8.one-step", "One step on the whole sample, so that nothing is random and any positive probability is 1",
    source="Theorem 3.8, T = 1 and B = n, with the constants of its proof (96)", over=full_sample(Rational(1)),
    claim=one_step <= 2 * loss_0 * (1 - eta * rate),
    examples=[example(
        dimensions={"L": 1, "m": 1, "d": 1, "k": 1, "n": 1, "r": 1, "b": 1}, A=[[1]], B=[[1]], F=[[1]], G=[[1]], Theta=[[1]], theta_s=1,
        delta="9999/10000", theta_eta=1,
    )],
    wrong="For T = 1 the bound on the step size has 1/log(1/delta), which is as large as one likes for delta near 1. No constant helps. "
    "Only T = 1 is concerned: from T = 2 on the logarithm is at least log(2).",
)

paper.corrected(single, over=full_sample(Rational(2)), note="For T >= 2 the logarithm is at least log(2).")

paper.inequality(
    "pf-3.8-hyp-i", "After two steps every layer is within 0.5/L",
    source="A.6, inductive hypothesis (i)", over=two,
    claim=largest_of_second <= half / L,
)

paper.inequality(
    "pf-3.8-i-1", "A layer is no larger than the sum of the bounds on the steps, where L* = 0",
    source="A.6, induction for part (i)", over=two,
    claim=largest_of_second <= eta * sqrt(2 * e) * n * products * norm_X / b * (sqrt(loss_0) + sqrt(loss_1)),
    note="The scan has n inside the root.",
)

paper.inequality(
    "pf-3.8-incr1", "No minibatch raises the logarithm of the loss by more than 3 e eta L n lambda_A^2 lambda_B^2 |X|^2/B",
    source="A.6, after (A.18)", over=two, given=loss_1 > 0,
    claim=log(loss_2) <= log(loss_1) + 3 * e * eta * L * n * products**2 * norm_X**2 / b,
)

# --- Fresh minibatches in every step, drawn at random ------------------------------------------------------------------

STEPS = 4
batches = [matrix(f"S_{t}", n, b) for t in range(1, STEPS + 1)]
orbit = [start]
for drawn in batches:
    orbit.append(moved(orbit[-1], drawn))
losses = [loss_of(layers) for layers in orbit]
long = solvable.extended(Scalar(delta, Interval.open(0, 1)), StepSize(eta, up_to=step_38.xreplace({T: Rational(STEPS)})))

paper.chance(
    "thm-3.8.chance", "SGD converges linearly where L* = 0: four minibatches drawn anew",
    source="Theorem 3.8, with the constants of its proof (96), T = 4", over=long, random=[Minibatch(drawn) for drawn in batches],
    event=[losses[t] <= 2 * loss_0 * (1 - eta * rate) ** t for t in range(1, STEPS + 1)], at_least=1 - delta,
    note="Longer runs: the figure theorem-3.8.",
)

# --- Modified identity maps, end of section 4 ----------------------------------------------------------------------------

enough_38 = 4 * sqrt(2 * e**3) * n * norm_X / (b * sigma_r**2) * fro(Theta * X)
"""What alpha has to be at least, for Y = Theta X, where L_0 is half of ||Y||_F^2."""

modified = dims.extended(d + k <= m, Selection(J), FullRank(F), FullRank(G), AnyMatrix(Theta)).extended(
    Scalar(share, Interval.Lopen(0, 1)), let(alpha, enough_38 / share), let(A, copy_in), let(B, copy_out), let(Y, Theta * X),
    *certain, Selection(S), Selection(S_2),
)

paper.inequality(
    "sec4-mod-sgd", "With modified identity maps and alpha large enough SGD converges: every sequence of two minibatches",
    source="section 4, end, 'a similar analysis'", over=modified, given=fro(Y) > 0,
    claim=[loss_1 <= 2 * loss_0 * (1 - eta * rate), loss_2 <= 2 * loss_0 * (1 - eta * rate) ** 2],
)

whole = solvable.extended(equal(b, n), let(W, start), *certain)

paper.trajectory(
    "thm-3.8.full", "With the whole sample as minibatch the loss falls geometrically",
    source="Theorem 3.8, B = n", over=whole, law=descent,
    claim=loss <= 2 * L_0 * (1 - eta * rate) ** time,
)

paper.trajectory(
    "pf-3.8-hyp-ii", "The loss falls geometrically; without the further s inside the power",
    source="A.6, inductive hypothesis (ii), B = n", over=whole, law=descent,
    claim=loss <= 2 * L_0 * (1 - eta * L * mu_A**2 * mu_B**2 * sigma_r**2 / e) ** time,
    note="As Theorem 3.8 has it; as it is printed: pf-3.8-hyp-ii.one-layer.",
)

z = scalars("z")[0]
one_layer = paper.inequality(
    "pf-3.8-hyp-ii.one-layer", "With s inside the power: one layer and sample, where L_s is L_0 (1 - e z)^(2 s); z = eta rate, s = T",
    source="A.6, inductive hypothesis (ii), as printed; B = n = d = k = L = 1, modified identity maps",
    over=domain(Scalar(T, Interval(2, oo)), Scalar(delta, Interval.open(0, 1)), StepSize(z, up_to=log(2) / (96 * e**4 * log(T / delta)))),
    given=T * z < 1,
    claim=(1 - e * z) ** (2 * T) <= 2 * (1 - T * z) ** T,
    examples=[example(T=400, delta="1/2", theta_z=1)],
    wrong="The step's share of the loss does not grow with s: (1 - s z)^s falls like exp(-s^2 z), faster than any descent.",
)

paper.corrected(one_layer, given=(), claim=(1 - e * z) ** (2 * T) <= 2 * (1 - z) ** T)

paper.trajectory(
    "eq-A.19", "The loss falls exponentially",
    source="eq. (A.19), B = n", over=whole, law=descent,
    claim=loss <= 2 * L_0 * exp(-time * eta * rate),
)

# --- Theorem 3.6 --------------------------------------------------------------------------------------------------------

ratio = scalars("ratio")[0]
accuracy = half * (s * fro(Z)) ** 2 / ratio
bound_36 = gain_0 * b * sigma_r**2 / (sqrt(8 * e**3) * n * norm_X * log(ratio) * fro(Z))
noisy = dims.extended(
    FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Z), Scalar(ratio, Interval.open(3, oo)),
    StepSize(s, up_to=bound_36), let(Y, B * A * X + s * Z),
)
"""The condition of Theorem 3.6 with eps' = L_0/ratio, L_0 = s^2 ||Z||_F^2/2."""

factor = b * mu_A**2 * mu_B**2 * sigma_r**2 / (6 * e**3 * L * n * products**4 * norm_X**2)
step_36 = factor * log(2) ** 2 * b / (3 * n * norm_X**2 * log(T / delta) * log(ratio))
short = (Scalar(T, Interval(2, oo)), Scalar(delta, Interval.Lopen(0, Rational(1, 6))), StepSize(eta, up_to=step_36))
pairs = noisy.extended(*short, Selection(S), Selection(S_2))

paper.inequality(
    "pf-3.6-hyp-i", "After s steps a layer is at most sqrt(2 e) s eta n lambda_A lambda_B |X|/B sqrt(2 L_0): two minibatches",
    source="A.4, inductive hypothesis (i)", over=pairs,
    claim=largest_of_second <= sqrt(2 * e) * 2 * eta * n * products * norm_X / b * sqrt(2 * loss_0),
    note="The scan has s eta inside the root and no n; (A.4) adds up to this.",
)

for label, source in (("pf-3.6-hyp-iii", "A.4, inductive hypothesis (iii)"), ("eq-A.16", "eq. (A.16)")):
    paper.inequality(
        label, "The loss is at most twice the initial one: two minibatches",
        source=source, over=pairs,
        claim=[loss_1 <= 2 * loss_0, loss_2 <= 2 * loss_0],
    )

mean_2 = mean_over_minibatches(mean_over_minibatches(loss_2, S_2), S)
quiet = noisy.extended(*short)

for label, source in (("pf-3.6-hyp-ii", "A.4, inductive hypothesis (ii)"), ("pf-3.6-ii-final", "A.4, after (A.14)")):
    paper.expectation(
        label, "The mean excess loss after two steps, over all pairs of minibatches, while it is at least eps' >= 4 gamma_1/(eta gamma_0)",
        source=source, over=quiet,
        given=[eta * gamma_0 * accuracy >= 4 * noise * L_star, gap_0 >= 3 * accuracy],
        claim=mean_2 - L_star <= (1 - eta * rate) ** 2 * gap_0,
    )

paper.inequality(
    "eq-A.5", "A layer after the next step, from the hypothesis for the steps before",
    source="eq. (A.5)", over=eq_A_4.over.extended(Scalar(t_0, Interval(0, oo)), Scalar(ratio, Interval(0, oo))),
    given=[
        fro(layer(W, l)) <= t_0 * (eta * sqrt(2 * e) * n * lambda_A * lambda_B * norm_X / b * sqrt(2 * ratio)), loss <= 2 * ratio,
    ],
    claim=fro(layer(moved(W, S), l)) <= (t_0 + 1) * (eta * sqrt(2 * e) * n * lambda_A * lambda_B * norm_X / b * sqrt(2 * ratio)),
    note="Read with t n after eta, as (A.4) adds up; `ratio` stands for L(W^(0)).",
)

paper.trajectory(
    "thm-3.6", "With the whole sample as minibatch the loss falls geometrically",
    source="Theorem 3.6, B = n, with the constants of its proof", over=quiet.extended(equal(b, n), let(W, start)), law=descent,
    claim=loss - L_star <= (1 - eta * rate) ** time * (L_0 - L_star),
)

paper.trajectory(
    "thm-3.6.layers", "With the whole sample as minibatch every layer stays within 0.5/L",
    source="Theorem 3.6, B = n, part (i) of its proof", over=quiet.extended(equal(b, n), let(W, start)), law=descent,
    claim=largest_norm <= half / L,
)

paper.definition(
    "pf-3.6-event", define("E_@", product_along(positive_part(loss - L_star - accuracy), 0, time)),
    title="a number that is positive as long as no iterate has reached the accuracy eps'", source="A.4, definition of the event",
)
