"""Appendix D, Claim 3: the descent in one step, the bounds on the remainder, and what B(t) gives in the limit of infinite width.

g stands for the gradient of L, D for eta P(t)[g] and E for a_N E(t), all on the column space of X; they are any matrices, so that
the lines hold for every loss, depth and width. a_1 and a_2 stand for e^(c_1) and e^(c_2), x for eta N/n_N.
"""

from theorems import linear_algebra as la
from theorems.zhao2024 import wide_limit
from theorems.zhao2024.notation import *
from theorems.zhao2024.numbers import xi

a_1, a_2, b, x, low, high, norm, I_1, I_2 = scalars("a_1 a_2 beta x lambda_min lambda_max norm I_1 I_2")
above_one = Interval.open(1, oo)
n, k = dimensions("n k")
g, D, E = matrix("g", n, k), matrix("D", n, k), matrix("E", n, k)
D_X, E_X = matrix("D", n_y, n_x), matrix("E", n_y, n_x)
gradient_L = curved_gradient

# --- The descent --------------------------------------------------------------------------------------------------------------

descent_1 = paper.inequality(
    "claim-3.descent", "A step lowers the loss by the first-order term, up to a square",
    source="display before F(t), first inequality", over=problems.extended(AnyMatrix(D_X), AnyMatrix(E_X)),
    claim=curved_loss(W - D_X + E_X) - curved_loss(W)
    <= semi_inner(gradient_L(W), -D_X) + semi_inner(gradient_L(W), E_X) + beta / 2 * semi(D_X - E_X) ** 2,
)

step_matrices = domain(
    Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(g), AnyMatrix(D), AnyMatrix(E), Scalar(b, positive), Scalar(eta, positive)
)
F_t = inner(g, E) + b / 2 * fro(D - E) ** 2 - b / 2 * fro(D) ** 2
paper.definition("def-F", define("F(t)", F_t), title="what the remainder E(t) adds", source="proof of Claim 3")

descent_2 = paper.identity(
    "claim-3.descent.second", "F(t) is what the remainder adds",
    source="display before F(t), the equality", over=step_matrices,
    claim=equal(inner(g, -D) + inner(g, E) + b / 2 * fro(D - E) ** 2, inner(g, -D) + b / 2 * fro(D) ** 2 + F_t), proof=Expansion(),
)

p, s = scalars("p s")
descent_3 = paper.inequality(
    "claim-3.descent.third", "The extreme eigenvalues of P(t) inserted; s is F(t), P(t)[g] is any matrix with them",
    source="display before F(t), second inequality",
    over=domain(
        Dimension(n, 1, 3), Dimension(k, 1, 3), AnyMatrix(g), Scalar(high, positive), StepSize(low, up_to=high), Scalar(p, Interval(0, 1)),
        Scalar(b, positive), Scalar(eta, positive), Scalar(s, all_numbers), let(D, (low + p * (high - low)) * g),
    ),
    given=[inner(g, D) >= low * fro(g) ** 2, fro(D) <= high * fro(g)],
    claim=-eta * inner(g, D) + b / 2 * eta**2 * fro(D) ** 2 + s <= -(eta * low - b / 2 * eta**2 * high**2) * fro(g) ** 2 + s,
    proof=Closing(),
    facts=[
        fro(D) ** 2 <= (high * fro(g)) ** 2, eta * inner(g, D) >= eta * (low * fro(g) ** 2),
        b * eta**2 * fro(D) ** 2 <= b * eta**2 * (high * fro(g)) ** 2,
    ],
)

exponents = (Scalar(a_1, above_one), Scalar(a_2, above_one))
descent_4 = paper.inequality(
    "claim-3.descent.fourth", "The bounds (43) inserted; x is N/n_N",
    source="display before F(t), third inequality", over=domain(
        *exponents, Scalar(b, positive), Scalar(x, positive), Scalar(eta, positive), Scalar(p, nonnegative), Scalar(s, Interval(0, 1)),
        let(low, x / a_2**2 + p), let(high, s * a_1**2 * x),
    ),
    given=[low >= x * a_2 ** (-2), high >= 0, high <= a_1**2 * x],
    claim=-(eta * low - b / 2 * eta**2 * high**2) <= -(a_2 ** (-2)) * x * eta * (1 - a_1**4 * a_2**2 * b / 2 * eta * x),
    proof=Closing(), facts=[high**2 <= a_1**4 * x**2, b * eta**2 * high**2 <= b * eta**2 * (a_1**4 * x**2),
           eta * low >= eta * (x * a_2 ** (-2))],
)
sums = domain(*exponents, Scalar(b, positive), Scalar(x, positive), Scalar(norm, nonnegative))

