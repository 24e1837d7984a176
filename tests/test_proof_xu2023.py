"""The proofs of xu2023 that the engine must manage, each with false variants that it must refuse."""

from __future__ import annotations

from typing import Any

import pytest

from verify.language import (
    Rational,
    absolute,
    chain,
    define,
    dimensions,
    equal,
    following,
    fro,
    inner,
    lam,
    lam_max,
    matrix,
    maximum,
    positive_part,
    rank,
    relations,
    scalars,
    sigma_max,
    sigma_min,
    sqrt,
    state,
    sylvester_max,
    sylvester_min,
    symmetric,
)
from verify.language.time import resolve
from verify.proof import Claim, Closing, Fact

n, m, h, N, r = dimensions("n m h N r")
eta, c1, c2 = scalars("eta c_1 c_2")
X, Y = matrix("X", N, n), matrix("Y", N, m)
W1, W2 = state("W_1", n, h), state("W_2", h, m)
W = define("W", W1 * W2)
G = define("G", X.T * (X * W - Y))
L = define("L", fro(Y - X * W) ** 2 / 2)
D = define("D", W1.T * W1 - W2 * W2.T)
tau = define("tau", G * W2.T * W2 + W1 * W1.T * G)
smallest = define("lambda_min(tau_@)", sylvester_min(W2.T * W2, W1 * W1.T))
largest = define("lambda_max(tau_@)", sylvester_max(W2.T * W2, W1 * W1.T))
K, mu = define("K", sigma_max(X) ** 2), define("mu", sigma_min(X) ** 2)
full_rank = (*chain(N, "<=", n), equal(rank(X), N))


def now(expression: Any) -> Any:
    return resolve(expression, update={W1: W1 - eta * G * W2.T, W2: W2 - eta * W1.T * G}, start={})


def claim(given: Any, conclusion: Any) -> Claim:
    return Claim(tuple(map(now, relations(*given))), tuple(map(now, relations(*conclusion))))


def fact(name: str, *conclusions: Any, given: Any = ()) -> Fact:
    return Fact(name, claim(given, conclusions))


# Lemma 3.1

g, s = fro(G), sigma_max(W)
cubic = G * W.T * G
change = following(W) - W
lemma_3_1_facts = {
    "eq-13": fact("eq-13", chain(following(L), "<=", L + inner(G, change) + K / 2 * fro(change) ** 2)),
    "eq-57.a": fact("eq-57.a", chain(inner(G, tau), ">=", smallest * g**2)),
    "eq-57.b": fact("eq-57.b", chain(fro(tau) ** 2, "<=", largest**2 * g**2)),
    "eq-58.a": fact("eq-58.a", chain(absolute(inner(G, cubic)), "<=", g**3 * s)),
    "eq-58.b": fact("eq-58.b", chain(absolute(inner(tau, cubic)), "<=", largest * s * g**3)),
    "eq-58.c": fact("eq-58.c", chain(fro(cubic) ** 2, "<=", s**2 * g**4)),
    "lemma-C.2": fact("lemma-C.2", chain(2 * mu * L, "<=", g**2), given=full_rank),
}
descent = chain(smallest - eta * g * s - K * eta / 2 * (largest + eta * g * s) ** 2, ">=", 0)
quadratic = 1 - 2 * eta * mu * smallest + K * mu * eta**2 * largest**2 + 2 * eta**2 * mu * s * g
rho = quadratic + 2 * eta**3 * mu * K * largest * s * g + eta**4 * mu * K * s**2 * g**2
standing = (*full_rank, *chain(eta, ">", 0))


def lemma_3_1(rate: Any = rho, given: Any = (*standing, *descent), without: str = "") -> Any:
    facts = [f for name, f in lemma_3_1_facts.items() if name != without]
    return Closing().check(claim(given, chain(following(L), "<=", rate * L)), facts)


def test_lemma_3_1() -> None:
    report = lemma_3_1()
    assert report.grade == "exact"
    assert report.facts == tuple(lemma_3_1_facts)


