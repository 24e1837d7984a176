"""Proposition 3.3 and its proof: Gaussian maps at the input and the output of a wide network."""

from theorems import linear_algebra as la
from theorems.zou2020.notation import *

alpha, beta, delta, delta_1, t_0, q, c, z = scalars("alpha beta delta delta' t q kappa z")
positive = Interval.open(0, oo)
d_1, d_2 = dimensions("d_1 d_2")
U_any, x, X_any = matrix("U", d_1, d_2), matrix("x", d, 1), matrix("X", d, n)
scales = (Scalar(alpha, positive), Scalar(beta, positive))
chances = Scalar(delta, Interval.open(0, 1))
wide_dims = (Dimension(m, 1, 4000), Dimension(d, 1, 2), Dimension(k, 1, 2), d <= m, k <= m)
input_map, output_map = Gaussian(A, variance=alpha**2), Gaussian(B, variance=beta**2)
maps_drawn = [input_map, output_map]


def width(constant):
    """100 (sqrt(max{d, k}) + sqrt(2 log(constant/delta)))^2, the least width."""
    return 100 * (sqrt(maximum(d, k)) + sqrt(2 * log(constant / delta))) ** 2


# --- Singular values ------------------------------------------------------------------------------------------

paper.chance(
    "pf-3.3-vershynin", "The singular values of a standard Gaussian matrix lie near sqrt(d_1)",
    source="A.2, Corollary 5.35 of Vershynin (2010)",
    over=domain(Dimension(d_1, 1, 60), Dimension(d_2, 1, 6), d_2 <= d_1, Scalar(t_0, positive)),
    random=[Gaussian(U_any, variance=1)],
    event=chain(sqrt(d_1) - sqrt(d_2) - t_0, "<=", sigma_min(U_any), "<=", sigma_max(U_any), "<=", sqrt(d_1) + sqrt(d_2) + t_0),
    at_least=1 - 2 * exp(-(t_0**2) / 2),
)

homogeneous = paper.identity(
    "pf-3.3-homog", "Extreme singular values are homogeneous, for any scalar as it is printed",
    source="A.2, bounds on the singular values",
    over=domain(Dimension(d_1, 1, 4), Dimension(d_2, 1, 4), AnyMatrix(U_any), Scalar(c, Interval(-oo, oo))),
    claim=[equal(sigma_min(c * U_any), c * sigma_min(U_any)), equal(sigma_max(c * U_any), c * sigma_max(U_any))],
    wrong="For a negative scalar the right sides are negative; the proof uses positive ones.",
)

paper.corrected(
    homogeneous,
    claim=[
        equal(sigma_min(c * U_any), absolute(c) * sigma_min(U_any)), equal(sigma_max(c * U_any), absolute(c) * sigma_max(U_any)),
    ],
    proof=Expansion(),
)

tail = 2 * sqrt(log(12 / delta))

paper.chance(
    "pf-3.3-t", "The singular values of both maps, with t = 2 sqrt(log(12/delta))",
    source="A.2, bounds on the singular values", over=domain(*wide_dims, *scales, chances), random=maps_drawn,
    event=[
        *chain(alpha * (sqrt(m) - sqrt(d) - tail), "<=", sigma_min(A), "<=", sigma_max(A), "<=", alpha * (sqrt(m) + sqrt(d) + tail)),
        *chain(beta * (sqrt(m) - sqrt(k) - tail), "<=", sigma_min(B), "<=", sigma_max(B), "<=", beta * (sqrt(m) + sqrt(k) + tail)),
    ],
    at_least=1 - delta / 3,
)

near, far = Rational(9, 10), Rational(11, 10)
tenth = [
    *chain(near * alpha * sqrt(m), "<=", sigma_min(A), "<=", sigma_max(A), "<=", far * alpha * sqrt(m)),
    *chain(near * beta * sqrt(m), "<=", sigma_min(B), "<=", sigma_max(B), "<=", far * beta * sqrt(m)),
]

paper.chance(
    "pf-3.3-0.9", "For the width of the proof the singular values deviate by at most a tenth",
    source="A.2, bounds on the singular values", over=domain(*wide_dims, *scales, chances), random=maps_drawn,
    given=m >= width(12),
    event=tenth,
    at_least=1 - delta / 3,
)

paper.chance(
    "pf-3.3-A-norm", "For a slightly smaller width the input map is at most 1.1 alpha sqrt(m)",
    source="A.2, bounds on the initial training loss", over=domain(*wide_dims, *scales, chances), random=[input_map],
    given=m >= width(8),
    event=spec(A) <= far * alpha * sqrt(m),
    at_least=1 - delta / 3,
)

# --- The initial loss --------------------------------------------------------------------------------------------

u, v = matrix("u", k, 1), matrix("v", k, 1)

paper.inequality(
    "eq-A.2", "Young's inequality for the loss of one sample",
    source="eq. (A.2)", over=domain(Dimension(k, 1, 5), AnyMatrix(u), AnyMatrix(v)),
    claim=half * fro(u - v) ** 2 <= fro(u) ** 2 + fro(v) ** 2,
    proof=Closing(),
    facts=[la.triangle_difference(A=u, C=v)],
)

