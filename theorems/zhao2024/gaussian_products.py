"""Appendix E: products of Gaussian matrices, Lemmas 9 to 13, with the constants that their proofs give.

Lemma 10 prints x in R^{n_1}; A_1 x asks for R^{n_0}. In Lemmas 11 and 12 a net of (3/phi)^n points, Lemma 10
for each of them and n Delta_1 <= k_0/(2 ln(3/phi)) leave a probability of failure of 2 exp(-k_0/(2 Delta_1)).
"""

from theorems.zhao2024.gaussian_numbers import k, k_0, largest_block, net_condition
from theorems.zhao2024.notation import *
from verify.author import *

n_0, n_1, n_2, n_3, n_4 = start_widths
r = R_basis.cols
positive = Interval.open(0, oo)
c, p, q, c_1, c_2 = scalars("c p q c_1 c_2")


def inverse_widths(last):
    """Delta_1 = 1/n_1 + ... + 1/n_last."""
    return sum(1 / n for n in start_widths[1 : last + 1])


# --- Section 2.3 ----------------------------------------------------------------------------------------------

two_entries = domain(
    Dimension(n_2, 1, 3), Dimension(n_1, 1, 3), Dimension(n_0, 1, 2), Scalar(p, Interval(-oo, oo)), Scalar(q, Interval(-oo, oo))
)
joint = (1 - normal_tail(p)) * (1 - normal_tail(q))
paper.chance(
    "def-gaussian-init", "Entries of Gaussian weights are independent standard normal variables: the joint distribution function of two",
    source="section 2.3, Gaussian initialization", over=two_entries, random=[Gaussian(start(2)[0]), Gaussian(start(2)[1])],
    event=[entry(start(2)[0], n_1, n_0) <= p, entry(start(2)[1], n_2, n_1) <= q], at_least=joint, exact=exactly(joint),
)

# --- Lemma 9 --------------------------------------------------------------------------------------------------

x = matrix("x", n_0, 1)
A = matrix("A", n_1, n_0)
W_1, W_2, W_3 = start(3)
one_layer = domain(Dimension(n_1, 1, 30), Dimension(n_0, 1, 4), AnyMatrix(x), Scalar(q, positive))
two_layers = domain(Dimension(n_2, 1, 12), Dimension(n_1, 1, 12), Dimension(n_0, 1, 4), AnyMatrix(x))

paper.identity(
    "lemma-9.Z", "The squared output as a product of the Z_i", source="proof of Lemma 9, N = 2; printed again in the proof of Lemma 10",
    over=two_layers.extended(AnyMatrix(W_1), AnyMatrix(W_2)), given=[fro(x) > 0, fro(W_1 * x) > 0],
    claim=equal(fro(W_2 * W_1 * x) ** 2 / fro(x) ** 2, (fro(W_2 * W_1 * x) ** 2 / fro(W_1 * x) ** 2) * (fro(W_1 * x) ** 2 / fro(x) ** 2)),
    proof=Expansion(),
    note="Z_i = |W_{i:1} x|^2/|W_{i-1:1} x|^2. The copy at hand does not tell an index 2 from a square here; only squares have the "
    "chi-square law that the next line gives.",
)

paper.chance(
    "lemma-9.chi-square", "The squared stretch of a vector is a chi-square variable: its distribution function",
    source="proof of Lemma 9", over=one_layer, random=Gaussian(A), given=fro(x) > 0,
    event=fro(A * x) ** 2 <= q * fro(x) ** 2, at_least=1 - chi_square_tail(n_1, q), exact=exactly(1 - chi_square_tail(n_1, q)),
)

paper.chance(
    "lemma-9.independent", "Z_1 and Z_2 are independent chi-square variables: their joint distribution function",
    source="proof of Lemma 9 and of Lemma 10", over=two_layers.extended(Scalar(p, positive), Scalar(q, positive)),
    random=[Gaussian(W_1), Gaussian(W_2)], given=fro(x) > 0,
    event=[fro(W_1 * x) ** 2 <= p * fro(x) ** 2, fro(W_2 * W_1 * x) ** 2 <= q * fro(W_1 * x) ** 2],
    at_least=(1 - chi_square_tail(n_1, p)) * (1 - chi_square_tail(n_2, q)),
    exact=exactly((1 - chi_square_tail(n_1, p)) * (1 - chi_square_tail(n_2, q))),
)

# --- Lemma 10 ---------------------------------------------------------------------------------------------------

