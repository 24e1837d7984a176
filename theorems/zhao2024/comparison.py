"""Section 4.3 and the proof of Lemma 6: gradient descent with a perturbation R(t), and its distance to the convex run.

Lines that hold for every loss are about arbitrary matrices and numbers: D and h stand for a difference of points and the difference
of the gradients there. q of (10) is the larger of its two cases, which `def-q.max` shows.
"""

from theorems import linear_algebra as la
from theorems.zhao2024.notation import *
from theorems.zhao2024.numbers import lemma_5_case_1, lemma_5_case_2

a, b, eta_star, p, u, v, q_0, step_share = scalars("alpha beta eta_* p u v q s_eta")
n, k = dimensions("n k")
D, h, R = (matrix(name, n, k) for name in ("D", "h", "R"))
anything = domain(Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(D), AnyMatrix(h), AnyMatrix(R), Scalar(eta_star, positive))


def q(alpha, beta, eta):
    """q of (10)."""
    return maximum(1 - alpha * eta * (2 - eta * alpha), 1 - beta * eta * (2 - eta * beta))


sizes_of_steps = domain(Scalar(b, positive), StepSize(a, up_to=b), StepSize(eta_star, up_to=2 / b))
def_q = paper.inequality(
    "def-q.max", "q is the larger of its two expressions, on both sides of 2/(alpha + beta)",
    source="eq. (10)", over=sizes_of_steps,
    claim=[
        (eta_star * (a + b) - 2) * ((1 - b * eta_star * (2 - eta_star * b)) - (1 - a * eta_star * (2 - eta_star * a))) >= 0,
        q(a, b, eta_star) <= 1,
    ],
    proof=Closing(), facts=[eta_star * b <= 2, a * eta_star <= 2, equal(
        (eta_star * (a + b) - 2) * ((1 - b * eta_star * (2 - eta_star * b)) - (1 - a * eta_star * (2 - eta_star * a))),
        eta_star * (b - a) * (eta_star * (a + b) - 2) ** 2,
    ), eta_star * (b - a) >= 0],
)

# --- Lemma 5 -------------------------------------------------------------------------------------------------------------

step_a = paper.inequality(
    "lemma-5.step-a", "The square of a step with a perturbation",
    source="proof of Lemma 5, first display; tau' >= ||R||_X", over=anything.extended(Scalar(u, nonnegative), let(p, fro(R) + u)),
    given=p >= fro(R),
    claim=fro(D - eta_star * h + R) ** 2
    <= eta_star**2 * fro(h) ** 2 - 2 * eta_star * inner(D, h) + fro(D) ** 2 + (2 * fro(D) + 2 * eta_star * fro(h) + p) * p,
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=D, C=R), la.cauchy_schwarz(A=h, C=R), fro(R) ** 2 <= p**2, fro(D) * fro(R) <= fro(D) * p,
        fro(h) * fro(R) <= fro(h) * p, -eta_star * inner(h, R) <= eta_star * (fro(h) * p),
    ],
)

step_c = paper.inequality(
    "lemma-5.step-c", "Co-coercivity (28) inserted",
    source="proof of Lemma 5, last line of the second display",
    over=domain(
        Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(D), Scalar(b, positive), StepSize(a, up_to=b), Scalar(eta_star, positive),
        Scalar(u, Interval(0, 1)), let(h, (a + u * (b - a)) * D),
    ),
    given=inner(D, h) >= a * b / (a + b) * fro(D) ** 2 + fro(h) ** 2 / (a + b),
    claim=fro(D) ** 2 - 2 * eta_star * inner(D, h) + eta_star**2 * fro(h) ** 2
    <= fro(D) ** 2 - 2 * eta_star * (a * b / (a + b)) * fro(D) ** 2 + (eta_star**2 - 2 * eta_star / (a + b)) * fro(h) ** 2,
    proof=Closing(),
    facts=[eta_star * inner(D, h) >= eta_star * (a * b / (a + b) * fro(D) ** 2 + fro(h) ** 2 / (a + b))],
)