one_sample = domain(
    Dimension(m, 1, 12), Dimension(d, 1, 3), Dimension(k, 1, 4), d <= m, k <= m, AnyMatrix(A), AnyMatrix(x), Scalar(beta, positive)
)

paper.chance(
    "pf-3.3-chi2-dist", "Given A, the squared output over beta^2 |A x|^2 is a chi-square variable: its distribution function",
    source="A.2, bounds on the initial training loss", over=one_sample.extended(Scalar(q, positive)), random=[output_map],
    given=fro(A * x) > 0,
    event=fro(B * A * x) ** 2 <= beta**2 * fro(A * x) ** 2 * q,
    at_least=1 - chi_square_tail(k, q),
)

deviation = 1 + 2 * sqrt(log(1 / delta_1) / k) + 2 * log(1 / delta_1)

paper.chance(
    "pf-3.3-chi2-tail", "The tail of the squared output, given A",
    source="A.2, bounds on the initial training loss", over=one_sample.extended(Scalar(delta_1, Interval.open(0, 1))), random=[output_map],
    given=fro(A * x) > 0,
    event=fro(B * A * x) ** 2 <= beta**2 * k * deviation * fro(A * x) ** 2,
    at_least=1 - delta_1,
)

paper.inequality(
    "pf-3.3-chi2-tail.scal", "The tail of a chi-square variable at k (1 + 2 sqrt(z/k) + 2 z)",
    source="A.2, bounds on the initial training loss", over=domain(Dimension(k, 1, 40), Scalar(z, positive)),
    claim=chi_square_tail(k, k * (1 + 2 * sqrt(z / k) + 2 * z)) <= exp(-z),
)

plain_deviation = 1 + 2 * sqrt(log(1 / delta_1)) + 2 * log(1 / delta_1)
fail = Scalar(delta_1, Interval.open(0, 1))

paper.chance(
    "pf-3.3-BAx", "The squared output of one sample",
    source="A.2, bounds on the initial training loss", over=domain(*wide_dims, *scales, chances, fail, AnyMatrix(x)), random=maps_drawn,
    given=[m >= width(8), delta + delta_1 < 1],
    event=fro(B * A * x) ** 2 <= Rational(121, 100) * alpha**2 * beta**2 * k * m * plain_deviation * fro(x) ** 2,
    at_least=1 - delta_1 - delta,
)

all_samples = domain(*wide_dims, Dimension(n, 1, 3), *scales, chances, AnyMatrix(X_any))

paper.chance(
    "pf-3.3-BAX", "The squared outputs of all samples",
    source="A.2, bounds on the initial training loss", over=all_samples.extended(fail), random=maps_drawn,
    given=[m >= width(8), n * delta_1 + delta / 3 < 1],
    event=fro(B * A * X_any) ** 2 <= Rational(121, 100) * alpha**2 * beta**2 * k * m * plain_deviation * fro(X_any) ** 2,
    at_least=1 - n * delta_1 - delta / 3,
)


def small_loss(logarithm):
    """L(W^(0)) <= 6.05 alpha^2 beta^2 k m times the logarithm times |X|_F^2, and |Y|_F^2."""
    return half * fro(B * A * X_any - Y) ** 2 <= Rational(605, 100) * alpha**2 * beta**2 * k * m * logarithm * fro(X_any) ** 2 + fro(Y) ** 2


paper.chance(
    "pf-3.3-final.loss", "The initial loss",
    source="A.2, last display", over=all_samples.extended(AnyMatrix(Y)), random=maps_drawn,
    given=[m >= width(8), log(3 * n / delta) >= 1],
    event=small_loss(log(2 * n / delta)),
    at_least=1 - 2 * delta / 3,
    note="The numbers of the proof do not add up to it (pf-3.3-final), but the chi-square tail is smaller than its bound.",
)

paper.chance(
    "prop-3.3", "Gaussian maps of a wide network: singular values and the initial loss, with the proof's constants",
    source="Proposition 3.3 and A.2", over=all_samples.extended(AnyMatrix(Y)), random=maps_drawn,
    given=m >= width(12),
    event=[*tenth, small_loss(log(2 * n / delta))],
    at_least=1 - delta,
)

many_outputs = domain(
    Dimension(m, 8000, 8004), Dimension(d, 1, 2), Dimension(k, 1, 40), Dimension(n, 1, 3), *scales, chances, AnyMatrix(X_any), AnyMatrix(Y)
)
as_printed = paper.chance(
    "prop-3.3.printed", "The initial loss alone, with log(n/delta) as the proposition has it",
    source="Proposition 3.3, with the constant 6.05 of its proof", over=many_outputs, random=maps_drawn,
    given=m >= width(12),
    event=small_loss(log(n / delta)),
    at_least=1 - delta,
    examples=[example(dimensions={"m": 8000, "d": 1, "k": 40, "n": 1}, alpha=1, beta=1, delta="97/100", X=[[1]], Y=[[0]] * 40)],
    wrong=(
        "For one sample log(n/delta) tends to 0 with 1 - delta, and the event with it: like its power k/2, so that for k > 2 it is less "
        "probable than 1 - delta for delta near 1. No absolute constant helps; the proof has log(2 n/delta)."
    ),
)

paper.corrected(as_printed, event=small_loss(log(2 * n / delta)))