@pytest.mark.parametrize(
    "change",
    [
        {"rate": rho - eta**4 * mu * K * s**2 * g**2 / 2},
        {"rate": quadratic + eta**3 * mu * K * largest * s * g + eta**4 * mu * K * s**2 * g**2},
        {"rate": rho - K * mu * eta**2 * largest**2 + K * mu * eta**2 * largest},
        {"given": standing},
        {"given": (*full_rank, *descent)},
        {"without": "eq-57.a"},
        {"without": "lemma-C.2"},
    ],
)
def test_false_variants_of_lemma_3_1(change: Any) -> None:
    assert lemma_3_1(**change).grade is None


def test_lemma_3_1_needs_the_rank() -> None:
    report = lemma_3_1(given=(*chain(eta, ">", 0), *descent))
    assert report.failure is not None
    assert report.failure.startswith("the fact lemma-C.2 asks for N <= n")


# Lemma C.3

left, right = W2 * G.T * G * W2.T, W1.T * G * G.T * W1


def lemma_c_3(constant: Any = 2, power: int = 2, sign: int = 1, without: str = "", given: Any = full_rank) -> Any:
    facts = [
        now(equal(following(D) - D, eta**2 * (left - sign * right))),
        fact("triangle", chain(fro(left - right), "<=", fro(left) + fro(right))),
        fact("submultiplicative", chain(fro(left), "<=", fro(W2 * G.T) ** 2)),
        fact("submultiplicative", chain(fro(right), "<=", fro(W1.T * G) ** 2)),
        fact("lemma-C.1", chain(fro(W2 * G.T) ** 2, "<=", sigma_max(W2) ** 2 * fro(G.T) ** 2)),
        fact("lemma-C.1", chain(fro(W1.T * G) ** 2, "<=", sigma_max(W1.T) ** 2 * fro(G) ** 2)),
        fact("lemma-C.2", chain(fro(G) ** 2, "<=", 2 * sigma_max(X) ** 2 * L), given=full_rank),
    ]
    bound = constant * eta**2 * sigma_max(X) ** power * (sigma_max(W1) ** 2 + sigma_max(W2) ** 2) * L
    kept = [f for f in facts if not isinstance(f, Fact) or f.name != without]
    return Closing().check(claim(given, chain(fro(following(D) - D), "<=", bound)), kept)


def test_lemma_c_3() -> None:
    report = lemma_c_3()
    assert report.grade == "exact"
    assert report.facts == ("triangle", "submultiplicative", "lemma-C.1", "lemma-C.2")


@pytest.mark.parametrize(
    "change",
    [{"constant": 1}, {"constant": Rational(199, 100)}, {"power": 1}, {"sign": -1}, {"without": "triangle"}, {"without": "lemma-C.2"}],
)
def test_false_variants_of_lemma_c_3(change: Any) -> None:
    assert lemma_c_3(**change).grade is None


# Lemma C.5

A, B, S = matrix("A", r, h), matrix("B", h, m), symmetric("D", h)
top = lam_max(B.T * B)


q = maximum(lam_max(-S), 0)


def lemma_c_5(four: Any = 4, part: Any = q, used: bool = True) -> Any:
    facts = [fact("eq-84", chain(top**2 - sigma_max(A * B) ** 2, "<=", q * top))]
    bound = (part + sqrt(part**2 + four * sigma_max(A * B) ** 2)) / 2
    return Closing().check(claim((equal(A.T * A - B * B.T, S),), chain(top, "<=", bound)), facts if used else [])


def test_lemma_c_5() -> None:
    assert lemma_c_5().grade == "exact"


@pytest.mark.parametrize("change", [{"four": 2}, {"four": Rational(399, 100)}, {"part": lam_max(-S) / 2}, {"used": False}])
def test_false_variants_of_lemma_c_5(change: Any) -> None:
    assert lemma_c_5(**change).grade is None


# Proposition 3.1 and alpha_0 <= beta_0

