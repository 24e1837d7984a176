"""Appendix F: random projections and embeddings, Proposition 3, Remarks 9 to 11, Lemmas 14 and 16, by the laws of what they do to a vector.

A uniform law is seen through the beta law of the squared length of an image, which it determines.
In Lemma 16 Lemma 15 for the points of a net, and n/C_0 >= C(epsilon) times the dimension with
C(epsilon) = 2 ln(3/phi)/d^2, leave a probability of failure of 2 exp(-d^2 n/(2 C_0)).
"""

from theorems.frames import first_columns, reflection
from theorems.zhao2024.notation import *
from verify.author import *

n_0, n_1, n_2, n_3, n_4 = start_widths
n, k = dimensions("n k")
q, epsilon = scalars("q epsilon")
half = Rational(1, 2)
fraction = Scalar(q, Interval.open(0, 1))
u, v, w = matrix("u", n, 1), matrix("v", k, 1), matrix("w", n, 1)
tall, wide, square = matrix("A", n, k), matrix("A", k, n), matrix("A", n, n)
vectors = domain(Dimension(n, 2, 12), Dimension(k, 1, 11), k < n, AnyMatrix(u), fraction)


def beta_law(label, title, source, random, length, of, count=k, total=n, **more):
    """`length`^2/`of`^2 ~ Beta(count/2, (total - count)/2): its distribution function."""
    below = 1 - beta_tail(count / 2, (total - count) / 2, q)
    parts = {"over": vectors, "given": of > 0, **more}
    return paper.chance(
        label, title, source=source, random=random, event=length**2 <= q * of**2, at_least=below, exact=exactly(below), **parts
    )


# --- Proposition 3 and Remark 9 ------------------------------------------------------------------------------------

beta_law(
    "prop-3.1", "The transpose of a random embedding is a random projection", "Proposition 3.1, Remark 2",
    Orthonormal(tall), fro(tall.T * u), fro(u),
)

paper.identity(
    "prop-3.2", "For a square matrix the equations of embeddings and of projections coincide", source="Proposition 3.2",
    over=domain(Dimension(n, 1, 4), AnyMatrix(u), AnyMatrix(w), let(square, reflection(u) * reflection(w))),
    claim=[equal(square.T * square, identity(n)), equal(square * square.T, identity(n))],
)

rotation = reflection(w)
rotated = vectors.extended(AnyMatrix(w))
for label, title, matrix_ in (("left", "U A", rotation * square), ("right", "A U", square * rotation)):
    beta_law(
        f"prop-3.3.{label}", f"Invariance of the uniform law: the first k entries of {title} e for a fixed orthogonal matrix U",
        "Proposition 3.3", Orthonormal(square), fro(first_columns(n, k).T * matrix_ * u), fro(u), over=rotated,
    )

beta_law(
    "prop-3.4", "X (X^T X)^(-1/2) with a Gaussian matrix X is a random embedding",
    "Proposition 3.4; |A^T u| is the length of the projection of u",
    Gaussian(tall), fro(proj(tall) * u), fro(u),
)

columns = reflection(u) * first_columns(n, k)
prop_3_5 = paper.identity(
    "prop-3.5", "The first columns A_1 of an orthogonal matrix: A_1^T is an orthogonal matrix", source="Proposition 3.5",
    over=domain(Dimension(n, 2, 4), Dimension(k, 1, 3), k < n, AnyMatrix(u)), given=inner(u, u) > 0,
    claim=equal(columns * columns.T, identity(n)),
    wrong="A_1^T is not square, so it is no orthogonal matrix; it is an orthogonal projection.",
)
paper.corrected(prop_3_5, claim=equal(columns.T * columns, identity(k)), note="A_1^T is a random orthogonal projection.")

beta_law(
    "prop-3.5.law", "The transpose of the first columns of a uniform orthogonal matrix is a random projection", "Proposition 3.5",
    Orthonormal(square), fro((square * first_columns(n, k)).T * u), fro(u),
)

