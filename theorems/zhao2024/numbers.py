"""The inequalities between numbers in zhao2024: rates of convex gradient descent, the steps of Claims 1 to 3, Lemmas 5 and 6."""

from theorems.zhao2024.notation import paper
from verify.author import *

alpha, beta, eta, kappa, tau = scalars("alpha beta eta_* kappa tau")
a_1, a_2, epsilon, x, t_1 = scalars("a_1 a_2 epsilon x theta")
half = Rational(1, 2)
positive = Interval.open(0, oo)

convexities = domain(Scalar(alpha, positive), Scalar(beta, positive))
"""alpha-strong convexity and beta-smoothness; statements assume alpha <= beta."""

# --- The rate q of (10) -------------------------------------------------------------------------------------


def q_low(eta):
    """q of (10) for 0 < eta_* <= 2/(alpha + beta)."""
    return 1 - alpha * eta * (2 - eta * alpha)


def q_high(eta):
    """q of (10) for 2/(alpha + beta) < eta_* < 2/beta."""
    return 1 - beta * eta * (2 - eta * beta)


ratio, share = scalars("rho lambda")
below = domain(
    Scalar(beta, positive), Scalar(ratio, Interval.Lopen(0, 1)), let(alpha, ratio * beta), StepSize(eta, up_to=2 / (alpha + beta)),
)
"""Step sizes of the first case; alpha = rho beta."""
above = domain(
    Scalar(beta, positive), Scalar(ratio, Interval.open(0, 1)), let(alpha, ratio * beta), Scalar(share, Interval.open(0, 1)),
    let(eta, 2 / (alpha + beta) + share * (2 / beta - 2 / (alpha + beta))),
)
"""Step sizes of the second case."""
low = [alpha > 0, alpha <= beta, eta > 0, eta <= 2 / (alpha + beta)]
high = [alpha > 0, alpha < beta, eta > 2 / (alpha + beta), eta < 2 / beta]

def_q_low = paper.identity(
    "def-q.low", "q is a square", source="eq. (10), first case", over=below, given=low,
    claim=equal(q_low(eta), (1 - alpha * eta) ** 2), proof=Expansion(),
)

def_q_high = paper.identity(
    "def-q.high", "q is a square", source="eq. (10), second case", over=above, given=high,
    claim=equal(q_high(eta), (1 - beta * eta) ** 2), proof=Expansion(),
)

def_q_between = paper.identity(
    "def-q.continuous", "Both cases agree at 2/(alpha + beta)", source="eq. (10)", over=convexities,
    claim=equal(q_low(2 / (alpha + beta)), q_high(2 / (alpha + beta))), proof=Expansion(),
)

def_q_range_low = paper.inequality(
    "def-q.range.low", "0 < q < 1, used from Lemma 5 on", source="eq. (10) and Lemma 5, first case", over=below, given=low,
    claim=chain(0, "<", q_low(eta), "<", 1),
    examples=[example(beta=1, rho=1, **{"theta_eta_*": 1})],
    wrong="For alpha = beta and eta_* = 1/alpha one step reaches the minimiser, and q is 0.",
)

def_q_range_low_corrected = paper.corrected(
    def_q_range_low, claim=chain(0, "<=", q_low(eta), "<", 1), proof=Closing(), facts=[equal(q_low(eta), (1 - alpha * eta) ** 2)],
    note="q may be 0.",
)

def_q_range_high = paper.inequality(
    "def-q.range.high", "0 < q < 1, used from Lemma 5 on", source="eq. (10) and Lemma 5, second case", over=above, given=high,
    claim=chain(0, "<", q_high(eta), "<", 1),
    proof=Closing(), facts=[equal(q_high(eta), (1 - beta * eta) ** 2), eta * beta > 1, eta * beta < 2],
)

fact_q_opt = paper.identity(
    "fact-q-opt", "The smallest q", source="after eq. (10), eta_* = 2/(alpha + beta), kappa = beta/alpha", over=convexities,
    claim=equal(q_low(2 / (alpha + beta)), 1 - 4 * (beta / alpha) / (1 + beta / alpha) ** 2), proof=Expansion(),
)

conditions = domain(Scalar(kappa, Interval.open(1, oo)))

eq_4_square = paper.identity(
    "eq-4.square", "The rate of (4) is the square of (kappa - 1)/(kappa + 1)", source="eq. (4)", over=conditions,
    claim=equal(((kappa - 1) / (kappa + 1)) ** 2, 1 - 4 * kappa / (1 + kappa) ** 2), proof=Expansion(),
)

fact_cor3 = paper.inequality(
    "fact-cor3", "The rate of Corollary 3 beats 1 - 1/kappa", source="after Corollary 3, tau -> 0", over=conditions,
    claim=[
        equal(4 * kappa / (1 + kappa) ** 2 - 1 / kappa, (kappa - 1) * (3 * kappa + 1) / (kappa * (1 + kappa) ** 2)),
        1 - 4 * kappa / (1 + kappa) ** 2 < 1 - 1 / kappa,
    ],
    proof=OneVariable(kappa),
)