eq_44 = paper.inequality(
    "eq-44", "With the bounds on F(t) the descent (44) follows from the descent by (43)",
    source="eq. (44), second inequality",
    over=sums.extended(
        Scalar(low, Interval(0, 1)), Scalar(high, Interval(0, 1)), let(I_1, low * (a_2 ** (-2) - a_2 ** (-3)) * x * norm**2),
        let(I_2, high * (a_1**6 - a_1**4) * b / 2 * x**2 * norm**2),
    ),
    given=[(a_2 ** (-2) - a_2 ** (-3)) * x * norm**2 >= I_1, (a_1**6 - a_1**4) * b / 2 * x**2 * norm**2 >= I_2],
    claim=-(a_2 ** (-2)) * x * (1 - a_1**4 * a_2**2 * b / 2 * x) * norm**2 + I_1 + I_2
    <= -(a_2 ** (-3)) * x * (1 - a_1**6 * a_2**3 * b / 2 * x) * norm**2,
    proof=Closing(),
)

a, loss, next_loss = scalars("alpha loss loss_next")
contract = paper.inequality(
    "claim-3.contract", "(44) and (31) give a contraction; norm is that of the gradient",
    source="proof of Claim 3, after eq. (44)",
    over=domain(
        *exponents, Scalar(b, positive), StepSize(a, up_to=b), Scalar(epsilon, Interval.open(0, 1)), Scalar(norm, nonnegative),
        Scalar(p, nonnegative), Scalar(s, Interval(0, 1)), let(loss, s * norm**2 / (2 * a)),
        let(next_loss, loss - (a_1 * a_2) ** (-6) * 2 * epsilon * (1 - epsilon) / b * norm**2 - p),
    ),
    given=[next_loss - loss <= -((a_1 * a_2) ** (-6)) * 2 * epsilon * (1 - epsilon) / b * norm**2, -loss >= -(norm**2) / (2 * a)],
    claim=next_loss <= (1 - (a_1 * a_2) ** (-6) * 4 * epsilon * (1 - epsilon) * a / b) * loss,
    proof=Closing(),
    facts=[norm**2 >= 2 * a * loss, (a_1 * a_2) ** (-6) >= 0, epsilon * (1 - epsilon) / b >= 0,
           (a_1 * a_2) ** (-6) * (epsilon * (1 - epsilon) / b) >= 0,
           (a_1 * a_2) ** (-6) * (epsilon * (1 - epsilon) / b) * norm**2
           >= (a_1 * a_2) ** (-6) * (epsilon * (1 - epsilon) / b) * (2 * a * loss)],
)

# --- The remainder -----------------------------------------------------------------------------------------------------------------

F_bound = paper.inequality(
    "claim-3.F-bound", "|F(t)| <= I_1 + I_2",
    source="proof of Claim 3, estimate of F(t); lambda_max is any bound on ||D||/(eta ||g||)",
    over=step_matrices.extended(Scalar(s, nonnegative), let(high, s + fro(D) / eta)), given=[fro(D) <= eta * high],
    claim=absolute(F_t) <= fro(g) * fro(E) + b / 2 * (2 * eta * high * fro(E) + fro(E) ** 2),
    proof=Closing(),
    facts=[
        la.cauchy_schwarz(A=g, C=E), la.cauchy_schwarz(A=D, C=E), fro(D) * fro(E) <= eta * high * fro(E),
        equal(F_t, inner(g, E) - b * inner(D, E) + b / 2 * fro(E) ** 2), b * absolute(inner(D, E)) <= b * (eta * high * fro(E)),
    ],
    note="lambda_max ||g|| is one number here.",
)

