"""From the update (9) to the bound (13) on the imbalance, and to its sum over all steps, Claim B.1."""

from theorems.du2018.bounded_iterates import drift, eq_13_first_corrected, eq_13_last, eq_13_second, eq_13_third
from theorems.du2018.notation import *
from verify.author import *
from verify.reasons import Bounding, Expanding, InstanceOf

imbalance_derivation = paper.derivation(
    "drift", "From the gradient to the drift of the imbalance in one step of gradient descent",
    source="sections 2.1 and 3.1, Appendix B.1",
)
line = imbalance_derivation.line
along_descent = {"over": any_step, "law": descent}

line(
    "flow", "Along the gradient flow the imbalance does not move at all (Theorem 2.2).", over=any_factors,
    claim=equal(rate_along(imbalance, {U: -grad_U, V: -grad_V}), zeros(r, r)),
    reason=Expanding(),
)

line(
    "9", "A step of gradient descent in U and V.", **along_descent,
    claim=[equal(following(U), U - eta * R_t * V), equal(following(V), V - eta * R_t.T * U)],
    reason=Expanding(),
)

line(
    "B.1", "What is of first order in the step size cancels; the second term has U^T R R^T U, where the paper prints U^T R^T R U.",
    **along_descent,
    claim=equal(following(imbalance), imbalance + eta**2 * (drift[0] - drift[1])),
    reason=Expanding(),
)

split = line(
    "13.a", "The triangle inequality.", **along_descent,
    claim=fro(following(imbalance)) <= fro(imbalance) + eta**2 * (fro(drift[0]) + fro(drift[1])),
    reason=InstanceOf(eq_13_first_corrected()),
)

products = line(
    "13.b", "Norms of products.", **along_descent,
    claim=fro(drift[0]) + fro(drift[1]) <= fro(V) ** 2 * fro(R_t) ** 2 + fro(U) ** 2 * fro(R_t) ** 2,
    reason=InstanceOf(eq_13_second()),
)

squares = line(
    "13.c", "The squared residual is twice the objective.", **along_descent,
    claim=equal(fro(V) ** 2 * fro(R_t) ** 2 + fro(U) ** 2 * fro(R_t) ** 2, 2 * (fro(V) ** 2 + fro(U) ** 2) * f),
    reason=InstanceOf(eq_13_third()),
)

bounded = line(
    "13.d", "B(t) bounds the objective, C(t) the factors.", **along_descent, given=[*decreased, *bounded_factors],
    claim=2 * (fro(V) ** 2 + fro(U) ** 2) * f <= 40 * sqrt(r) * size**3,
    reason=InstanceOf(eq_13_last()),
)

line(
    "13", "Put together: in one step the imbalance grows by at most 40 sqrt(r) ||M*||^3 eta^2.", **along_descent,
    given=[*decreased, *bounded_factors],
    claim=fro(following(imbalance)) <= fro(imbalance) + eta**2 * (40 * sqrt(r) * size**3),
    reason=Bounding((split(), products(), squares(), bounded()), keep=("f",)),
)