one_entry = domain(Dimension(n, 2, 12), fraction)
first_entry = first_columns(n, 1)
beta_law(
    "prop-3.6.column", "A column of a uniform orthogonal matrix", "Proposition 3.6",
    Orthonormal(square), fro(first_entry.T * square * first_entry), Rational(1), count=1, over=one_entry, given=(),
)
beta_law(
    "prop-3.6.gaussian", "A normalised Gaussian vector has the same law", "Proposition 3.6",
    Gaussian(u), fro(first_entry.T * u), fro(u), count=1, over=one_entry, given=(),
)

beta_law(
    "prop-3.7", "The squared length of a random projection of a vector", "Proposition 3.7", Orthonormal(wide), fro(wide * u), fro(u),
    note="For n < p. For n = p there is no such beta law: all lengths are kept, see prop-3.2.",
)
beta_law(
    "prop-3.7.gaussian", "The share of the first entries of a Gaussian vector in its squared length", "Proposition 3.7",
    Gaussian(u), fro(first_columns(n, k).T * u), fro(u), over=domain(Dimension(n, 2, 12), Dimension(k, 1, 11), k < n, fraction), given=(),
)

beta_law(
    "remark-9.rows", "The first rows of a uniform orthogonal matrix", "Remark 9",
    Orthonormal(square), fro(first_columns(n, k).T * square * u), fro(u),
)
beta_law(
    "remark-9.gaussian", "(X X^T)^(-1/2) X with a Gaussian matrix X; its product with u is as long as the projection of u", "Remark 9",
    Gaussian(wide), fro(proj(wide.T) * u), fro(u),
)

# --- Lemma 14 ------------------------------------------------------------------------------------------------------------

x, before = matrix("x", n_0, 1), matrix("y", n, 1)
W_1, W_2, W_3, W_4 = start(4)
falling = domain(
    Dimension(n_1, 2, 10), Dimension(n_2, 1, 9), Dimension(n_3, 1, 8), Dimension(n_0, 1, 3), n_0 <= n_1, n_2 < n_1, n_3 < n_2,
    AnyMatrix(x), fraction,
)
peak_first = OnePeak(start(3))
"""N = 3, p = 1."""

beta_law(
    "lemma-14.B", "B_2 = |A_2 D x|^2/|A_1 D x|^2 is a beta variable", "proof of Lemma 14, N = 3, p = 1",
    peak_first, fro(W_2 * W_1 * x) / sqrt(n_1), fro(W_1 * x), count=n_2, total=n_1, over=falling, given=fro(x) > 0,
)
beta_law(
    "lemma-14.B.next", "B_3 = |A_3 D x|^2/|A_2 D x|^2 is a beta variable", "proof of Lemma 14, N = 3, p = 1",
    peak_first, fro(W_3 * W_2 * W_1 * x) / sqrt(n_2), fro(W_2 * W_1 * x), count=n_3, total=n_2, over=falling, given=fro(x) > 0,
)
same_width = sqrt(n) * reflection(u) * reflection(w)
paper.identity(
    "lemma-14.B.equal", "If n_i = n_{i-1} then B_i is 1: a layer between equal widths keeps all lengths", source="proof of Lemma 14",
    over=domain(Dimension(n, 1, 4), AnyMatrix(u), AnyMatrix(w), AnyMatrix(before)), given=fro(before) > 0,
    claim=equal(fro(same_width * before) ** 2 / n / fro(before) ** 2, 1),
    note="W_i = sqrt(n) Q with an orthogonal Q, here a product of two reflections; the vector is A_{i-1} D x.",
)
beta_law(
    "lemma-14.law", "The squared output of a one-peak network, n_p/n_N times a beta variable of mean n_N/n_p",
    "Lemma 14, eq. (8), N = 3, p = 1",
    peak_first, sqrt(n_3 / n_1) * fro(W_3 * W_2 * W_1 * x) / sqrt(n_1 * n_2 * n_3), fro(x), count=n_3, total=n_1, given=fro(x) > 0,
    over=domain(
        Dimension(n_1, 2, 10), Dimension(n_2, 1, 10), Dimension(n_3, 1, 9), Dimension(n_0, 1, 3), n_0 <= n_1, n_2 <= n_1, n_3 <= n_2,
        n_3 < n_1, AnyMatrix(x), fraction,
    ),
)