i, j, q = dimensions("i j q")
A, G_2, B, G_1, C = matrix("A", n_y, i), matrix("G_2", i, j), matrix("B", j, q), matrix("G_1", q, k), matrix("C", k, n_x)
between, before = scalars("o b")
term_sizes = domain(
    *(Dimension(size, 1, 3) for size in (n_y, n_x, i, j, q, k, r)), r <= n_x, FullRank(F),
    *(AnyMatrix(M) for M in (A, G_2, B, G_1, C)),
)
term = paper.inequality(
    "claim-3.term", "A term with two changed layers, by what is between them; more layers repeat the middle",
    source="proof of Claim 3, bound on ||Delta||_X", over=term_sizes,
    claim=fro(A * G_2 * B * G_1 * (C * P_X)) <= sigma_max(A) * fro(G_2) * sigma_max(B) * fro(G_1) * sigma_max(C * P_X),
    proof=Closing(),
    facts=[
        la.product_upper_left(A=A, B=G_2 * B * G_1 * (C * P_X)), la.submultiplicative(A=G_2, B=B * G_1 * (C * P_X)),
        la.product_upper_left(A=B, B=G_1 * (C * P_X)), la.product_upper_right(A=G_1, B=C * P_X),
        sigma_max(B) * fro(G_1 * C * P_X) <= sigma_max(B) * (fro(G_1) * sigma_max(C * P_X)),
        fro(B * G_1 * C * P_X) <= sigma_max(B) * fro(G_1) * sigma_max(C * P_X),
        fro(G_2) * fro(B * G_1 * C * P_X) <= fro(G_2) * (sigma_max(B) * fro(G_1) * sigma_max(C * P_X)),
        fro(G_2 * B * G_1 * C * P_X) <= fro(G_2) * sigma_max(B) * fro(G_1) * sigma_max(C * P_X),
        sigma_max(A) * fro(G_2 * B * G_1 * C * P_X) <= sigma_max(A) * (fro(G_2) * sigma_max(B) * fro(G_1) * sigma_max(C * P_X)),
    ],
)

N = dimensions("N")[0]
z = scalars("z")[0]
size_N, size_s = scalars("N s")
binom = paper.inequality(
    "claim-3.binom", "A binomial coefficient is at most (e N)^s; by its logarithm, and between the integers, too",
    source="before eq. (45)",
    over=domain(Scalar(size_s, Interval(1, oo)), Scalar(p, nonnegative), let(size_N, size_s + p)), given=size_N >= size_s,
    claim=log_gamma(size_N + 1) - log_gamma(size_s + 1) - log_gamma(size_N - size_s + 1) <= size_s * (1 + log(size_N)),
)

share = scalars("share")[0]
eq_45 = paper.inequality(
    "eq-45", "The sum over s = 2, ..., N in closed form, for x = e N z < 1, and for x < xi/(1 + xi)",
    source="eq. (45), lines 1 to 4, times sqrt(n_N) e^(-2 c_1) M N^theta/sqrt(n_min); z = eta K M N^theta/sqrt(n_min)",
    over=domain(Dimension(N, 2, 12), Scalar(share, Interval.open(0, 1)), Scalar(s, Interval(0, 1)), let(x, share * s / (1 + s)), let(
        z, x / (exp(1) * N)
    )),
    claim=chain(
        (1 + z) ** N - 1 - N * z, "<=", x**2 * (1 - x ** (N - 1)) / (1 - x), "<=", x**2 / (1 - x), "<=", s * x,
    ),
    note="s stands for xi; e N z = x, so that the last term is xi times the factor that is left.",
)

M, B_0, N_theta, n_min = scalars("M B_0 N^theta n_min")
x_bound = paper.inequality(
    "claim-3.x-bound.first", "x at the largest step size and the largest gradient",
    source="after eq. (45), by (33) and the bound on eta",
    over=domain(
        Dimension(N, 2, 10), Dimension(n_y, 1, 4), *exponents, Scalar(epsilon, Interval.open(0, 1)), *(
            Scalar(size, positive) for size in (b, M, B_0, N_theta, n_min)
        ), Scalar(s, Interval(0, 1)), let(norm, s * b * sqrt(2 * B_0)), let(eta, (1 - epsilon) * 2 * n_y / (a_1**6 * a_2**3 * b * N)),
    ),
    given=[norm <= b * sqrt(2 * B_0), eta <= 2 * n_y / (b * N)],
    claim=eta * exp(1) * (a_1**2 / sqrt(n_y) * norm) * M * N_theta * N / sqrt(n_min)
    <= 2 * sqrt(2) * M * exp(1) * a_1**2 * sqrt(B_0) * N_theta * sqrt(n_y) / sqrt(n_min),
)
paper.identity(
    "claim-3.x-bound.constant", "That bound at the smallest width of (15) with C = 32 e^(2 + 4 c_1)/xi^2 is xi/2; s stands for xi",
    source="after eq. (45), the constant 1/C'(c_1, c_2)", over=domain(
        Dimension(n_y, 1, 4), Scalar(a_1, above_one), *(Scalar(size, positive) for size in (M, B_0, N_theta)),
        Scalar(s, Interval.Lopen(0, 1)),
    ),
    claim=equal(
        (2 * sqrt(2) * M * exp(1) * a_1**2 * sqrt(B_0) * N_theta * sqrt(n_y)) ** 2
        / (32 * exp(2) * a_1**4 / s**2 * M**2 * B_0 * N_theta**2 * n_y),
        (s / 2) ** 2,
    ),
    proof=Expansion(),
)
paper.definition("claim-3.xi", define("xi", xi), title="the remainder relative to the first-order term", source="proof of Claim 3")

