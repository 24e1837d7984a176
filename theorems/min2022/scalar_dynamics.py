"""Section 3.1: the flow of (y - u v)^2 / 2, its imbalance u^2 - v^2, and the rate that both determine."""

from theorems import linear_algebra as la
from theorems.min2022.notation import half, paper
from verify.author import *

u, v = state("u", 1, 1), state("v", 1, 1)
(y,) = scalars("y")
anywhere = domain(AnyMatrix(u), AnyMatrix(v), Scalar(y, Interval(-oo, oo)))

product, squares = inner(u, v), {u: fro(u) ** 2, v: fro(v) ** 2}
residual = y - product
L_s = define("L_s", half * residual**2, latex=r"\mathcal{L}_s")
d = define("d", squares[u] - squares[v])
flow = {u: residual * v, v: residual * u}
"""The velocities (10)."""
L_s_rate = define("L_s_rate", rate_along(L_s, flow), latex=r"\dot{\mathcal{L}}_s")
rate = define("rate", -L_s_rate / L_s, latex=r"-\dot{\mathcal{L}}_s/\mathcal{L}_s")
unfinished = {"over": anywhere, "given": L_s > 0}
"""Every state at which the loss is positive."""

paper.definition("eq-10.loss", L_s, title="scalar loss", source="section 3.1")
paper.definition("eq-10.imbalance", d, title="scalar imbalance", source="section 3.1")

eq_10 = paper.identity(
    "eq-10", "The velocities are minus the gradient, and the imbalance stands still",
    source="eq. (10)", over=anywhere,
    claim=[
        equal(-gradient(L_s, u), flow[u]),
        equal(-gradient(L_s, v), flow[v]),
        equal(rate_along(d, flow), 2 * inner(u, flow[u]) - 2 * inner(v, flow[v])),
        equal(rate_along(d, flow), 0),
    ],
    proof=Expansion(),
)

eq_11 = paper.identity(
    "eq-11", "The rate is twice the sum of squares", source="eq. (11)", **unfinished,
    claim=[
        equal(rate, (residual**2 * squares[v] + residual**2 * squares[u]) / (residual**2 / 2)),
        equal(rate, 2 * (squares[u] + squares[v])),
    ],
    proof=Closing(),
)

eq_12 = paper.identity(
    "eq-12", "The squares solve quadratic equations in imbalance and product", source="eqs (12a) and (12b)", over=anywhere,
    claim=[equal(squares[u] ** 2, d * squares[u] + product**2), equal(squares[v] ** 2, -d * squares[v] + product**2)],
    proof=Closing(), facts=[la.number_product(a=u, b=v)],
)

root = sqrt(d**2 + 4 * product**2)

eq_13 = paper.identity(
    "eq-13", "The squares from imbalance and product", source="eq. (13)", over=anywhere,
    claim=[equal(squares[u], (d + root) / 2), equal(squares[v], (-d + root) / 2)],
    proof=Closing(), facts=[la.number_product(a=u, b=v)],
)

eq_14 = paper.identity(
    "eq-14", "The rate from imbalance and product", source="eq. (14)", **unfinished,
    claim=[equal(rate, 2 * (squares[u] + squares[v])), equal(2 * (squares[u] + squares[v]), 2 * root)],
    proof=Closing(), facts=[eq_13()],
)

rate_of_loss = paper.identity(
    "eq-14.loss", "The derivative of the loss, which also speaks of the optimum", source="eqs (11) and (14)", over=anywhere,
    claim=equal(L_s_rate, -2 * root * L_s),
    proof=Closing(), facts=[eq_13()],
)

loss_nonnegative = paper.inequality(
    "eq-10.nonnegative", "The loss is not negative", source="section 3.1", over=anywhere, claim=L_s >= 0, proof=Closing(),
)
