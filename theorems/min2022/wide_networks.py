"""Appendix E: the deterministic steps behind Lemma 11 and Theorem 12, singular values of [V^T U^T] to imbalance and orthogonality."""

from theorems.frames import first_columns, last_columns, reflection
from theorems.min2022.notation import h, half, k, m, paper, r
from verify.author import *

n = r + k
w = matrix("w", n, 1)
Phi_1, Phi_2 = matrix("Phi_1", n, r), matrix("Phi_2", n, k)
U, V = matrix("U", n, h), matrix("V", m, h)

initial_layers = domain(
    Dimension(r, 1, 3), Dimension(k, 1, 2), Dimension(m, 1, 3), Dimension(h, 1, 8),
    AnyMatrix(w), let(Phi_1, reflection(w) * first_columns(n, r)), let(Phi_2, reflection(w) * last_columns(n, k)),
    TwoLayer(U, V.T),
)

U_1, U_2 = Phi_1.T * U, Phi_2.T * U
D = define("D", U_1.T * U_1 - V.T * V)
stacked = define("Z", block([[V], [U]]))
selected = block([[-identity(m), zeros(m, n)], [zeros(n, m), Phi_1 * Phi_1.T]])
level = positive_part(lam(D, r)) + positive_part(lam(-D, m))

# --- Lemma E.2 ----------------------------------------------------------------------------------------------

i, p, q, s = dimensions("i p q s")
A, B = matrix("A", p, q), matrix("B", q, s)

lemma_E_2 = paper.inequality(
    "lemma-E.2", "A factor that is not tall lowers singular values by at most its smallest (lower bound, attained by B = I)",
    source="Lemma E.2",
    over=domain(
        Dimension(p, 1, 5), Dimension(q, 1, 5), Dimension(s, 1, 6), q <= s, Dimension(i, 1, 5), i <= minimum(p, q),
        AnyMatrix(A), AnyMatrix(B),
    ),
    claim=sigma(A, i) * sigma(B, q) <= sigma(A * B, i),
)

# --- Imbalance ------------------------------------------------------------------------------------------------

E_imb = paper.identity(
    "E-imb", "The imbalance as a congruence",
    source="Appendix E, proof of Lemma 10, second display", over=initial_layers,
    claim=equal(D, stacked.T * selected * stacked),
)

E_imb_b = paper.inequality(
    "E-imb-b", "The singular value of the imbalance with index r + m is at least the squared smallest one of [V^T U^T]",
    source="Appendix E, proof of Lemma 10, display before (E.6)", over=initial_layers.extended(h >= m + n),
    claim=sigma(D, r + m) >= sigma(stacked.T, m + n) ** 2,
)

E_minmax = paper.inequality(
    "E-minmax", "Eigenvalues of the imbalance of both signs",
    source="Appendix E, after (E.6)", over=initial_layers.extended(h >= m + n),
    claim=[
        lam(D, r + 1) <= 0, lam(D, r) >= 0, lam(-D, m + 1) <= 0, lam(-D, m) >= 0,
        lam(D, r) >= sigma(D, r + m), lam(-D, m) >= sigma(D, r + m), level >= 2 * sigma(D, r + m),
    ],
)

# --- Orthogonality ---------------------------------------------------------------------------------------------

(a,) = scalars("a")
close = define("gap", spec(stacked * stacked.T - a * identity(m + n)))
around = initial_layers.extended(Scalar(a, Interval(-oo, oo)))

E_orth_U1V = paper.inequality(
    "E-orth.U_1V^T", "How far U_1 V^T is from zero",
    source="Appendix E, display before (E.7)", over=around,
    claim=chain(fro(U_1 * V.T) / sqrt(m), "<=", spec(U_1 * V.T), "<=", close),
)

products = define("Z_2", block([[V * U_2.T], [U_1 * U_2.T]]))

E_orth_U2 = paper.inequality(
    "E-orth.U_2", "How far V U_2^T and U_1 U_2^T are from zero",
    source="Appendix E, display before (E.7)", over=around,
    claim=chain(fro(products) / sqrt(m + r), "<=", spec(products), "<=", close),
)

# --- Numbers: s stands for sqrt(m + n) + log(2/delta)/2 ------------------------------------------------------------

s_value, alpha, width, sigma_value = scalars("s alpha h sigma")
numbers = domain(
    Scalar(s_value, Interval.open(0, oo)), Scalar(alpha, Interval.Lopen(Rational(1, 4), Rational(1, 2))), Scalar(width, Interval(1, oo)),
)

power = width ** (1 - 2 * alpha)

eq_E_6 = paper.inequality(
    "eq-E.6", "The square of the smallest singular value exceeds half of h^(1 - 2 alpha)",
    source="eq. (E.6)", over=numbers, given=width > 16 * s_value**2,
    claim=[
        equal(
            width ** (-2 * alpha) * (sqrt(width) - s_value) ** 2,
            power * (1 - 2 * s_value / sqrt(width) + s_value**2 / width),
        ),
        power * (1 - 2 * s_value / sqrt(width) + s_value**2 / width) > power * (1 - 2 * s_value / sqrt(width)),
        power * (1 - 2 * s_value / sqrt(width)) > half * power,
    ],
)

# Every squared singular value lies in h^(-2 alpha) [(sqrt h - s)^2, (sqrt h + s)^2] after (E.5); (E.7) is the middle.
E_mid = paper.inequality(
    "E-mid", "The distance of squared singular values from the middle of their interval",
    source="Appendix E, display after (E.7)", over=numbers.extended(Scalar(sigma_value, Interval(0, oo))),
    given=[
        width >= s_value**2,
        width ** (-alpha) * (sqrt(width) - s_value) <= sigma_value, sigma_value <= width ** (-alpha) * (sqrt(width) + s_value),
    ],
    claim=absolute(sigma_value**2 - (width ** (1 - 2 * alpha) + width ** (-2 * alpha) * s_value**2))
    <= 2 * s_value / width ** (2 * alpha - half),
)
