"""Random starts: (8), Lemma 2, and the convergence region (14) with the chances that Theorems 4, 5 and 6 print, N = 2 and 3.

For N = 2 the conditions (14.1) to (14.4) are about W_2 and W_1 on R(X), and (14.5) is void. The loss is the squared one,
|(a_N W_{N:1} - W_*) X|_F^2/2 above its minimum, so that beta = |X|^2. The widths are those that Lemmas 11, 12 and 16 ask for
with c_1/2 and c_2/2 in the place of c_1 and c_2, with their probabilities of failure at most delta/4 each.
"""

from theorems.frames import first_columns
from theorems.zhao2024 import gaussian_numbers, orthogonal_products
from theorems.zhao2024.notation import *
from verify.author import *

n_0, n_1, n_2, n_3, _ = start_widths
r, samples = R_basis.cols, dimensions("m")[0]
delta, c_1, c_2, q = scalars("delta c_1 c_2 q")
chance_of_failure = Scalar(delta, Interval.open(0, 1))
G_0, W_0 = matrix("G", r, samples), matrix("W_*", n_2, n_0)
X_0 = define("X", R_basis * G_0)
P_0 = R_basis * (R_basis.T * R_basis).I * R_basis.T
W_1, W_2 = start(2)
output = W_2 * W_1 / sqrt(n_1 * n_2)
smooth = define("beta", sigma_max(X_0) ** 2, latex=r"\beta")
B_delta = define("B_delta", 2 * r / delta + fro(W_0 * P_0) ** 2, latex=r"B_\delta")
excess = fro((output - W_0) * X_0) ** 2 / 2

# --- (8) and Lemma 2 -------------------------------------------------------------------------------------------------


def problem(widest, narrowest=1):
    """Data of rank r, a minimiser, one hidden layer."""
    return domain(
        Dimension(n_1, narrowest, widest), Dimension(n_2, 1, 2), Dimension(n_0, 1, 3), Dimension(r, 1, 2), Dimension(samples, 1, 3),
        r <= n_0, r <= samples, n_0 <= n_1, n_2 <= n_1, FullRank(R_basis), FullRank(G_0), AnyMatrix(W_0), chance_of_failure,
    )


STARTS = {
    "gaussian": ("Gaussian weights", [Gaussian(W_1), Gaussian(W_2)]), "one-peak": ("one-peak weights", OnePeak(start(2))),
    "balanced": ("the special balanced start", SpecialBalanced(start(2))),
}

for name, (words, law_) in STARTS.items():
    paper.chance(
        f"lemma-2.step-b.{name}", f"Markov's inequality for the size of the network at the start: {words}", source="proof of Lemma 2",
        over=problem(6), random=law_, event=fro(output * P_0) ** 2 <= 2 * r / delta, at_least=1 - delta / 2,
    )
    paper.chance(
        f"lemma-2.{name}", f"The loss at the start: {words}", source="Lemma 2, eq. (14.6)", over=problem(6), random=law_,
        event=excess <= smooth * B_delta, at_least=1 - delta / 2,
    )

# |W_2 W_1 x|^2 is quadratic in each entry, so that its mean over Gaussian entries is the mean over independent signs,
# which agree with them in their first three moments.
x = scalars("x")[0]

paper.identity(
    "eq-8.gaussian", "The mean square of the output over independent signs, which have the moments of Gaussian entries that it needs",
    source="eq. (8), Lemma 9; n_0 = n_2 = 1, n_1 = 2: the mean over the signs of w_1, w_2, v_1, v_2",
    over=domain(Scalar(x, Interval(-oo, oo))),
    claim=equal(
        sum((v_1 * w_1 * x + v_2 * w_2 * x) ** 2 for v_1 in (-1, 1) for v_2 in (-1, 1) for w_1 in (-1, 1) for w_2 in (-1, 1)) / 16 / 2, x**2
    ),
    proof=Expansion(),
)

# --- The region ------------------------------------------------------------------------------------------------------------


def conditions(first, last):
    """(14.1) to (14.4) and (14.6) for N = 2."""
    on_first, root = on_data(first), sqrt(n_1)
    return [
        sigma_max(last) <= exp(c_1 / 2) * root, sigma_min(last) >= exp(-c_2 / 2) * root,
        sigma_max(on_first) <= exp(c_1 / 2) * root, sigma(on_first, r) >= exp(-c_2 / 2) * root,
        excess <= smooth * B_delta,
    ]


def halved(expression):
    """With c_1/2 and c_2/2 in the place of c_1 and c_2."""
    return expression.xreplace({c_1: c_1 / 2, c_2: c_2 / 2})