# --- Remarks 10 and 11 -------------------------------------------------------------------------------------------------

Q_1, Q_2 = matrix("Q_1", n_1, n_0), matrix("Q_2", n_2, n_1)
embeddings = domain(
    Dimension(n_0, 1, 2), Dimension(n_1, 1, 3), Dimension(n_2, 1, 4), n_0 <= n_1, n_1 <= n_2,
    AnyMatrix(matrix("w", n_1, 1)), AnyMatrix(matrix("u", n_2, 1)),
    let(Q_1, reflection(matrix("w", n_1, 1)) * first_columns(n_1, n_0)),
    let(Q_2, reflection(matrix("u", n_2, 1)) * first_columns(n_2, n_1)),
)
projections = domain(
    Dimension(n_2, 1, 2), Dimension(n_1, 1, 3), Dimension(n_0, 1, 4), n_2 <= n_1, n_1 <= n_0,
    AnyMatrix(matrix("w", n_0, 1)), AnyMatrix(matrix("u", n_1, 1)),
    let(Q_1, first_columns(n_0, n_1).T * reflection(matrix("w", n_0, 1))),
    let(Q_2, first_columns(n_1, n_2).T * reflection(matrix("u", n_1, 1))),
)
risen = (sqrt(n_2) * Q_2) * (sqrt(n_1) * Q_1)
fallen = (sqrt(n_1) * Q_2) * (sqrt(n_0) * Q_1)

paper.identity(
    "remark-10.rising", "A product of embeddings stretches all vectors alike, so that its norm is the root of the widths",
    source="Remark 10, 1 <= i <= j <= p, two layers", over=embeddings,
    given=[equal(Q_1.T * Q_1, identity(n_0)), equal(Q_2.T * Q_2, identity(n_1))],
    claim=equal(risen.T * risen, n_1 * n_2 * identity(n_0)), proof=Expansion(),
)
paper.identity(
    "remark-10.falling", "The same for a product of projections, from the other side",
    source="Remark 10, p + 1 <= i <= j <= N, two layers", over=projections,
    given=[equal(Q_1 * Q_1.T, identity(n_1)), equal(Q_2 * Q_2.T, identity(n_2))],
    claim=equal(fallen * fallen.T, n_0 * n_1 * identity(n_2)), proof=Expansion(),
)

over_peak = domain(
    Dimension(n_0, 1, 3), Dimension(n_1, 1, 5), Dimension(n_2, 1, 6), Dimension(n_3, 1, 5), Dimension(n_4, 1, 3),
    n_0 <= n_1, n_1 <= n_2, n_3 <= n_2, n_4 <= n_3, n_0 <= n_3, n_4 <= n_1,
)
paper.chance(
    "remark-10.peak", "A product across the peak", source="Remark 10, 1 <= i < p < j <= N, N = 4, p = 2, i = 1, j = 3",
    over=over_peak, random=OnePeak(start(4)),
    event=spec(span(4, 3, 1)) <= sqrt(n_1 * n_2) * sqrt(n_2), at_least=1,
)
n_p, n_min, end = scalars("n_p n_min n_end")
paper.inequality(
    "remark-10.peak.widths", "The width at the peak against one of the ends, which is a hidden layer; n_max is n_p",
    source="Remark 10, 1 <= i < p < j <= N", given=[n_min <= end],
    over=domain(Scalar(n_p, Interval(1, oo)), Scalar(n_min, Interval(1, oo)), Scalar(end, Interval(1, oo))),
    claim=sqrt(n_p) <= sqrt(n_p / n_min) * sqrt(end), proof=Closing(), facts=[n_p <= n_p / n_min * end],
)

