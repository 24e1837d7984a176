"""Sections 2.2 and 2.3: the deep linear network, its gradient descent (7), the rescaled form (9), the special balanced start."""

from theorems.zhao2024.notation import *

DEPTHS = (2, 3, 5)
gradient_at = matrix("G_t", n_y, n_x)
"""Any matrix in the place of the gradient of L: what holds with it holds for every loss."""

paper.definition("def-dln", define("L", squared.at(linear_network((n_x, *hidden[:2], n_y)).end_to_end)),
                 title="the loss of a deep linear network, here of depth 3", source="eq. (5)")
paper.definition("def-dln-normalised", define("L", network(3).loss(squared)),
                 title="the loss of the normalised network, here of depth 3", source="eq. (6)")

# --- Gradient descent on all layers, (7) --------------------------------------------------------------------------


def layer_gradient(N, j, G, normalisation=None):
    """dL/dW_j = a_N W_{N:j+1}^T G W_{j-1:1}^T for the gradient G of L."""
    net = network(N)
    a = net.normalisation if normalisation is None else normalisation
    return a * net.product(N, j + 1).T * G * net.product(j - 1, 1).T


def at_depth(N, label, title, **parts):
    """An identity about the network of depth N, under its own key."""
    return paper.identity(f"{label}.N{N}", f"{title}, N = {N}", **parts)


for N in DEPTHS:
    net = network(N)
    descent = net.descent(squared, eta)
    G_t = (net.end_to_end - W_star) * X * X.T
    at_depth(
        N, "eq-7", "Every layer moves against its gradient", source="eq. (7)", over=widths(N).extended(
            *data, AnyMatrix(W_star), *any_weights(N), Scalar(eta, positive)
        ),
        claim=[equal(dict(descent.update)[W], W - eta * layer_gradient(N, j, G_t)) for j, W in enumerate(net.weights, start=1)],
        proof=Expansion(),
    )


def rescaled(N):
    """V_i = W_i/sqrt(n_i)."""
    return tuple(W / sqrt(W.rows) for W in network(N).weights)


def product_of(factors):
    """The product of the matrices, the first one on the right."""
    total = factors[0]
    for factor in factors[1:]:
        total = factor * total
    return total


remark_1 = paper.identity(
    "remark-1", "The rescaled weights move by (9), and their product is the normalised one; here of depth 3",
    source="Remark 1, eq. (9)", over=widths(3).extended(AnyMatrix(gradient_at), *any_weights(3), Scalar(eta, positive)),
    claim=[
        equal(network(3).normalisation * network(3).product(3, 1), product_of(rescaled(3))),
        *(
            equal(
                (W - eta * layer_gradient(3, j, gradient_at)) / sqrt(W.rows),
                W / sqrt(W.rows)
                - eta / W.rows
                * (product_of(rescaled(3)[j:]).T if j < 3 else identity(n_y))
                * gradient_at
                * (product_of(rescaled(3)[: j - 1]).T if j > 1 else identity(n_x)),
            )
            for j, W in enumerate(network(3).weights, start=1)
        ),
    ],
)

n, k = dimensions("n k")
tall = matrix("A", n, k)
remark_2 = paper.identity(
    "remark-2", "Where A^T A = n I, A/sqrt(n) is an embedding, and the transpose of an embedding is a projection",
    source="Remark 2", over=domain(Dimension(n, 1, 4), Dimension(k, 1, 4), k <= n, AnyMatrix(tall, ("signed permutation",))),
    given=equal(tall.T * tall, identity(k)),
    claim=[
        equal((sqrt(n) * tall).T * (sqrt(n) * tall), n * identity(k)),
        equal((sqrt(n) * tall / sqrt(n)).T * (sqrt(n) * tall / sqrt(n)), identity(k)), equal(tall.T * tall.T.T, identity(k)),
    ],
    proof=Expansion(),
)

# --- One-peak weights ---------------------------------------------------------------------------------------------------
rising, falling = matrix("Q_1", n, n_x), matrix("Q_2", n_y, n)
paper.identity(
    "def-1", "The equations of one-peak weights, of an embedding before the peak and of a projection behind it",
    source="Definition 1, N = 2 and p = 1", over=domain(
        Dimension(n, 1, 4), Dimension(n_x, 1, 3), Dimension(n_y, 1, 3), n_x <= n, n_y <= n,
        *(AnyMatrix(Q, ("signed permutation",)) for Q in (rising, falling)),
    ),
    given=[equal(rising.T * rising, identity(n_x)), equal(falling * falling.T, identity(n_y))],
    claim=[
        equal((sqrt(n) * rising).T * (sqrt(n) * rising), n * identity(n_x)),
        equal((sqrt(n) * falling) * (sqrt(n) * falling).T, n * identity(n_y)),
    ],
    proof=Expansion(),
)

# --- The special balanced start --------------------------------------------------------------------------------------
# Depth 4: W_1 = sqrt(n) U_1 [I, 0]^T V_1^T, W_i = sqrt(n) U_i U_{i-1}^T, W_4 = sqrt(n) U_4 [I, 0] V_4^T. E_1 = U_1 [I, 0]^T V_1^T has
# orthonormal columns and P_4 = U_4 [I, 0] V_4^T orthonormal rows; rotations and permutations stand for all orthogonal matrices.