three_layers = domain(
    Dimension(n_3, 1, 40), Dimension(n_2, 1, 40), Dimension(n_1, 1, 40), Dimension(n_0, 1, 3), AnyMatrix(x), Scalar(c, positive)
)
gaussian_layers = [Gaussian(W_1), Gaussian(W_2), Gaussian(W_3)]
output, volume = fro(W_3 * W_2 * W_1 * x) ** 2, n_1 * n_2 * n_3 * fro(x) ** 2


def upper_chance(c, last):
    """f_1(c) of (48)."""
    return exp(-(c**2) / (8 * inverse_widths(last)))


def lower_chance(c, last):
    """f_2(c) of (49)."""
    return exp(-(c**2) / (36 * log(2) * inverse_widths(last)))


paper.chance(
    "eq-48", "The upper tail of a product of Gaussian matrices", source="Lemma 10, eq. (48), q = 3",
    over=three_layers, random=gaussian_layers, given=fro(x) > 0,
    event=output <= exp(c) * volume, at_least=1 - upper_chance(c, 3),
)

paper.inequality(
    "eq-48.one", "The upper tail of one Gaussian matrix, by its exact law", source="Lemma 10, eq. (48), q = 1",
    over=domain(Dimension(n_1, 1, 3000), Scalar(c, positive)),
    claim=chi_square_tail(n_1, exp(c) * n_1) <= upper_chance(c, 1),
)

paper.inequality(
    "eq-48.two-degrees", "The upper tail of one Gaussian matrix with two rows in logarithms, for every c: P(Z > z) is exp(-z/2)",
    source="Lemma 10, eq. (48), q = 1, n_1 = 2", over=domain(Scalar(c, positive)), claim=c**2 / 4 <= exp(c), proof=OneVariable(c, tail=4),
)

paper.chance(
    "eq-49", "The lower tail of a product of Gaussian matrices", source="Lemma 10, eq. (49), q = 3",
    over=three_layers, random=gaussian_layers, given=[fro(x) > 0, c <= 3 * log(2), inverse_widths(3) <= c / (12 * log(2))],
    event=output >= exp(-c) * volume, at_least=1 - lower_chance(c, 3),
)

paper.inequality(
    "eq-49.one", "The lower tail of one Gaussian matrix, by its exact law", source="Lemma 10, eq. (49), q = 1",
    over=domain(Dimension(n_1, 1, 3000), Scalar(c, Interval.Lopen(0, 3))),
    given=[c <= 3 * log(2), inverse_widths(1) <= c / (12 * log(2))],
    claim=1 - chi_square_tail(n_1, exp(-c) * n_1) <= lower_chance(c, 1),
)

two_sided = (Scalar(c_1, positive), Scalar(c_2, Interval.Lopen(0, 3)))

paper.chance(
    "lemma-10.c", "A product of Gaussian matrices nearly preserves the length of a vector", source="Lemma 10, last display, q = 2",
    over=two_layers.extended(*two_sided), random=gaussian_layers[:2],
    given=[fro(x) > 0, c_2 <= 3 * log(2), inverse_widths(2) <= c_2 / (12 * log(2))],
    event=chain(
        exp(-c_2 / 2) * sqrt(n_1 * n_2) * fro(x), "<=", fro(W_2 * W_1 * x), "<=", exp(c_1 / 2) * sqrt(n_1 * n_2) * fro(x)
    ),
    at_least=1 - upper_chance(c_1, 2) - lower_chance(c_2, 2),
    note="The probability that (48) and (49) give.",
)

# --- Lemmas 11 and 12 -----------------------------------------------------------------------------------------------

closeness = (Scalar(c_1, positive), Scalar(c_2, positive))


def close(A, smallest, volume):
    """e^(-c_2) P <= sigma_min <= sigma_max <= e^(c_1) P, P the root of the volume; `smallest` is the least singular value that counts."""
    return [sigma_max(A) <= exp(c_1) * sqrt(volume), smallest >= exp(-c_2) * sqrt(volume)]


def failing(delta_1):
    """The probability with which Lemmas 11 and 12 may fail."""
    return 2 * exp(-k_0 / (2 * delta_1))


wide_2 = domain(Dimension(n_1, 1, 3000), Dimension(n_2, 1, 2), *closeness)
paper.chance(
    "lemma-11", "The singular values of the last layer, for Gaussian weights", source="Lemma 11, N = i = 2",
    over=wide_2, random=Gaussian(start(2)[1]), given=net_condition(n_2, inverse_widths(1)),
    event=close(start(2)[1], sigma_min(start(2)[1]), n_1), at_least=1 - failing(inverse_widths(1)),
)