direction = matrix("Z_R", n_y, n_x)
R_t = matrix("R_t", n_y, n_x)
perturbed = solved.extended(
    Scalar(tau, Interval.Ropen(0, 1)), StepSize(eta_star, up_to=2 / beta), FullRank(direction), Scalar(u, Interval(0, 1)),
    let(R_t, u * tau * semi(V - W_star) / fro(direction) * direction),
)
lemma_5 = paper.inequality(
    "lemma-5", "One step with any perturbation of at most tau times the distance (t steps multiply)",
    source="Lemma 5, for losses with curvatures between alpha(l) and beta(l)", over=perturbed,
    given=semi(R_t) <= tau * semi(V - W_star),
    claim=semi(V - eta_star * curved_gradient(V) + R_t - W_star) ** 2 <= (q(alpha, beta, eta_star) + 7 * tau) * semi(V - W_star) ** 2,
)

# --- Runs with a perturbation that is linear in the distance, beside the convex run ----------------------------------------------

Q, Z_Q = matrix("Q", n_y, n_y), matrix("Z_Q", n_y, n_y)
V_t, W_t = state("V", n_y, n_x), state("W", n_y, n_x)
sq_alpha, sq_beta = squared.alpha, squared.beta


def gradient_of_squares(V):
    """The gradient of ||(V - W_*) X||_F^2/2."""
    return (V - W_star) * X * X.T


both = law(
    "gradient descent with the perturbation tau Q (V - W_*), and without it",
    {
        V_t: V_t - eta_star * gradient_of_squares(V_t) + tau * Q * (V_t - W_star),
        W_t: W_t - eta_star * gradient_of_squares(W_t),
    },
    step_size=eta_star, loss=squared.at(V_t),
)


def beside(*step):
    """Both runs from one start, with any Q of norm at most 1: (16) holds."""
    return sizes(3, 3, 2).extended(
        *data, AnyMatrix(W_star), AnyMatrix(V_t), FullRank(Z_Q), Scalar(u, Interval(0, 1)), let(Q, u * Z_Q / fro(Z_Q)),
        Scalar(tau, Interval.open(0, 1)), *step, let(W_t, V_t),
    )


side_by_side = beside(StepSize(eta_star, up_to=2 / sq_beta))
in_lemma_6 = beside(Scalar(step_share, Interval.open(0, 1)), let(eta_star, step_share * 2 / sq_beta))
"""eta_* < 2/beta, as eta < eta_1 says."""
run = {"over": side_by_side, "law": both}
q_t = define("q", q(sq_alpha, sq_beta, eta_star))
far = semi(V_t - W_star)
far_0 = initial(far)

lemma_6_rates = paper.trajectory(
    "lemma-6.rates", "Both runs approach the minimiser, with the rates (1 + epsilon) q and q, for tau <= epsilon/7",
    source="proof of Lemma 6, by Lemma 5", over=in_lemma_6.extended(Scalar(epsilon, Interval.open(0, 1))), law=both,
    given=[q_t > 0, 7 * tau <= epsilon],
    claim=[far**2 <= (1 + epsilon) ** time * q_t**time * far_0**2, semi(W_t - W_star) ** 2 <= q_t**time * far_0**2],
    examples=[example(
        F=[[1]], G=[[1]], **{"W_*": [[0]]}, s_eta="99/200", V=[[1]], Z_Q=[[1]], u=1, tau="1/100", epsilon="1/2",
        dimensions={"n_y": 1, "n_x": 1, "m": 1, "r": 1},
    )],
    wrong="Lemma 5 gives q + 7 tau, which is no multiple of q: for alpha = beta and eta_* near 1/beta q is near 0, and R(t) stays.",
    note="That tau is at most epsilon/7 is not printed: it is ours, and makes the claim weaker.",
)
paper.corrected(
    lemma_6_rates, over=side_by_side, given=(),
    claim=[far**2 <= (q_t + 7 * tau) ** time * far_0**2, semi(W_t - W_star) ** 2 <= q_t**time * far_0**2], note="With q + 7 tau.",
)