exponents = (Scalar(c_1, positive), Scalar(c_2, positive))
k_0, delta_1 = halved(gaussian_numbers.k_0.definition), 1 / n_1
wide_enough = [
    delta_1 <= halved(gaussian_numbers.t) / (12 * log(2)),
    maximum(n_2, r) * delta_1 <= k_0 / (2 * log(3 / halved(gaussian_numbers.phi.definition))),
    4 * exp(-k_0 / (2 * delta_1)) <= delta / 2,
]

paper.chance(
    "theorem-4.region", "Gaussian weights are in the convergence region", source="proof of Theorem 4, N = 2",
    over=problem(1000, 40).extended(*exponents), random=STARTS["gaussian"][1], given=wide_enough, event=conditions(W_1, W_2),
    at_least=1 - delta,
)

paper.chance(
    "theorem-5.proof", "One-peak weights are in the convergence region: for N = 2 the conditions on singular values always hold",
    source="proof of Theorem 5, N = 2; equal widths, so that the chance is 1 - delta/2", over=problem(12).extended(*exponents),
    random=STARTS["one-peak"][1], event=conditions(W_1, W_2), at_least=1 - delta / 2,
)

paper.chance(
    "theorem-6.proof", "The special balanced start is in the convergence region", source="proof of Theorem 6, N = 2",
    over=problem(12).extended(*exponents), random=STARTS["balanced"][1], event=conditions(W_1, W_2), at_least=1 - delta / 2,
)

# --- The region for N = 3, with the hidden layers reduced to what the conditions see -------------------------------------------
# Gaussian: W_1 and the rows of W_2 that W_3 sees share the n_1 units of the first hidden layer, and are A^T and B in the directions that
# they span, A = [A_1, 0] triangular; W_3 is T in its own directions, and what W_2 makes of W_1 behind them is (A_1 D)^T with a triangle D
# for n_2 - n_N units. One-peak, n_1 <= n_2: W_1 and W_{2:1} are embeddings, W_3 a projection, and W_{3:2} consists of the first n_1 columns
# of a projection of n_2 units, by right invariance.

n_x, n_y, s_1, s_2 = *dimensions("n_x n_y"), *scalars("s_1 s_2")
d = n_x + n_y
A, B, T, D = matrix("A", n_x, d), matrix("B_2", n_y, d), matrix("T", n_y, n_y), matrix("D", n_x, n_x)
basis, targets, factor = matrix("B", n_x, r), matrix("W_*", n_y, n_x), matrix("G", r, samples)
P_data, X_data = basis * (basis.T * basis).I * basis.T, define("X", basis * factor)
beta_data = define("beta", sigma_max(X_data) ** 2, latex=r"\beta")
bound = define("B_delta", 2 * r / delta + fro(targets * P_data) ** 2, latex=r"B_\delta")


def in_region(of_last_two, of_last, of_first, of_first_two, width_1, width_2):
    """(14.1) to (14.4) and (14.6) for N = 3, from W_{3:2}, W_3, W_1, W_{2:1} up to rotations of the hidden units."""
    inner_, found = (of_first * P_data, of_first_two * P_data), []
    for matrix_, least, volume in (
        (of_last_two, sigma_min(of_last_two), width_1 * width_2), (of_last, sigma_min(of_last), width_2),
        (inner_[0], sigma(inner_[0], r), width_1), (inner_[1], sigma(inner_[1], r), width_1 * width_2),
    ):
        found += [sigma_max(matrix_) <= exp(c_1 / 2) * sqrt(volume), least >= exp(-c_2 / 2) * sqrt(volume)]
    return found


def near_minimum(end_to_end):
    """(14.6)."""
    return fro((end_to_end - targets) * X_data) ** 2 / 2 <= beta_data * bound