wide_3 = domain(Dimension(n_1, 1, 104), Dimension(n_2, 1, 104), Dimension(n_3, 1, 1), *closeness)
near_width = example(c_1="6/5", c_2=3, dimensions={"n_1": 100, "n_2": 97, "n_3": 1})
paper.chance(
    "lemma-11.product", "The singular values of the product of the last two layers, for Gaussian weights", source="Lemma 11, N = 3, i = 2",
    over=wide_3, random=[Gaussian(W_2), Gaussian(W_3)], given=net_condition(n_3, inverse_widths(2)), examples=[near_width],
    event=close(W_3 * W_2, sigma_min(W_3 * W_2), n_1 * n_2), at_least=1 - failing(inverse_widths(2)),
)

data_2 = domain(
    Dimension(n_1, 1, 2000), Dimension(r, 1, 2), Dimension(n_0, 1, 3), r <= n_0, FullRank(R_basis), *closeness
)
paper.chance(
    "lemma-12", "The singular values of the first layer on the column space of the data, for Gaussian weights",
    source="Lemma 12, N = 2, j = 1", over=data_2, random=Gaussian(W_1), given=net_condition(r, inverse_widths(1)),
    event=close(on_data(W_1), sigma(on_data(W_1), r), n_1), at_least=1 - failing(inverse_widths(1)),
)

data_3 = domain(Dimension(n_1, 1, 104), Dimension(n_2, 1, 104), Dimension(r, 1, 1), Dimension(n_0, 1, 2), FullRank(R_basis), *closeness)
paper.chance(
    "lemma-12.product", "The singular values of the product of the first two layers on the column space of the data, for Gaussian weights",
    source="Lemma 12, N = 3, j = 2", over=data_3, random=[Gaussian(W_1), Gaussian(W_2)], given=net_condition(r, inverse_widths(2)),
    examples=[example(B=[[1], [0]], c_1="6/5", c_2=3, dimensions={"n_0": 2, "n_1": 100, "n_2": 97, "r": 1})],
    event=close(on_data(W_2 * W_1), sigma(on_data(W_2 * W_1), r), n_1 * n_2), at_least=1 - failing(inverse_widths(2)),
)

# --- Lemma 13 ---------------------------------------------------------------------------------------------------------


def narrow_enough(widths, N):
    """The conditions of Lemma 13 on Delta_1 for hidden layers of these widths, and C = n_max/n_min."""
    delta_1, ratio = sum(1 / n for n in widths), maximum(*widths) / minimum(*widths)
    return ratio, delta_1, [
        delta_1 <= minimum(k / (5 * log(6)), k / (5 * log(5 * log(6) * exp(1) / k))),
        delta_1 * log(ratio) <= minimum(k / (5 * log(5 * log(6) * exp(1) / k)), k / 5),
        delta_1 * log(N) <= k / 5,
    ]


def between(label, title, source, layers_between, widths, N, drawn, volume):
    """The bound of Lemma 13 on the product of the layers between hidden ones of these widths."""
    ratio, delta_1, conditions = narrow_enough(widths, N)
    product = layers_between[0]
    for layer_ in layers_between[1:]:
        product = layer_ * product
    paper.chance(
        label, title, source=source, over=domain(*(Dimension(n, 1, drawn) for n in widths), Scalar(k, Interval.open(0, 1))),
        random=[Gaussian(layer_) for layer_ in layers_between], given=conditions,
        examples=[example(k="9/10", dimensions={str(n): drawn - (n == widths[-1]) for n in widths})],
        event=spec(product) <= largest_block * sqrt(ratio) * sqrt(N) * sqrt(volume), at_least=1 - 2 * exp(-k / (5 * delta_1)),
        note="Without the assumption that Lemma 10 holds with this k, which allows more.",
    )


between(
    "lemma-13", "The spectral norm of a layer between hidden ones, for Gaussian weights", "Lemma 13, N = 3, i = j = 2, theta = 1/2",
    [W_2], (n_1, n_2), 3, 38, maximum(n_1, n_2),
)
between(
    "lemma-13.product", "The spectral norm of a product of two layers between hidden ones, for Gaussian weights",
    "Lemma 13, N = 4, i = 2, j = 3, theta = 1/2", [W_2, W_3], (n_1, n_2, n_3), 4, 57, n_2 * maximum(n_1, n_3),
)