U_1, U_2, U_3 = (matrix(f"U_{i}", n, n) for i in (1, 2, 3))
E_1, P_4 = matrix("E_1", n, n_x), matrix("P_4", n_y, n)
orthogonal = ("signed permutation",)
special = domain(
    Dimension(n, 1, 4), Dimension(n_x, 1, 3), Dimension(n_y, 1, 3), n_x <= n, n_y <= n,
    *(AnyMatrix(A, orthogonal) for A in (U_1, U_2, U_3, E_1, P_4)),
)
are_orthogonal = [
    *(equal(U.T * U, identity(n)) for U in (U_1, U_2, U_3)), *(equal(U * U.T, identity(n)) for U in (U_1, U_2, U_3)),
    equal(E_1.T * E_1, identity(n_x)), equal(P_4 * P_4.T, identity(n_y)),
]
special_weights = (sqrt(n) * U_1 * E_1, sqrt(n) * U_2 * U_1.T, sqrt(n) * U_3 * U_2.T, sqrt(n) * P_4)


def special_product(j, i):
    """W_{j:i}(0)."""
    return product_of(special_weights[i - 1 : j])


def_special_balanced = paper.identity(
    "def-special-balanced", "Hidden layers of the special balanced start are balanced",
    source="section 2.3, W_{i+1}^T W_{i+1} = W_i W_i^T for 2 <= i <= N - 2", over=special, given=are_orthogonal,
    claim=equal(special_weights[2].T * special_weights[2], special_weights[1] * special_weights[1].T),
    proof=Expansion(),
)

def_special_balanced_ends = paper.identity(
    "def-special-balanced.ends", "It is called a special case of balanced initialisation, so the outer layers should be balanced, too",
    source="section 2.3, 'a special case of balanced initialization'; balanced in the sense of Arora et al. (2018a), which the paper cites "
    "and does not print: W_{i+1}^T W_{i+1} = W_i W_i^T for all i", over=special, given=are_orthogonal,
    claim=[
        equal(special_weights[1].T * special_weights[1], special_weights[0] * special_weights[0].T),
        equal(special_weights[3].T * special_weights[3], special_weights[2] * special_weights[2].T),
    ],
    wrong="With that definition, which the paper leaves to its reference: the first and the last layer have rank n_x and n_y, their "
    "neighbours rank n, so that they are balanced for n = n_x = n_y only.",
)

paper.corrected(
    def_special_balanced_ends, over=special.extended(equal(n_x, n), equal(n_y, n)), note="For n_x = n_y = n.",
)

paper.identity(
    "text-4.4", "The special balanced start satisfies the equations of one-peak weights, as their specific instance",
    source="section 4.4, 'our analysis treats the balanced initialization as a specific instance of orthogonal initialization'",
    over=special, given=are_orthogonal,
    claim=[
        *(equal(W.T * W, n * identity(W.cols)) for W in special_weights[:3]),
        equal(special_weights[3] * special_weights[3].T, n * identity(n_y)),
    ],
    proof=Expansion(), note="Its law is another one, since W_1, ..., W_{N-1} may be deterministic.",
)

proof_a_after = paper.identity(
    "theorem-6.proof-a.after", "All singular values of the products behind a layer are n^((N-i)/2)",
    source="proof of Theorem 6, first display", over=special, given=are_orthogonal,
    claim=[equal(special_product(4, i + 1) * special_product(4, i + 1).T, n ** (4 - i) * identity(n_y)) for i in (1, 2, 3)],
    proof=Expansion(),
)

proof_a_before = paper.identity(
    "theorem-6.proof-a.before", "All singular values of the products before a layer are n^((i-1)/2)",
    source="proof of Theorem 6, second display, read with sigma_min for the second sigma_max", over=special, given=are_orthogonal,
    claim=[equal(special_product(i - 1, 1).T * special_product(i - 1, 1), n ** (i - 1) * identity(n_x)) for i in (2, 3, 4)],
    proof=Expansion(),
)

proof_a_between = paper.identity(
    "theorem-6.proof-a.between", "The products between are n^((j-i+1)/2) times orthogonal matrices",
    source="proof of Theorem 6, third display", over=special, given=are_orthogonal,
    claim=[
        equal(special_product(j, i) * special_product(j, i).T, n ** (j - i + 1) * identity(n)) for i, j in ((2, 2), (2, 3), (3, 3))
    ],
    proof=Expansion(),
)

# --- The step size -------------------------------------------------------------------------------------------------------

depth, share = dimensions("N")[0], scalars("beta")[0]
def_eta1 = paper.inequality(
    "def-eta1", "eta < eta_1 says that eta_* = N eta/n_N is below 2/beta",
    source="section 3.2, eta_1 = 2 n_N/(beta N)",
    over=domain(Dimension(depth, 1, 10), Dimension(n_y, 1, 5), Scalar(share, positive), Scalar(eta, positive)),
    given=eta < 2 * n_y / (share * depth), claim=depth * eta / n_y < 2 / share, proof=Closing(),
)