three_layers = domain(
    Dimension(n_y, 1, 2), Dimension(n_x, 1, 2), Dimension(r, 1, 2), Dimension(samples, 1, 3), r <= n_x, r <= samples,
    FullRank(basis), FullRank(factor), AnyMatrix(targets), chance_of_failure, *exponents,
)
enough = 2 * maximum(
    12 * log(2) / halved(gaussian_numbers.t), maximum(n_y, r) * 2 * log(3 / halved(gaussian_numbers.phi.definition)) / k_0,
    2 * log(16 / delta) / k_0,
)
width_1, width_2 = ceiling((1 + s_1) * enough), n_y + ceiling((1 + s_2) * enough)
paper.chance(
    "remark-7", "Gaussian weights of three layers whose widths meet the conditions of Lemmas 11 and 12 are in the convergence region",
    source="Remark 7, proof of Theorem 4, N = 3: (14) but for (14.5), for which see lemma-13",
    over=three_layers.extended(Scalar(s_1, Interval(0, oo)), Scalar(s_2, Interval(0, oo))),
    random=[
        ReducedGaussian((A, B), width=width_1), ReducedGaussian((T,), width=width_2), ReducedGaussian((D,), width=width_2 - n_y)
    ],
    event=[
        *in_region(T * B, T, A.T, block([[B * A.T], [D.T * (A * first_columns(d, n_x)).T]]), width_1, width_2),
        near_minimum(T * B * A.T / sqrt(width_1 * width_2 * n_y)),
    ],
    at_least=1 - delta,
    note="Each width is at least twice the largest of the conditions, so that Delta_1 meets them all, and n_2 is another n_y wider, for D.",
)

V = matrix("V", n_2, n_y)
E_1 = matrix("E_1", n_1, n_x)
of_last_two = n_2 * (first_columns(n_2, n_1).T * V).T
paper.chance(
    "theorem-5.proof.N3", "One-peak weights of three layers are in the convergence region",
    source="proof of Theorem 5, N = 3 and p = 2: W_{3:2} by Lemma 16, the others by Remark 10; ||W_2|| = sqrt(n_2) is (14.5)",
    over=domain(
        Dimension(n_1, 1, 36), Dimension(n_2, 1, 40), Dimension(n_y, 1, 2), Dimension(n_x, 1, 2), Dimension(r, 1, 2),
        Dimension(samples, 1, 3), r <= n_x, r <= samples, n_x <= n_1, n_y <= n_1, n_1 <= n_2, FullRank(basis), FullRank(factor),
        AnyMatrix(targets), chance_of_failure, Scalar(epsilon, Interval.open(0, 1)), Scalar(s_1, Interval(0, oo)),
        Scalar(s_2, Interval(0, oo)), let(c_1, 2 * log(1 + epsilon) * (1 + s_1)), let(c_2, -2 * log(1 - epsilon) * (1 + s_2)),
    ),
    random=[Orthonormal(V), Orthonormal(E_1)], given=n_1 / (n_2 / n_1) >= orthogonal_products.constant * n_y,
    examples=[example(epsilon="9/10", delta="1/2", s_1=0, s_2=0, B=[[1]], G=[[1]], **{"W_*": [[1]]}, dimensions={"n_1": 30, "n_2": 33})],
    event=[
        *in_region(of_last_two, sqrt(n_2) * V.T, sqrt(n_1) * E_1, sqrt(n_1 * n_2) * E_1, n_1, n_2),
        near_minimum(of_last_two * sqrt(n_1) * E_1 / sqrt(n_1 * n_2 * n_y)),
    ],
    at_least=1 - 2 * exp(-(orthogonal_products.deviation**2) * n_1**2 / (2 * n_2)) - delta / 2,
)

# --- Theorem 6 and Remark 6 ---------------------------------------------------------------------------------------------------

narrow = domain(
    Dimension(n_1, 3, 8), Dimension(n_2, 1, 2), Dimension(n_0, 1, 3), n_2 < n_1, n_0 <= n_1, AnyMatrix(matrix("x", n_0, 1)),
    Scalar(q, Interval.open(0, 1)),
)
vector = matrix("x", n_0, 1)
law_of_output = 1 - beta_tail(n_2 / 2, (n_1 - n_2) / 2, q)
paper.chance(
    "theorem-6.proof-b", "The squared output of the special balanced start is n/n_N times a beta variable of mean n_N/n",
    source="proof of Theorem 6, N = 2", over=narrow, random=STARTS["balanced"][1], given=fro(vector) > 0,
    event=n_2 / n_1 * fro(output * vector) ** 2 <= q * fro(vector) ** 2, at_least=law_of_output, exact=exactly(law_of_output),
    note="x' is printed with U_N, which is n_y x n_y, for the U_{N-1} of the definition of the start.",
)

paper.chance(
    "remark-6a", "A sharper bound on the size of the network: 2 r (1 + ln(2 r/delta)) in the place of 2 r/delta",
    source="Remark 6, a constant of 2 and N = 2, n_1 >= 8", over=problem(30, 8), random=STARTS["gaussian"][1],
    event=fro(output * P_0) ** 2 <= 2 * r * (1 + 2 * log(2 * r / delta)), at_least=1 - delta / 2,
    note="The paper names no constant.",
)
