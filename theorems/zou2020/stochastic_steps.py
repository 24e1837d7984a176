"""One step of SGD: inequalities (A.4) to (A.15) for one minibatch, and for the mean over all minibatches.

The state is any in the region; targets are drawn through the residual, Y = U X + s Z, with s up to where
lambda_A lambda_B |X| >= 2 sqrt(L/e), which is what the condition on A and B gives at a loss of at most 2 L_0.
The step keeps the layers in the region by the bound (A.4) on them, as in the paper.
"""

from theorems import linear_algebra as la
from theorems.zou2020.gradient_bounds import G_l, lemma_A_1_sgd
from theorems.zou2020.notation import *

Z = matrix("Z", k, n)
(s,) = scalars("s")
grad = gradient_named(W, l)
next_W = W - eta * stack(l, stochastic_gradient(W, l), 1, L)
next_loss = define("next_loss", loss_of(next_W), latex=r"L(\mathbf{W}^{(t)})")
mean_loss = mean_over_minibatches(next_loss, S)
products = lambda_A * lambda_B
stochastic_squares = sum_over(l, fro(stochastic_gradient(W, l)) ** 2, 1, L)
mean_squares = sum_over(l, mean_over_minibatches(fro(stochastic_gradient(W, l)) ** 2, S), 1, L)
alignment = sum_over(l, inner(gradient(W, l), stochastic_gradient(W, l)), 1, L)
excess = loss - L_star

# --- Domains ------------------------------------------------------------------------------------------------

dims = domain(
    Dimension(L, 1, 4), Dimension(m, 1, 3), Dimension(d, 1, 2), Dimension(k, 1, 2), Dimension(n, 1, 3), Dimension(r, 1, 2),
    Dimension(b, 1, 3), r <= d, d <= m, k <= m, r <= n, b <= n,
)
state = dims.extended(
    FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Z), InBall(W, radius, norm=fro),
    StepSize(s, up_to=products * norm_X * sqrt(e / 2) / fro(Z)), let(Y, output(W) * X + s * Z),
)
layer_bound = sqrt(2 * e) * n * products * norm_X / b * sqrt(loss)
"""sqrt(2 e) n lambda_A lambda_B |X|/B sqrt(L), the bound of Lemma A.1 on the norm of each stochastic gradient."""

room = (half / L - max_over(l, fro(layer(W, l)), 1, L)) / layer_bound


def steps(*caps):
    """The state with a minibatch step that stays in the region and below the caps."""
    return state.extended(StepSize(eta, up_to=minimum(room, *caps)))


cap_1 = 1 / (6 * e * L * products**2 * norm_X**2)
cap_A_11 = b * mu_A**2 * mu_B**2 * sigma_r**2 / (6 * e**3 * L * n * products**4 * norm_X**2 * norm_columns**2)
cap_A_15 = b / (2 * e * L * n * products**2 * norm_X**2)
one = (Selection(S),)

# --- Part (i): the layers -------------------------------------------------------------------------------------

any_step = shapes(6).extended(
    Dimension(b, 1, 3), b <= n, Dimension(l, 1, 6), l <= L, *maps, *data, InBall(W, radius), Selection(S), Scalar(eta, Interval.open(0, oo))
)

i_1 = paper.inequality(
    "pf-3.6-i-1", "A layer grows by at most the norm of its step",
    source="A.4, induction for part (i)", over=any_step,
    claim=fro(layer(next_W, l)) <= fro(layer(W, l)) + eta * fro(G_l),
    proof=Closing(),
    facts=[la.triangle_difference(A=layer(W, l), C=eta * G_l)],
)

i_2 = paper.inequality(
    "pf-3.6-i-2", "The norm of the stochastic gradient",
    source="A.4, induction for part (i)", over=any_step,
    claim=fro(G_l) <= sqrt(2 * e) * n * lambda_A * lambda_B * norm_X / b * sqrt(loss),
    note="The scan has n inside the root; Lemma A.1, from which this is taken, and A.6 have it outside.",
    proof=Closing(keep=("loss",)),
    facts=[lemma_A_1_sgd(), fro(G_l) ** 2 <= (sqrt(2 * e) * n * lambda_A * lambda_B * norm_X / b * sqrt(loss)) ** 2],
)

eq_A_4 = paper.inequality(
    "eq-A.4", "A layer grows by at most the bound on its step",
    source="eq. (A.4)", over=any_step,
    claim=fro(layer(next_W, l)) <= fro(layer(W, l)) + sqrt(2 * e) * eta * n * lambda_A * lambda_B * norm_X / b * sqrt(loss),
    note="The scan has m after eta; it is the n of Lemma A.1.",
    proof=Closing(keep=("loss",)),
    facts=[i_1(), i_2(), eta * fro(G_l) <= eta * (sqrt(2 * e) * n * lambda_A * lambda_B * norm_X / b * sqrt(loss))],
)