U_t = 7 * far * (far + semi(W_t - W_star))
U_monotone = paper.trajectory(
    "lemma-6.U-monotone", "U_t does not grow, for runs with (16)",
    source="proof of Lemma 6, after eq. (47), 0 < q < 1", over=in_lemma_6, law=both, given=q_t > 0, claim=U_t <= initial(U_t),
    examples=[example(
        F=[[1]], G=[[1]], **{"W_*": [[0]]}, s_eta="19/20", V=[[1]], Z_Q=[[-1]], u=1, tau="1/2",
        dimensions={"n_y": 1, "n_x": 1, "m": 1, "r": 1},
    )],
    wrong="A step may multiply ||V - W_*||_X by sqrt(q) + tau: for sqrt(q) + tau > 1 there are runs with (16) along which U_t grows.",
)
U_monotone_corrected = paper.corrected(
    U_monotone, over=side_by_side, given=sqrt(q_t) + tau <= 1,
    note="For sqrt(q) + tau <= 1; q + 7 tau <= 1, with which Lemma 5 gives it, is more than that.",
)

lemma_6_bound = paper.trajectory(
    "lemma-6.U-monotone.bound", "The distance of the two runs stays below 14 tau/(1 - q), for q + 7 tau <= 1",
    source="proof of Lemma 6, after eq. (47)", **run, given=[q_t + 7 * tau <= 1, q_t < 1],
    claim=semi(V_t - W_t) ** 2 <= 14 * tau / (1 - q_t) * far_0**2,
)

lemma_6_sum = paper.trajectory(
    "lemma-6.sum", "The distance of the two runs, with a rate and without a condition on q + 7 tau",
    source="proof of Lemma 6, the sum over j", **run,
    claim=semi(V_t - W_t) ** 2 <= 2 * (q_t + 7 * tau) ** time * (1 - (q_t / (q_t + 7 * tau)) ** time) * far_0**2,
)

lemma_6_loss = paper.trajectory(
    "lemma-6.loss-a", "The losses differ by what the distance allows",
    source="proof of Lemma 6, loss of both runs", **run,
    claim=chain(
        absolute(squared.at(W_t) - squared.at(V_t)), "<=",
        absolute(inner(gradient_of_squares(W_t), V_t - W_t)) + sq_beta / 2 * semi(V_t - W_t) ** 2, "<=",
        sq_beta * semi(W_t - W_star) * semi(V_t - W_t) + sq_beta / 2 * semi(V_t - W_t) ** 2,
    ),
)

paper.trajectory(
    "lemma-6.loss-a.last", "The losses differ by little at all times, for q + 7 tau <= 1",
    source="proof of Lemma 6, loss of both runs, last inequality", **run, given=[q_t + 7 * tau <= 1, q_t < 1],
    claim=sq_beta * semi(W_t - W_star) * semi(V_t - W_t) + sq_beta / 2 * semi(V_t - W_t) ** 2
    <= sq_beta * (q_t ** (time / 2) * sqrt(14 * tau / (1 - q_t)) + 7 * tau / (1 - q_t)) * far_0**2,
)

# --- Lemma 6, line by line ----------------------------------------------------------------------------------------------------------

lemma_6_rec = paper.inequality(
    "lemma-6.rec", "The square of the difference after a step",
    source="proof of Lemma 6, second display", over=anything.extended(Scalar(u, nonnegative), let(p, fro(R) + u)), given=p >= fro(R),
    claim=fro(D - eta_star * h + R) ** 2
    <= eta_star**2 * fro(h) ** 2 - 2 * eta_star * inner(D, h) + fro(D) ** 2 + (2 * fro(D) + 2 * eta_star * fro(h) + p) * p,
    proof=Closing(), facts=[step_a()],
)

