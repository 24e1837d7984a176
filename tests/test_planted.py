"""Planted false, vacuous, tight and complicated statements: the ladder must tell them from the true ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from theorems.xu2023 import convergence, imbalance, product_update, smoothness, step_size
from theorems.xu2023 import notation as xu
from verify.author import (
    Closing,
    Statement,
    absolute,
    chain,
    equal,
    following,
    fro,
    initial,
    inner,
    lam,
    lam_max,
    maximum,
    minimum,
    product_along,
    relations,
    sigma,
    sigma_max,
    sigma_min,
    spec,
    sqrt,
    time,
    trace,
)
from verify.effort import EFFORTS
from verify.ladder import examine, prove

QUICK = EFFORTS["quick"]


def planted(statement: Statement, mistake: str, **changes: Any) -> Statement:
    """The statement with parts changed; its proof and facts stay unless they are changed too."""
    for name in ("claim", "given"):
        if name in changes:
            changes[name] = relations(changes[name])
    return replace(statement, key=f"{statement.key}.planted.{mistake}", **changes)


n, m = xu.n, xu.m
W, W_1, W_2, X, Y, G, D, L, K = xu.W, xu.W_1, xu.W_2, xu.X, xu.Y, xu.G, xu.D, xu.L, xu.K
eta, mu, kappa, f, c_1, c_2, p_1, p_2 = xu.eta, xu.mu, xu.kappa, xu.f, xu.c_1, xu.c_2, xu.p_1, xu.p_2
alpha_0, beta_0, tau, tau_min, tau_max, rho = xu.alpha_0, xu.beta_0, xu.tau, xu.tau_min, xu.tau_max, xu.rho


def smoothness_planted() -> list[Statement]:
    A, B = smoothness.A, smoothness.B
    V, V_next = smoothness.V, smoothness.V_next
    convex_loss, grad_l = smoothness.l, smoothness.grad_l
    loss, gradient = xu.loss, xu.loss_gradient
    return [
        planted(
            smoothness.lemma_C_1_lower_left_corrected, "hypothesis-reversed",
            over=smoothness.factors.extended(n <= m),
        ),
        planted(
            smoothness.lemma_C_1_upper_left, "smallest-for-largest",
            claim=fro(A * B) ** 2 <= sigma_min(A) ** 2 * fro(B) ** 2,
        ),
        planted(smoothness.lemma_C_1_upper_right, "square-dropped", claim=fro(A * B) ** 2 <= sigma_max(B) * fro(A) ** 2),
        planted(
            smoothness.lemma_C_2_lower, "largest-for-smallest",
            claim=2 * sigma_max(X) ** 2 * loss(V) <= fro(gradient(V)) ** 2,
        ),
        planted(smoothness.lemma_C_2_upper, "constant", claim=fro(gradient(V)) ** 2 <= sigma_max(X) ** 2 * loss(V)),
        planted(
            smoothness.eq_13, "constant",
            claim=loss(V_next) <= loss(V) + inner(gradient(V), V_next - V) + K / 4 * fro(V_next - V) ** 2,
        ),
        planted(smoothness.eq_15, "constant", claim=following(convex_loss) <= convex_loss - eta * (1 - K * eta / 4) * fro(grad_l) ** 2),
        planted(smoothness.eq_16, "hypothesis-dropped", given=()),
        planted(smoothness.eq_16, "term-dropped", claim=following(convex_loss) <= (1 - 2 * eta * mu) * convex_loss),
        planted(
            smoothness.eq_16, "largest-for-smallest",
            claim=following(convex_loss) <= (1 - 2 * eta * K + K * mu * eta**2) * convex_loss,
        ),
    ]  # fmt: skip


def imbalance_planted() -> list[Statement]:
    A, B, D_AB = imbalance.A, imbalance.B, imbalance.D_AB
    above, below = imbalance.lambda_bar, imbalance.lambda_underlined

    def smallest(above: Any, below: Any, product: Any, sign: int = -1) -> Any:
        return lam(B.T * B, m) >= (sign * above + below + sqrt((above + below) ** 2 + 4 * product**2)) / 2

    def largest(below: Any, power: int = 2) -> Any:
        return lam_max(B.T * B) <= (below + sqrt(below**2 + 4 * sigma_max(A * B) ** power)) / 2

    return [
        planted(
            imbalance.eq_77, "sign",
            claim=equal(following(D), D + eta**2 * (W_2 * G.T * G * W_2.T + W_1.T * G * G.T * W_1)),
        ),
        planted(
            imbalance.lemma_C_3, "constant",
            claim=fro(following(D) - D) <= eta**2 * sigma_max(X) ** 2 * (sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2) * L,
        ),
        planted(
            imbalance.lemma_C_3, "power",
            claim=fro(following(D) - D) <= 2 * eta**3 * sigma_max(X) ** 2 * (sigma_max(W_1) ** 2 + sigma_max(W_2) ** 2) * L,
        ),
        planted(
            imbalance.lemma_C_3, "minimum-for-sum",
            claim=fro(following(D) - D)
            <= 4 * eta**2 * sigma_max(X) ** 2 * minimum(sigma_max(W_1) ** 2, sigma_max(W_2) ** 2) * L,
        ),
        planted(imbalance.lemma_C_4, "sign", claim=smallest(above, below, sigma(A * B, m), +1)),
        planted(imbalance.lemma_C_4, "index-of-product", claim=smallest(above, below, sigma(A * B, 1))),
        planted(imbalance.lemma_C_4, "index-of-imbalance", claim=smallest(above, maximum(lam(-D_AB, 1), 0), sigma(A * B, m))),
        planted(imbalance.lemma_C_5, "minimum-for-maximum", claim=largest(minimum(lam_max(-D_AB), 0))),
        planted(imbalance.lemma_C_5, "sign-of-imbalance", claim=largest(maximum(lam_max(D_AB), 0))),
        planted(imbalance.lemma_C_5, "square-dropped", claim=largest(maximum(lam_max(-D_AB), 0), power=1)),
    ]  # fmt: skip


def product_planted() -> list[Statement]:
    u = product_update
    return [
        planted(u.eq_18, "power", claim=equal(following(W), W - eta * tau(G) + eta * G * W.T * G)),
        planted(u.eq_18, "sign", claim=equal(following(W), W + eta * tau(G) + eta**2 * G * W.T * G)),
        planted(
            u.eq_56, "sign",
            claim=following(L)
            <= L
            - eta * inner(G, tau(G))
            + eta**2 * (inner(G, G * W.T * G) + K / 2 * fro(tau(G)) ** 2)
            + eta**3 * K * inner(tau(G), G * W.T * G)
            + K / 2 * eta**4 * fro(G * W.T * G) ** 2,
        ),
        planted(u.eq_57_a, "largest-for-smallest", claim=inner(G, tau(G)) >= tau_max * fro(G) ** 2),
        planted(u.eq_57_b, "square-dropped", claim=fro(tau(G)) ** 2 <= tau_max * fro(G) ** 2),
        planted(u.eq_57_b, "smallest-for-largest", claim=fro(tau(G)) ** 2 <= tau_max * tau_min * fro(G) ** 2),
        planted(u.eq_58_a, "power", claim=absolute(inner(G, G * W.T * G)) <= fro(G) ** 2 * sigma_max(W)),
        planted(
            u.eq_58_b, "smallest-for-largest",
            claim=absolute(inner(tau(G), G * W.T * G)) <= tau_max * sigma_min(W) * fro(G) ** 3,
        ),
        planted(u.eq_58_c, "constant", claim=fro(G * W.T * G) ** 2 <= sigma_max(W) ** 2 * fro(G) ** 4 / 2),
        planted(u.lemma_3_1, "hypothesis-dropped", over=xu.any_step, given=()),
        planted(u.lemma_3_1, "first-square-dropped", claim=following(L) <= (rho - K * mu * eta**2 * tau_max**2) * L),
        planted(u.lemma_3_1, "second-square-dropped", claim=following(L) <= (rho - 2 * eta**2 * mu * sigma_max(W) * fro(G)) * L),
        planted(u.lemma_3_1, "largest-for-smallest", claim=following(L) <= (rho - 2 * eta * mu * (tau_max - tau_min)) * L),
    ]  # fmt: skip


def rates_planted() -> list[Statement]:
    s, c = step_size, convergence
    alpha, rate = c.alpha_0_corrected, c.f_corrected
    return [
        planted(s.levels, "summand-dropped", claim=chain(0, "<=", xu.Delta, "<=", xu.lambda_plus)),
        planted(s.margins, "sign", claim=chain(0, "<=", p_1, "<=", (fro(Y) - fro(xu.E_0)) / sigma_min(X))),
        planted(s.fact_alpha_le_beta, "constant", claim=2 * alpha_0 <= beta_0),
        planted(s.proposition_3_1, "constant", claim=f >= 1 - 1 / (2 * kappa)),
        planted(s.proposition_3_1, "condition-dropped", claim=f >= 1 - 1 / kappa / 1000),
        planted(c.theorem_3_1_tau_corrected, "constant", claim=2 * c_1 * alpha <= tau_min),
        planted(c.theorem_3_1_tau_corrected, "half", claim=2 * tau_max <= c_2 * beta_0),
        planted(c.theorem_3_1_product_corrected, "sign", claim=sigma_max(W) <= (fro(Y) - fro(xu.E_0)) / sigma_min(X)),
        planted(
            c.theorem_3_2_step_corrected, "constant",
            claim=following(L) <= (rate - 2 * c_1 * alpha * sigma_min(X) ** 2 * eta) * L,
        ),
        planted(c.theorem_3_2_linear_corrected, "index", claim=product_along(rate, 0, time) * initial(L) >= L),
        planted(c.theorem_3_2_linear_corrected, "square", claim=initial(rate) ** (2 * time) * initial(L) >= L),
        planted(
            c.theorem_C_1_A_3_corrected, "power",
            claim=fro(D - initial(D)) <= 2 * c_2 * beta_0 * sigma_max(X) ** 2 * initial(L) * eta**3 / (1 - initial(rate)),
        ),
    ]  # fmt: skip


FALSE = [*smoothness_planted(), *imbalance_planted(), *product_planted(), *rates_planted()]

SEEDS = (0, 1, 2)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s.label)
def test_a_planted_mistake_is_refuted(statement: Statement, seed: int) -> None:
    # A proof draws nothing, so it is tried once, in the next test.
    report = examine(replace(statement, proof=None, facts=()), QUICK, seed)
    assert statement.wrong is None, "a mistake is planted in a statement that is true without it"
    assert report.verdict == "refuted"
    assert report.counterexample is not None


@pytest.mark.parametrize("statement", FALSE, ids=lambda s: s.label)
def test_no_proof_of_a_planted_mistake_goes_through(statement: Statement) -> None:
    proof = statement.proof or Closing()
    report = prove(replace(statement, proof=replace(proof, seconds=5.0, search=5.0) if isinstance(proof, Closing) else proof))
    assert not report.proved
    assert report.failure


def test_the_ladder_climbs_past_a_proof_that_fails() -> None:
    report = examine(next(s for s in FALSE if s.label.startswith("lemma-C.2.lower")), QUICK)
    assert report.verdict == "refuted"
    assert report.grade is None


VACUOUS = [
    planted(smoothness.lemma_C_2_lower, "impossible", given=fro(smoothness.V) < -1),
    planted(smoothness.eq_16, "contradictory", given=[eta < 2 / K, eta > 3 / K]),
    planted(product_update.eq_57_a, "impossible-order", given=tau_min > tau_max + 1),
    planted(step_size.proposition_3_1, "impossible-bounds", given=[alpha_0 > 0, alpha_0 > 2 * beta_0]),
]


@pytest.mark.parametrize("statement", VACUOUS, ids=lambda s: s.label)
def test_contradictory_hypotheses_make_a_statement_vacuous_even_with_a_proof(statement: Statement) -> None:
    report = examine(statement, QUICK)
    assert report.verdict == "vacuous"
    assert report.draws is not None
    assert report.draws.drawn > 0
    assert report.draws.accepted == 0


A, B = smoothness.A, smoothness.B
TIGHT = [
    planted(smoothness.lemma_C_1_upper_left, "rational-equality", claim=fro(A) ** 2 <= trace(A.T * A)),
    planted(smoothness.lemma_C_1_upper_left, "norm", claim=sigma_max(A) <= spec(A.T)),
    planted(smoothness.lemma_C_1_upper_left, "trace-of-the-gram-matrix", claim=fro(A * B) <= sqrt(trace(A * B * B.T * A.T))),
    planted(imbalance.eq_77, "inequality", claim=fro(following(D) - D) <= eta**2 * fro(W_2 * G.T * G * W_2.T - W_1.T * G * G.T * W_1)),
    planted(convergence.theorem_3_2_rate, "along-a-run", claim=spec(following(W)) <= sigma_max(following(W_1) * following(W_2))),
]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("statement", TIGHT, ids=lambda s: s.label)
def test_a_tight_inequality_is_never_refuted(statement: Statement, seed: int) -> None:
    report = examine(replace(statement, proof=None, facts=()), QUICK, seed)
    assert report.verdict in ("supported", "undecided")
    assert report.draws is not None
    assert report.draws.ties + report.draws.decided > 0


V, E_t = smoothness.V, Y - X * W_1 * W_2
COMPLICATED = [
    (
        smoothness.lemma_C_1_lower_left,
        (sigma(A.T, minimum(n, m)) ** 2 * trace(B.T * B) <= trace((B.T * A.T) * (A * B))),
    ),
    (
        smoothness.lemma_C_2_upper,
        (trace((X * V - Y).T * X * (X.T * (X * V - Y))) - sigma_max(-X) ** 2 * fro((Y - X * V).T) ** 2 <= 0),
    ),
    (
        product_update.eq_18,
        (
            equal(
                following(W_1 * W_2) - W_1 * W_2,
                eta**2 * (-G) * (W_2.T * W_1.T) * (-G) - eta * W_1 * (W_1.T * X.T) * (-E_t) - eta * (X.T * (-E_t) * W_2.T) * W_2,
            )
        ),
    ),
    (
        imbalance.lemma_C_3,
        (
            fro(D - following(D)) / 2
            <= eta**2 * sigma_max(X) * sigma_max(-X) * (sigma_max(-W_1) ** 2 + sigma_max(2 * W_2) ** 2 / 4) * fro(E_t) ** 2 / 2
        ),
    ),
]


@pytest.mark.parametrize(("statement", "claim"), COMPLICATED, ids=[s.label for s, _ in COMPLICATED])
def test_a_needlessly_complicated_restatement_gets_the_same_verdict(statement: Statement, claim: Any) -> None:
    plain, complicated = examine(statement, QUICK), examine(planted(statement, "complicated", claim=claim), QUICK)
    assert complicated.verdict == plain.verdict == statement.expected