E = define("E", Y - X * W)
kappa = define("kappa", sigma_max(X) ** 2 / sigma_min(X) ** 2)
p1 = define("p_1", positive_part(sigma_min(Y) - fro(E)) / sigma_max(X))
p2 = define("p_2", (fro(Y) + fro(E)) / sigma_min(X))
l_plus, l_minus = define("lambda_+", positive_part(lam_max(D))), define("lambda_-", positive_part(lam_max(-D)))
d_plus = define("Delta_+", positive_part(lam_max(D)) - positive_part(lam(D, m)))
d_minus = define("Delta_-", positive_part(lam_max(-D)) - positive_part(lam(-D, m)))
d = define("Delta_", positive_part(lam(D, n)) + positive_part(lam(-D, m)))
root_plus, root_minus = sqrt((d_plus + d) ** 2 + 4 * p1**2), sqrt((d_minus + d) ** 2 + 4 * p1**2)
alpha = define("alpha_0", (-d_plus + root_plus) / 2 + (-d_minus + root_minus) / 2)
upper_plus, upper_minus = sqrt(l_plus**2 + 4 * p2**2), sqrt(l_minus**2 + 4 * p2**2)
beta = define("beta_0", (l_plus + upper_plus) / 2 + (l_minus + upper_minus) / 2)
smin = sigma_min(X)
a1 = 2 * c1 * alpha * smin**2
a2 = 2 * sqrt(2 * kappa * L * smin**6) * p2 + kappa * smin**4 * (c2 * beta) ** 2
a3 = 2 * sqrt(2 * kappa**3 * L * smin**10) * c2 * beta * p2
f = define("f", 1 - a1 * eta + a2 * eta**2 + a3 * eta**3 + 2 * kappa**2 * smin**6 * p2**2 * L * eta**4)
positive = fact("full rank", chain(smin, ">", 0), given=full_rank)
ordered = fact("ordered", chain(smin, "<=", sigma_max(X)))
constants = {"alpha": chain(alpha, ">", 0), "c1": chain(0, "<", c1, "<", 1), "c2": chain(c2, ">", 1)}


def proposition_3_1(scale: Any = 1, without: str = "", weaker: Any = ()) -> Any:
    given = [*standing, *(x for name, c in constants.items() if name != without for x in c), *weaker]
    facts = [positive, ordered]
    if without != "alpha <= beta":
        facts.append(fact("alpha <= beta", chain(alpha, "<=", beta)))
    return Closing(keep=("alpha_0", "beta_0")).check(claim(given, chain(f, ">=", 1 - scale / kappa)), facts)


def test_proposition_3_1() -> None:
    assert proposition_3_1().grade == "exact"


@pytest.mark.parametrize(
    "change", [{"scale": Rational(1, 2)}, {"without": "alpha <= beta"}, {"without": "c1", "weaker": chain(c1, ">", 0)}, {"without": "c2"}]
)
def test_false_variants_of_proposition_3_1(change: Any) -> None:
    assert proposition_3_1(**change).grade is None


names = (p1, p2, d_plus, d_minus, d, l_plus, l_minus)
low, high = sqrt(d**2 + 4 * p1**2), sqrt(d**2 + 4 * p2**2)
joint = sqrt((l_plus + l_minus) ** 2 + 16 * p2**2)
spectral = {
    "ordered.n": chain(lam(D, n), "<=", lam_max(D)),
    "ordered.m": chain(lam(D, m), "<=", lam_max(D)),
    "ordered.-m": chain(lam(-D, m), "<=", lam_max(-D)),
    "Y": chain(sigma_min(Y), "<=", fro(Y)),
}
cuts = [
    *chain(0, "<=", p1, "<=", p2),
    *chain(0, "<=", d_plus),
    *chain(0, "<=", d_minus),
    *chain(0, "<=", l_plus),
    *chain(0, "<=", l_minus),
    *chain(0, "<=", d, "<=", l_plus + l_minus),
    *chain(root_plus, "<=", d_plus + low),
    *chain(root_minus, "<=", d_minus + low),
    *chain(low, "<=", high),
    *chain(joint, "<=", upper_plus + upper_minus),
    *chain(2 * high, "<=", l_plus + l_minus + joint),
]


def alpha_below_beta(without: str = "", factor: Any = 1) -> Any:
    facts = [positive, ordered, *(fact(name, c) for name, c in spectral.items() if name != without)]
    definitions = [equal(name, name.definition) for name in names]
    proof = Closing(keep=tuple(name.name for name in names), seconds=5.0, search=1.0)
    return proof.check(claim(standing, chain(factor * alpha, "<=", beta)), [*facts, *definitions, *cuts])


def test_alpha_is_below_beta() -> None:
    assert alpha_below_beta().proved


@pytest.mark.parametrize("without", ["Y", "ordered.n"])
def test_alpha_below_beta_needs_its_facts(without: str) -> None:
    assert alpha_below_beta(without).grade is None