# --- (A.6) and (A.7), for every minibatch ----------------------------------------------------------------------

paper.inequality(
    "eq-A.6", "The loss after a step, by the smoothness of the loss",
    source="eq. (A.6)", over=steps().extended(*one),
    claim=next_loss - loss
    <= -eta * alignment + eta**2 * L * products * norm_X * (sqrt(e * loss) + half * e * products * norm_X) * stochastic_squares,
)

eq_A_7 = paper.inequality(
    "eq-A.7", "The loss after a step, where lambda_A lambda_B |X| is large",
    source="eq. (A.7)", over=steps().extended(*one),
    claim=next_loss - loss <= -eta * alignment + e * eta**2 * L * products**2 * norm_X**2 * stochastic_squares,
)

# --- The mean over all minibatches -------------------------------------------------------------------------------

eq_A_8 = paper.expectation(
    "eq-A.8", "The mean loss after a step",
    source="eq. (A.8)", over=steps(),
    claim=mean_loss - loss <= -eta * squares + e * eta**2 * L * products**2 * norm_X**2 * mean_squares,
)

one_layer_mean = dims.extended(Dimension(l, 1, 4), l <= L, *maps, *data, InBall(W, radius))
variance = mean_over_minibatches(fro(stochastic_gradient(W, l) - gradient(W, l)) ** 2, S)
of_one = mean_over_minibatches(fro(gradient(W, l, X * matrix("S_1", n, 1), Y * matrix("S_1", n, 1))) ** 2, matrix("S_1", n, 1))

paper.expectation(
    "eq-A.9", "The second moment of the stochastic gradient: its variance and the squared gradient; the variance without replacement",
    source="eq. (A.9)", over=one_layer_mean,
    claim=[
        equal(mean_over_minibatches(fro(stochastic_gradient(W, l)) ** 2, S), variance + fro(gradient(W, l)) ** 2),
        variance + fro(gradient(W, l)) ** 2 <= n**2 / b * of_one + fro(gradient(W, l)) ** 2,
    ],
)

sample_loss = define("l_i", half * entry((output(W) * X - Y).T * (output(W) * X - Y), i, i), latex=r"\ell_i")
weighted = sum_over(i, column_square(X, i) * sample_loss, 1, n)

paper.expectation(
    "pf-3.6-meansample", "The mean squared gradient of one sample's loss",
    source="A.4, after (A.9)", over=one_layer_mean,
    claim=[
        of_one <= 2 * e * products**2 / n * weighted,
        2 * e * products**2 / n * weighted <= 2 * e * products**2 * norm_columns**2 * loss / n,
    ],
)

paper.expectation(
    "pf-3.6-combined", "The mean loss after a step, with the variance bounded",
    source="A.4, before (A.10)", over=steps(),
    claim=mean_loss - loss
    <= -eta * squares
    + e * eta**2 * L * products**2 * norm_X**2 * (L * (2 * e * n * products**2 * norm_columns**2 * loss / b) + squares),
)

noise = 2 * e**2 * eta**2 * L**2 * n * products**4 * norm_X**2 * norm_columns**2 / b

paper.expectation(
    "eq-A.10", "The mean loss after a short step",
    source="eq. (A.10)", over=steps(cap_1),
    claim=mean_loss - loss <= -5 * eta / 6 * squares + noise * loss,
)

paper.expectation(
    "eq-A.12-a", "The mean loss after a step, by the PL condition",
    source="eq. (A.12), first inequality", over=steps(cap_1),
    claim=mean_loss - loss <= -5 * eta / 3 * rate * excess + noise * excess + noise * L_star,
)

descended = paper.expectation(
    "eq-A.12-b", "The mean loss after a step of the size (A.11)",
    source="eq. (A.12), second inequality", over=steps(cap_1, cap_A_11),
    claim=mean_loss - loss <= -4 * eta / 3 * rate * excess + noise * L_star / L**2,
    wrong="The denominator is printed B L^2: at a global minimum with L* > 0 only the last term is left, and it is L^2 times too small.",
)

descended_corrected = paper.corrected(
    descended,
    claim=mean_loss - loss <= -4 * eta / 3 * rate * excess + noise * L_star,
)

gamma_0 = paper.definition("pf-3.6-gammas.0", define("gamma_0", 4 * rate / 3, latex=r"\gamma_0"), title="rate", source="A.4, before (A.13)")
gamma_1 = paper.definition(
    "pf-3.6-gammas.1", define("gamma_1", noise * L_star, latex=r"\gamma_1"), title="noise, printed with eta^2", source="A.4, before (A.13)"
)