d, g = scalars("d g")
distances = domain(
    Scalar(u, nonnegative), Scalar(v, nonnegative), Scalar(tau, Interval.Ropen(0, 1)), Scalar(b, positive),
    StepSize(eta_star, up_to=2 / b), Scalar(p, Interval(0, 1)), Scalar(q_0, Interval(0, 1)), let(d, p * (u + v)), let(g, q_0 * b * d),
)
"""u = ||W - W_*||_X, v = ||V - W_*||_X, d = ||V - W||_X, g = ||grad L(V) - grad L(W)||_X."""
known = [d >= 0, d <= u + v, g >= 0, g <= b * d]

eq_46 = paper.inequality(
    "eq-46", "l_t <= 6 ||Delta||_X + tau' <= 7 times both distances, for eta_* <= 2/beta",
    source="eq. (46), tau' = tau ||V - W_*||_X", over=distances, given=known,
    claim=chain(2 * d + 2 * eta_star * g + tau * v, "<=", 6 * d + tau * v, "<=", 7 * (u + v)),
    proof=Closing(), facts=[eta_star * g <= eta_star * (b * d), eta_star * b * d <= 2 * d, tau * v <= v],
)

lemma_6_U = paper.inequality(
    "lemma-6.U", "l_t tau' <= U_t tau",
    source="proof of Lemma 6, after eq. (46)", over=distances, given=known,
    claim=(2 * d + 2 * eta_star * g + tau * v) * (tau * v) <= 7 * tau * v * (v + u),
    proof=Closing(), facts=[eq_46(), tau * v >= 0, (2 * d + 2 * eta_star * g + tau * v) * (tau * v) <= 7 * (u + v) * (tau * v)],
)


def case(label, title, printed, rate):
    """One of the two cases of (47), from that of Lemma 5."""
    x, y, alpha_0 = scalars("a g alpha")
    start = x**2 - 2 * eta_star * alpha_0 * b / (alpha_0 + b) * x**2 + (eta_star**2 - 2 * eta_star / (alpha_0 + b)) * y**2
    return paper.inequality(
        label, title, source="eq. (47)", over=printed.over.extended(Scalar(u, nonnegative)), given=printed.given,
        claim=start + u <= (1 - rate * eta_star * (2 - eta_star * rate)) * x**2 + u, proof=Closing(), facts=[printed()],
    )


case_1 = case("lemma-6.case-1", "Large step sizes; a is ||Delta||_X, u is U_t tau", lemma_5_case_1, b)
case_2 = case("lemma-6.case-2", "Small step sizes; a is ||Delta||_X, u is U_t tau", lemma_5_case_2, a)

w, y = scalars("w y")
lemma_6_param = paper.identity(
    "lemma-6.param", "epsilon by the step size: eta/eta_1 = (1 - epsilon) e^(-6 c_1 - 3 c_2) and eta/eta_0 = 1 - epsilon",
    source="proof of Lemma 6, second paragraph; y = e^(6 c_1 + 3 c_2), eta_1 = w", over=domain(
        Scalar(w, positive), Scalar(y, Interval.open(1, oo)), Scalar(epsilon, Interval.open(0, 1)),
    ),
    claim=[equal((1 - epsilon) * w / y / (w / y), 1 - epsilon), equal(1 - ((1 - epsilon) * w / y / w) * y, epsilon)],
    proof=Expansion(),
)

lemma_6_induction = paper.inequality(
    "lemma-6.U-monotone.induction", "||Delta||^2 <= q ||Delta||^2 + U_0 tau keeps ||Delta||^2 below U_0 tau/(1 - q)",
    source="proof of Lemma 6, after eq. (47), induction step", over=domain(
        Scalar(q_0, Interval.Ropen(0, 1)), Scalar(u, nonnegative), Scalar(p, Interval(0, 1)), let(v, p * u / (1 - q_0))
    ),
    given=v <= u / (1 - q_0), claim=q_0 * v + u <= u / (1 - q_0),
    proof=Closing(), facts=[q_0 * v <= q_0 * (u / (1 - q_0))],
)