scaled = domain(Dimension(n, 1, 4), AnyMatrix(u), let(square, sqrt(n) * reflection(u)))
remark_11 = paper.identity(
    "remark-11", "The norm of one square layer between hidden ones of width n, as a case of ||W_{j:i}|| = n^((N - i + 1)/2)",
    source="Remark 11 with N = 3, i = j = 2", over=scaled, given=inner(u, u) > 0,
    claim=equal(spec(square), sqrt(n * n)), examples=[example(u=[[1], [0]], dimensions={"n": 2})],
    wrong="The exponent has to be (j - i + 1)/2: for j < N the printed one counts layers that W_{j:i} does not have.",
)
equal_layers = second, third, fourth = [matrix(f"W_{i}", n, n) for i in (2, 3, 4)]
directions = [matrix(f"w_{i}", n, 1) for i in (2, 3, 4)]
paper.corrected(
    remark_11, over=domain(
        Dimension(n, 1, 4), *(AnyMatrix(w) for w in directions),
        *(let(W, sqrt(n) * reflection(w)) for W, w in zip(equal_layers, directions, strict=True)),
    ),
    given=[inner(w, w) > 0 for w in directions],
    claim=[
        equal(spec(second), n**half), equal(spec(third * second), n), equal(spec(fourth * third), n),
        equal(spec(fourth * third * second), n ** (3 * half)),
    ],
    note="||W_{j:i}|| = n^((j - i + 1)/2), here for 2 <= i <= j <= 4.",
)

# --- Lemma 16 ------------------------------------------------------------------------------------------------------------

y = matrix("v", n_3, 1)
widening = domain(
    Dimension(n_2, 2, 10), Dimension(n_1, 1, 9), Dimension(n_0, 1, 8), Dimension(n_3, 1, 3), n_1 < n_2, n_0 < n_1, n_3 <= n_2,
    AnyMatrix(y), fraction,
)
peak_second = OnePeak(start(3))
"""N = 3, p = 2."""

beta_law(
    "lemma-16.claim", "The squared image of a vector under the transposed product is a beta variable",
    "proof of Lemma 16, claim, N = 3, i = p = 2",
    peak_second, fro(span(3, 3, 2).T * y) / n_2, fro(y), count=n_1, total=n_2, over=widening, given=fro(y) > 0,
)
beta_law(
    "lemma-16.claim.first", "The same across two layers", "proof of Lemma 16, claim, N = 3, p = 2, i = 1",
    peak_second, fro(span(3, 3, 1).T * y) / (n_2 * sqrt(n_1)), fro(y), count=n_0, total=n_2, given=fro(y) > 0,
    over=domain(
        Dimension(n_2, 2, 10), Dimension(n_1, 1, 10), Dimension(n_0, 1, 9), Dimension(n_3, 1, 3), n_1 <= n_2, n_0 <= n_1, n_0 < n_2,
        n_3 <= n_2, AnyMatrix(y), fraction,
    ),
)

e = first_columns(n_2, 1)
flat = domain(Dimension(n_1, 2, 4), Dimension(n_0, 1, 3), n_0 < n_1, Dimension(n_2, 2, 4), n_2 <= n_1, n_1 <= n_2, Dimension(n_3, 1, 1))
degenerate = paper.chance(
    "lemma-16.steps.degenerate", "B_1 = |A_1 e|^2/|A_2 e|^2 is 1 almost surely if n_2 = n_1", source="proof of Lemma 16, p = 2, i = 1",
    over=flat, random=OnePeak(start(3)), event=fro(W_1.T * W_2.T * e) ** 2 / n_1 >= fro(W_2.T * e) ** 2, at_least=1,
    wrong="The condition has to be n_i = n_{i-1}: B_i compares the images before and after the layer from n_{i-1} to n_i.",
)
paper.corrected(
    degenerate, over=domain(Dimension(n_1, 2, 4), Dimension(n_0, 1, 3), n_0 < n_1, Dimension(n_2, 2, 5), n_1 <= n_2, Dimension(n_3, 1, 1)),
    event=fro(W_1.T * W_2.T * e) ** 2 / n_1 < fro(W_2.T * e) ** 2,
    note="If n_{i-1} < n_i then B_i < 1 almost surely, whatever n_{i+1} is.",
)

