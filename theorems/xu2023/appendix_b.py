"""Appendix B, the end of the proof of Lemma 3.1: equations (59) to (67) and (69)."""

from theorems.xu2023.notation import *
from theorems.xu2023.product_update import (
    eq_56,
    eq_57_a,
    eq_57_b,
    eq_58_a,
    eq_58_b,
    eq_58_c,
    g,
    step_condition,
)
from theorems.xu2023.smoothness import lemma_C_2_lower
from verify.author import *

bounded = (
    L
    - eta * tau_min * fro(G) ** 2
    + eta**2 * (sigma_max(W) * fro(G) ** 3 + K / 2 * tau_max**2 * fro(G) ** 2)
    + eta**3 * K * tau_max * sigma_max(W) * fro(G) ** 3
    + eta**4 * K / 2 * sigma_max(W) ** 2 * fro(G) ** 4
)
"""The right side of (63) to (66)."""

eq_59 = paper.step(
    "eq-59", "Every term of (56) bounded by norms and spectra",
    source="eqs (59) to (66)", over=any_step, law=descent,
    claim=following(L) <= bounded,
    proof=Closing(),
    facts=[eq_56(), eq_57_a(), eq_57_b(), eq_58_a(), eq_58_b(), eq_58_c()],
)

eq_67 = paper.identity(
    "eq-67", "The bound as the loss minus a multiple of g",
    source="eq. (67)", over=any_step, law=descent,
    claim=equal(bounded, L - eta * fro(G) ** 2 * g),
    proof=Expansion(),
)

braces = (
    1
    - 2 * eta * mu * tau_min
    + 2 * eta**2 * mu * (sigma_max(W) * fro(G) + K / 2 * tau_max**2)
    + 2 * eta**3 * mu * K * tau_max * sigma_max(W) * fro(G)
    + eta**4 * mu * K * sigma_max(W) ** 2 * fro(G) ** 2
)
"""The braces of (69) and (85)."""

eq_69 = paper.step(
    "eq-69", "One step contracts the loss where g is positive",
    source="eq. (69)", over=any_step, law=descent, given=g > 0,
    claim=following(L) <= braces * L,
    proof=Closing(),
    facts=[eq_59(), lemma_C_2_lower(V=W)],
)

eq_69_rho = paper.identity(
    "eq-69.rho", "The braces are rho",
    source="eq. (69), last line", over=any_step, law=descent,
    claim=equal(braces, rho),
    proof=Expansion(),
)

# Lemma 3.1 assumes (19) with >=, the proof says g > 0: at g = 0 the loss does not grow, but the step from (67) to (69) holds as well.
eq_69_boundary = paper.inequality(
    "eq-69.boundary", "Where g is positive, the condition of Lemma 3.1 holds",
    source="line before eq. (69)", over=any_step, law=descent, given=g > 0,
    claim=chain(step_condition, ">=", 0),
    proof=Closing(),
)