cor_3_step = paper.identity(
    "corollary-3.step", "The step size of Corollary 3 relative to eta_1 = 2 n_N/(beta N)",
    source="Corollary 3, eta = 2 n_N/((alpha + beta) N)",
    over=convexities, claim=equal((2 / (alpha + beta)) / (2 / beta), (beta / alpha) / (1 + beta / alpha)), proof=Expansion(),
)

# --- Claim 1 and Claim 2 -------------------------------------------------------------------------------------------

claim_1_root = paper.inequality(
    "claim-1.sum.root", "sqrt(1 - x) <= 1 - x/2", source="proof of Claim 1, last display", over=domain(Scalar(x, Interval(0, 1))),
    claim=sqrt(1 - x) <= 1 - x / 2, proof=Closing(),
)

N, s = dimensions("N s")

claim_2_binom = paper.inequality(
    "claim-2.binom", "(1 + x)^k grows with k", source="proof of Claim 2", over=domain(
        Dimension(s, 1, 8), Dimension(N, 1, 12), s <= N, Scalar(x, Interval(0, oo))
    ),
    claim=(1 + x) ** s - 1 <= (1 + x) ** N - 1,
)

claim_2_abs = paper.inequality(
    "claim-2.abs", "(1 + x)^N - 1 <= A_2 x N with A_1 = 1 and A_2 = e - 1", source="proof of Claim 2, absolute constants A_1 and A_2",
    over=domain(Dimension(N, 1, 40), Scalar(t_1, Interval(0, 1)), Scalar(x, Interval(0, 1))), given=x * N <= 1,
    claim=(1 + x) ** N - 1 <= (exp(1) - 1) * x * N,
    note="The paper leaves both constants open; x N = 1 with N -> oo shows that no smaller A_2 serves A_1 = 1.",
)

# --- Claim 3: constants, step size, rate ------------------------------------------------------------------------

# a_1 and a_2 stand for e^(c_1) and e^(c_2), which take every value above 1.
exponents = domain(Scalar(a_1, Interval.open(1, oo)), Scalar(a_2, Interval.open(1, oo)))
shares = exponents.extended(Scalar(epsilon, Interval.open(0, 1)), Scalar(beta, positive))
step = (1 - epsilon) * 2 / ((a_1**6 * a_2**3) * beta)
"""eta N/n_N for the step size of Lemma 3."""

eq_44 = paper.identity(
    "eq-44.equality", "The descent of (44) at the step size of Lemma 3", source="eq. (44), last equality", over=shares,
    claim=equal(
        a_2 ** (-3) * step * (1 - (a_1**6 * a_2**3) * beta / 2 * step), (a_1 * a_2) ** (-6) * 2 * epsilon * (1 - epsilon) / beta
    ),
    proof=Expansion(),
)

rates = shares.extended(Scalar(alpha, positive))
lemma_3_rate = step * 2 * a_1**6 * epsilon * alpha
"""eta gamma with gamma = 2 e^(6 c_1) epsilon alpha N/n_N."""

lemma_3_product = paper.identity(
    "lemma-3.rate", "eta gamma = 4 epsilon (1 - epsilon) e^(-3 c_2)/kappa", source="Lemma 3", over=rates, given=alpha <= beta,
    claim=equal(lemma_3_rate, 4 * epsilon * (1 - epsilon) * a_2 ** (-3) * alpha / beta),
    proof=Expansion(),
)

claim_3_identity = paper.identity(
    "claim-3.identity", "The rate that the proof of Claim 3 reaches is that of Lemma 3", source="last line of the proof of Claim 3",
    over=rates, given=alpha <= beta,
    claim=equal(1 - (a_1 * a_2) ** (-6) * 4 * epsilon * (1 - epsilon) * alpha / beta, 1 - lemma_3_rate),
    wrong="The proof reaches e^(-6 c_1 - 6 c_2), Lemma 3 claims e^(-3 c_2): the rate of the proof is slower for all c_1, c_2 > 0.",
)

claim_3_identity_corrected = paper.corrected(
    claim_3_identity,
    claim=equal(
        1 - (a_1 * a_2) ** (-6) * 4 * epsilon * (1 - epsilon) * alpha / beta, 1 - step * 2 * a_2 ** (-3) * epsilon * alpha
    ),
    proof=Expansion(),
    note="gamma = 2 e^(-3 c_2) epsilon alpha N/n_N.",
)

xi = minimum(
    (a_2 ** (-2) - a_2 ** (-3)) / (exp(1) * a_1**4),
    (a_1**6 - a_1**4) / (exp(1) * a_1**6) / 4,
    sqrt(a_1**6 - a_1**4) / (exp(1) * a_1**4) / 2,
    1,
)
"""xi of Claim 3."""

claim_3_I1 = paper.inequality(
    "claim-3.I1", "The bound on I_1", source="proof of Claim 3", over=exponents,
    claim=xi * exp(1) * a_1**4 <= a_2 ** (-2) - a_2 ** (-3),
)