small = minimum(epsilon, 1)
deviation = 3 * small / 4
"""How far the squares may be off on the net: (1 - epsilon/2)^2 <= 1 - d and 1 + d <= (1 + epsilon/2)^2."""
net_phi = minimum(small / (2 + 2 * small), small / (4 + small))
constant = define("C(epsilon)", 2 * log(3 / net_phi) / deviation**2, latex=r"C(\varepsilon)")

paper.inequality(
    "lemma-16.conc.net", "From a net to all vectors", source="proof of Lemma 16, the net of the proof of Lemma 11",
    over=domain(Scalar(epsilon, Interval.open(0, 1))),
    claim=[
        1 + 3 * epsilon / 4 <= (1 + epsilon / 2) ** 2, 1 - 3 * epsilon / 4 >= (1 - epsilon / 2) ** 2,
        (1 + epsilon / 2) / (1 - epsilon / (2 + 2 * epsilon)) <= 1 + epsilon,
        (1 - epsilon / (4 + epsilon)) * (1 - epsilon / 2) - epsilon / (4 + epsilon) * (1 + epsilon) >= 1 - epsilon,
    ],
    proof=OneVariable(epsilon),
)


def near(A, smallest, volume):
    """(1 - epsilon) P <= sigma_min <= sigma_max <= (1 + epsilon) P with P the root of the volume."""
    return [sigma_max(A) <= (1 + epsilon) * sqrt(volume), smallest >= (1 - epsilon) * sqrt(volume)]


some = Scalar(epsilon, Interval.open(0, oo))
ratio = n_2 / n_1
paper.chance(
    "lemma-16.a", "The singular values of the last layers for one-peak weights", source="Lemma 16, first part, N = 3, p = 2, i = 2",
    over=domain(Dimension(n_1, 1, 36), Dimension(n_2, 1, 40), Dimension(n_3, 1, 2), Dimension(n_0, 1, 1), n_1 <= n_2, n_3 <= n_2, some),
    random=OnePeak(start(3)), given=n_1 / ratio >= constant * n_3,
    examples=[example(epsilon="9/10", dimensions={"n_0": 1, "n_1": 30, "n_2": 33, "n_3": 1})],
    event=near(span(3, 3, 2), sigma_min(span(3, 3, 2)), n_1 * n_2), at_least=1 - 2 * exp(-(deviation**2) * n_1 / (2 * ratio)),
)

rank = R_basis.cols
data_first = domain(
    Dimension(n_1, 1, 60), Dimension(n_2, 1, 60), Dimension(n_3, 1, 1), Dimension(rank, 1, 2), Dimension(n_0, 1, 2), rank <= n_0,
    n_2 <= n_1, n_0 <= n_1, n_3 <= n_2, FullRank(R_basis), some,
)
lemma_16_b = paper.chance(
    "lemma-16.b", "The singular values of the first layers on the column space of the data, up to the output, for one-peak weights",
    source="Lemma 16, second part, N = 3, p = 1, j = N", over=data_first, random=OnePeak(start(3)),
    given=n_2 / (n_1 / n_2) >= constant * rank,
    examples=[example(epsilon="9/10", B=[[1, 0], [0, 1]], dimensions={"n_1": 50, "n_2": 50, "n_3": 1})],
    event=near(on_data(span(3, 3, 1)), sigma(on_data(span(3, 3, 1)), rank), n_1 * n_2 * n_3),
    at_least=1 - 2 * exp(-(deviation**2) * n_2 ** 2 / (2 * n_1)),
    wrong="j = N is too far: n_N outputs cannot keep the lengths of vectors of R(X), the law Beta(n_N/2, (n_p - n_N)/2) does not "
    "concentrate, and for rank(X) > n_N the smallest singular value on R(X) is 0, whatever C(epsilon) is.",
)
paper.corrected(
    lemma_16_b, event=near(on_data(span(3, 2, 1)), sigma(on_data(span(3, 2, 1)), rank), n_1 * n_2),
    examples=[example(epsilon="9/10", B=[[1, 0], [0, 1]], dimensions={"n_1": 50, "n_2": 50, "n_3": 1})],
    note="For p + 1 <= j <= N - 1.",
)