contracted = paper.expectation(
    "eq-A.13", "The mean excess loss after a step, with the loss after the step on the right as it is printed",
    source="eq. (A.13)", over=steps(cap_1, cap_A_11).extended(*one),
    claim=mean_loss - L_star <= (1 - eta * gamma_0) * (next_loss - L_star) + eta**2 * gamma_1,
    wrong="The right side needs the loss before the step, and gamma_1 is printed with a factor eta^2 that (A.13) has once more.",
)

paper.corrected(
    contracted,
    over=steps(cap_1, cap_A_11),
    claim=mean_loss - L_star <= (1 - eta * gamma_0) * excess + gamma_1,
    note="gamma_1 as printed contains eta^2; the loss on the right is the one before the step.",
)

paper.expectation(
    "eq-A.14", "While the excess loss is at least eps' = 4 gamma_1/(eta gamma_0), its mean contracts",
    source="eq. (A.14)", over=steps(cap_1, cap_A_11),
    given=eta * gamma_0 * excess >= 4 * gamma_1,
    claim=mean_loss - L_star <= (1 - 3 * eta * gamma_0 / 4) * excess,
    note="gamma_1 as printed contains eta^2.",
)

paper.expectation(
    "pf-3.6-iii-1", "While the excess loss is at least eps', the mean loss does not grow",
    source="A.4, induction for part (iii)", over=steps(cap_1, cap_A_11),
    given=eta * gamma_0 * excess >= 4 * gamma_1,
    claim=mean_loss <= loss,
)

paper.expectation(
    "pf-3.6-iii-2", "The mean of the logarithm is at most the logarithm of the mean (Jensen)",
    source="A.4, induction for part (iii)", over=steps(cap_1, cap_A_11),
    given=eta * gamma_0 * excess >= 4 * gamma_1,
    claim=chain(mean_over_minibatches(log(next_loss), S), "<=", log(mean_loss), "<=", log(loss)),
)

# --- Part (iii): no minibatch raises the loss by much ---------------------------------------------------------------

growth = eta * L * n * products**2 * norm_X**2 / b

paper.inequality(
    "pf-3.6-iii-3", "The loss after a step, by the norms of the gradients",
    source="A.4, induction for part (iii)", over=steps().extended(*one),
    claim=next_loss
    <= loss
    + eta * sum_over(l, fro(gradient(W, l)) * fro(stochastic_gradient(W, l)), 1, L)
    + e * eta**2 * L * products**2 * norm_X**2 * stochastic_squares,
)

paper.inequality(
    "eq-A.15", "No minibatch raises the loss by more than a factor",
    source="eq. (A.15)", over=steps(cap_A_15).extended(*one),
    claim=chain(next_loss, "<=", (1 + 2 * e * growth + 2 * e**2 * growth**2) * loss, "<=", (1 + 3 * e * growth) * loss),
)

paper.inequality(
    "pf-3.6-iii-4", "No minibatch raises the logarithm of the loss by more than 3 e eta L n lambda_A^2 lambda_B^2 |X|^2/B",
    source="A.4, after (A.15); A.6, after (A.18)", over=steps(cap_A_15).extended(*one),
    claim=log(next_loss) <= log(loss) + 3 * e * growth,
)

# --- Theorem 3.8: L* = 0 --------------------------------------------------------------------------------------------

solvable = dims.extended(
    FullRank(A), FullRank(B), FullRank(F), FullRank(G), AnyMatrix(Theta), InBall(W, radius, norm=fro),
    StepSize(s, up_to=products * norm_X * sqrt(e / 2) / fro(Theta * X)), let(Y, output(W) * X + s * Theta * X),
    StepSize(eta, up_to=minimum(room, cap_1, cap_A_11)),
)

paper.expectation(
    "pf-3.8-drift", "The mean loss contracts where L* = 0",
    source="A.6, before Jensen's inequality", over=solvable,
    claim=mean_loss - loss <= -4 * eta / 3 * rate * loss,
)

paper.expectation(
    "pf-3.8-jensen", "The mean logarithm of the loss falls by a constant",
    source="A.6, Jensen's inequality", over=solvable,
    claim=chain(
        mean_over_minibatches(log(next_loss), S), "<=", log(loss) + log(1 - 4 * eta / 3 * rate), "<=", log(loss) - 4 * eta / 3 * rate
    ),
)

paper.expectation(
    "eq-A.18", "log L + 4 t eta rate/3 is a supermartingale: its mean after a step does not exceed it",
    source="eq. (A.18)", over=solvable,
    claim=mean_over_minibatches(log(next_loss), S) + 4 * eta / 3 * rate <= log(loss),
)

paper.inequality(
    "pf-3.8-incr2", "The increments of the supermartingale are at most 4 e eta L n lambda_A^2 lambda_B^2 |X|^2/B",
    source="A.6, after (A.18)", over=steps(cap_A_15).extended(*one),
    claim=log(next_loss) + 4 * eta / 3 * rate <= log(loss) + 4 * e * growth,
)
