"""Stacked matrices, of which one product is of the size of both and the other one of the sum, and products of residual layers."""

from theorems.linear_algebra.notation import *
from verify.author import *

upper, lower = matrix("A", n, m), matrix("B", k, m)
upper_other, lower_other = matrix("C", n, m), matrix("D", k, m)
stacked, stacked_other = block([[upper], [lower]]), block([[upper_other], [lower_other]])
stacks = sizes.extended(AnyMatrix(upper), AnyMatrix(lower))

stack_gram = paper.fact(
    "stack-gram", "The norm of a stack times its transpose", over=stacks, kind="identity",
    claim=equal(fro(stacked * stacked.T) ** 2, fro(upper.T * upper + lower.T * lower) ** 2),
)

turn = matrix("Q", m, m)
of_differences = block([[upper - upper_other * turn], [lower - lower_other * turn]])
difference_of_stacks = stacked - stacked_other * turn

stack_linear = paper.fact(
    "stack-linear", "A stack of differences is the difference of the stacks", kind="identity",
    over=stacks.extended(AnyMatrix(upper_other), AnyMatrix(lower_other), AnyMatrix(turn)),
    claim=equal(fro(of_differences * of_differences.T) ** 2, fro(difference_of_stacks * difference_of_stacks.T) ** 2),
)

stack_difference = paper.fact(
    "stack-difference", "The norm of the difference of two stacks, each times its transpose",
    over=stacks.extended(AnyMatrix(upper_other), AnyMatrix(lower_other)), kind="identity",
    claim=equal(
        fro(stacked * stacked.T - stacked_other * stacked_other.T) ** 2,
        fro(upper.T * upper + lower.T * lower) ** 2
        - 2 * fro(upper.T * upper_other + lower.T * lower_other) ** 2
        + fro(upper_other.T * upper_other + lower_other.T * lower_other) ** 2,
    ),
)

depth, order, index = dimensions("L m l")
W = layers("W", depth, order)
residual_layers = domain(
    Dimension(depth, 1, 20), Dimension(order, 1, 4), Dimension(index, 1, 20), index <= depth, InBall(W, 1 / (2 * depth))
)
later, earlier = layer_product(W, index + 1, depth, shift=True), layer_product(W, 1, index - 1, shift=True)

residual_smallest = paper.fact(
    "residual-smallest", "The layers around one of them shrink by at most (1 - 0.5/L)^(L - 1) together", over=residual_layers,
    claim=(1 - 1 / (2 * depth)) ** (2 * depth - 2) <= sigma_min(later) ** 2 * sigma_min(earlier) ** 2,
)

residual_largest = paper.fact(
    "residual-largest", "The layers around one of them stretch by at most (1 + 0.5/L)^(L - 1) together", over=residual_layers,
    claim=sigma_max(later) ** 2 * sigma_max(earlier) ** 2 <= (1 + 1 / (2 * depth)) ** (2 * depth - 2),
)