claim_3_I2 = paper.inequality(
    "claim-3.I2", "The bound on I_2", source="proof of Claim 3", over=exponents,
    claim=2 * xi * exp(1) * a_1**6 + xi**2 * exp(2) * a_1**8 <= a_1**6 - a_1**4,
)

claim_3_x = paper.inequality(
    "claim-3.x-bound", "xi/2 <= xi/(1 + xi)", source="proof of Claim 3, bound on x", over=domain(Scalar(x, Interval(0, 1))),
    claim=x / 2 <= x / (1 + x), proof=OneVariable(x),
)

# --- Lemma 5 and Lemma 6 ---------------------------------------------------------------------------------------------

a, g = scalars("a g")
errors = domain(
    Scalar(tau, Interval.Ropen(0, 1)), Scalar(a, Interval(0, oo)), Scalar(g, Interval(0, oo)),
    Scalar(beta, positive), StepSize(eta, up_to=2 / beta),
)
"""a stands for ||D||_X, g for the norm of the difference of gradients."""

lemma_5_b = paper.inequality(
    "lemma-5.step-b", "2 + 2*2 + 1 = 7", source="proof of Lemma 5, second display", over=errors, given=g <= beta * a,
    claim=(2 * a + 2 * eta * g + tau * a) * (tau * a) <= 7 * tau * a**2,
    proof=Closing(), facts=[eta * g <= 2 * a, (2 * a + 2 * eta * g + tau * a) <= 7 * a],
)

lemma_5_case_1 = paper.inequality(
    "lemma-5.case-1", "Large step sizes", source="proof of Lemma 5, 2/(alpha + beta) < eta_* < 2/beta",
    over=above.extended(Scalar(a, Interval(0, oo)), Scalar(g, Interval(0, oo))), given=[*high, g <= beta * a],
    claim=a**2 - 2 * eta * alpha * beta / (alpha + beta) * a**2 + (eta**2 - 2 * eta / (alpha + beta)) * g**2 <= q_high(eta) * a**2,
    proof=Closing(), facts=[g**2 <= beta**2 * a**2, eta**2 >= 2 * eta / (alpha + beta)],
)

lemma_5_case_2 = paper.inequality(
    "lemma-5.case-2", "Small step sizes", source="proof of Lemma 5, 0 < eta_* <= 2/(alpha + beta)",
    over=below.extended(Scalar(a, Interval(0, oo)), Scalar(g, Interval(0, oo))), given=[*low, g >= alpha * a],
    claim=a**2 - 2 * eta * alpha * beta / (alpha + beta) * a**2 + (eta**2 - 2 * eta / (alpha + beta)) * g**2 <= q_low(eta) * a**2,
    proof=Closing(), facts=[g**2 >= alpha**2 * a**2, eta**2 <= 2 * eta / (alpha + beta)],
)

lemma_6_three = paper.inequality(
    "lemma-6.final", "1/2 + sqrt(2) + 1 <= 3, with which the three parts of the loss add up", source="end of the proof of Lemma 6",
    over=domain(Scalar(x, Interval(0, oo))), claim=(half + sqrt(2) + 1) * x <= 3 * x, proof=Closing(),
)

# --- Widths, and the choice of the constants for Theorem 2 -----------------------------------------------------------

n_0, n_N, n_min = scalars("n_0 n_N n_min")
paper.inequality(
    "assumption-widths", "Where n_min is at least max{n_0, n_N}, the thinnest layer is the input or the output layer",
    source="section 3, first sentence", over=domain(*(Scalar(n, Interval(1, oo)) for n in (n_0, n_N, n_min))),
    given=n_min >= maximum(n_0, n_N), claim=minimum(n_0, n_N) <= n_min, proof=Closing(),
    note="An assumption, and the inequality is what the proofs use of it. The words before it ask for less: the input may be the thinnest "
    "layer, with an output wider than a hidden layer.",
)

stretch = define("x", 1 + share * (1 / t_1 - 1))
"""Every number between 1 and eta_1/eta."""
paper.inequality(
    "theorem-2.proof", "Every step size below eta_1 leaves 0 < epsilon < 1 for small exponents; theta = eta/eta_1, x = e^(6 c_1 + 3 c_2)",
    source="proof of Theorem 2, 'for given constant c_1, c_2 > 0'; epsilon = 1 - theta x is that of the proof of Lemma 6",
    over=domain(Scalar(t_1, Interval.open(0, 1)), Scalar(share, Interval.open(0, 1))),
    claim=chain(0, "<", 1 - t_1 * stretch, "<", 1), proof=Closing(),
    facts=[equal(1 - t_1 * stretch, (1 - share) * (1 - t_1)), (1 - share) * (1 - t_1) > 0],
    note="Printed for 0 < epsilon < 1/2, where it is true, too. Theorem 2 allows all eta < eta_1, for which epsilon may exceed 1/2.",
)

log_chord = paper.inequality(
    "log-chord", "The logarithm lies above its chord", source="Appendix E, proof of Lemma 10", over=domain(Scalar(x, Interval(-half, 0))),
    claim=log(1 + x) >= 2 * log(2) * x, proof=OneVariable(x, points=(-half, 0)),
)