# --- Claim 3 in the limit of infinite width ---------------------------------------------------------------------------------------------
# The special balanced start with W_1 and W_N multiplied by w_1 and w_2: W_{N:i+1} then has all its ratios w_2, W_{i-1:1} all its ratios
# w_1, and P(t) is N/n_N times p = (w_2^2 + (N - 2) w_1^2 w_2^2 + w_1^2)/N. B(t) and (14) both say where w_1 and w_2 may be.

w_1, w_2, c, d = scalars("w_1 w_2 c d")


def scaled_starts(power):
    """w_1 and w_2 anywhere between e^(-power c_2) and e^(power c_1)."""
    return wide_limit.problem.extended(
        Dimension(N, 2, 40), *exponents, Scalar(epsilon, Interval.open(0, 1)), Scalar(c, Interval(0, 1)), Scalar(d, Interval(0, 1)),
        let(w_1, (1 - c) * a_2 ** (-power) + c * a_1**power), let(w_2, (1 - d) * a_2 ** (-power) + d * a_1**power),
        let(p, (w_2**2 + (N - 2) * w_1**2 * w_2**2 + w_1**2) / N),
        let(wide_limit.eta, p * (1 - epsilon) * 2 / (a_1**6 * a_2**3 * wide_limit.beta)),
    )


excess = wide_limit.E
contraction = following(excess) <= (1 - (a_1 * a_2) ** (-6) * 4 * epsilon * (1 - epsilon) / wide_limit.kappa) * excess

claim_3 = paper.step(
    "claim-3", "From A(t) and B(t) to A(t + 1) in the limit of infinite width, from a start with (14), where t is 0",
    source="Claim 3, in the proof of Lemma 3: eta gamma = 4 epsilon (1 - epsilon) e^(-3 c_2)/kappa", over=scaled_starts(half),
    law=wide_limit.descent, claim=following(excess) <= (1 - 4 * epsilon * (1 - epsilon) * a_2 ** (-3) / wide_limit.kappa) * excess,
    examples=[example(
        F=[[1]], G=[[1]], W=[[1]], **{"W_*": [[0]]}, a_1=4, a_2=4, epsilon="1/2", c="1/3", d="1/3", dimensions={"N": 3},
    )],
    wrong="gamma has e^(6 c_1) where the proof reaches e^(-3 c_2): for e^(6 c_1) > 1/epsilon the step is too short, at all large widths.",
)
claim_3_corrected = paper.corrected(
    claim_3, claim=contraction,
    note="With e^(-6 (c_1 + c_2)) of the proof: as the width grows, P(t) keeps the spectrum of P(0), which (43) bounds by (14).",
)

claim_3_alone = paper.step(
    "claim-3.B-alone", "A(t), B(t) without (14), rate of the proof",
    source="Claim 3, read without (14), in the limit of infinite width", over=scaled_starts(1), law=wide_limit.descent, claim=contraction,
    wrong="B(t) allows P(t) to be e^(-4 c_2) N/n_N for N >= 3, since (43) is false: the step is then too short, whatever C(c_1, c_2) is.",
    examples=[example(
        F=[[1]], G=[[1]], W=[[1]], **{"W_*": [[0]]}, a_1="101/100", a_2=2, epsilon="19/20", c=0, d=0, dimensions={"N": 40},
    )],
)
claim_3_alone_corrected = paper.corrected(
    claim_3_alone, claim=following(excess) <= (1 - 4 * epsilon * (1 - epsilon) / (a_1**6 * a_2**7) / wide_limit.kappa) * excess,
    note="With e^(-6 c_1 - 7 c_2), by the smallest eigenvalue e^(-4 c_2) N/n_N of P(t) that B(t) allows.",
)
