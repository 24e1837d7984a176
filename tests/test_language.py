"""The language: how every node prints, what is refused, and what names and times stand for."""

from __future__ import annotations

from typing import Any

import pytest

from theorems.xu2023 import paper as xu_paper
from verify.author import (
    Lambda,
    absolute,
    block,
    ceiling,
    chain,
    column,
    column_norms,
    define,
    det,
    dimensions,
    elementwise,
    entry,
    entry_sum,
    equal,
    following,
    fro,
    hadamard,
    identity,
    in_latex,
    in_text,
    initial,
    inner,
    lam,
    lam_max,
    lam_min,
    leaky_relu,
    leaky_relu_slope,
    matrix,
    maximum,
    minimum,
    names_in,
    nuclear,
    pinv,
    positive_part,
    positive_root,
    product_along,
    proj,
    rank,
    relations,
    relu,
    relu_slope,
    row,
    scalars,
    sigma,
    sigma_max,
    sigma_min,
    spec,
    sqrt,
    state,
    sum_along,
    sylvester_max,
    sylvester_min,
    symmetric,
    time,
    trace,
    unfold,
    unit,
    unvec,
    vec,
    zeros,
)
from verify.errors import StatementError
from verify.language.time import at_start, depends_on_time, resolve

n, m = dimensions("n m")
a, z = scalars("a z")
A, B, S, W = matrix("A", n, m), matrix("B", n, m), symmetric("S", n), state("W", n, m)
q = define("q", fro(W))
f = define("f", fro(W) * a, of=(a,))

PRINTED = [
    (fro(A), "fro(A)", r"\left\|A\right\|_F"),
    (spec(A), "spec(A)", r"\left\|A\right\|_2"),
    (nuclear(A), "nuclear(A)", r"\left\|A\right\|_*"),
    (sigma_max(A), "sigma_max(A)", r"\sigma_{\max}\!\left(A\right)"),
    (sigma_min(A), "sigma_min(A)", r"\sigma_{\min}\!\left(A\right)"),
    (rank(A), "rank(A)", r"\operatorname{rank}\!\left(A\right)"),
    (lam_max(S), "lam_max(S)", r"\lambda_{\max}\!\left(S\right)"),
    (lam_min(S), "lam_min(S)", r"\lambda_{\min}\!\left(S\right)"),
    (trace(S), "trace(S)", r"\operatorname{tr}\!\left(S\right)"),
    (det(S), "det(S)", r"\det\!\left(S\right)"),
    (sigma(A, 2), "sigma(A, 2)", r"\sigma_{2}\!\left(A\right)"),
    (lam(S, n), "lam(S, n)", r"\lambda_{n}\!\left(S\right)"),
    (inner(A, B), "inner(A, B)", r"\left\langle A,\, B\right\rangle"),
    (entry(A, 1, 2), "entry(A, 1, 2)", r"\left[A\right]_{1,2}"),
    (sylvester_max(S, S), "sylvester_max(S, S)", r"\lambda_{\max}\!\left(M\mapsto M\,S+S\,M\right)"),
    (sylvester_min(S, S), "sylvester_min(S, S)", r"\lambda_{\min}\!\left(M\mapsto M\,S+S\,M\right)"),
    (minimum(a, 1), "minimum(a, 1)", r"\min\left\{a, 1\right\}"),
    (maximum(a, 0), "maximum(a, 0)", r"\max\left\{a, 0\right\}"),
    (positive_part(a), "positive_part(a)", r"\left[a\right]_{+}"),
    (absolute(a), "absolute(a)", r"\left|a\right|"),
    (ceiling(a), "ceiling(a)", r"\left\lceil a\right\rceil"),
    (sqrt(a), "sqrt(a)", r"\sqrt{a}"),
    (positive_root(z**2 + a * z - 3, z), "positive_root(a*x + x**2 == 3)", r"\operatorname{root}_{x>0}\!\left\{a x + x^{2} = 3\right\}"),
    (positive_root(2 * z**3 - a, z), "positive_root(2*x**3 == a)", r"\operatorname{root}_{x>0}\!\left\{2 x^{3} = a\right\}"),
    (proj(A), "proj(A)", r"\mathcal{P}_{A}"),
    (pinv(A), "pinv(A)", r"{A}^{\dagger}"),
    (pinv(A).T, "pinv(A).T", r"\left({A}^{\dagger}\right)^{T}"),
    (column_norms(A), "column_norms(A)", r"\operatorname{colnorms}\!\left(A\right)"),
    (
        elementwise(Lambda(z, maximum(z, 0)), A),
        "elementwise(z -> maximum(z, 0), A)",
        r"\left(z\mapsto \max\left\{z, 0\right\}\right)\!\left[A\right]",
    ),
    (hadamard(A, B), "HadamardProduct(A, B)", r"A \circ B"),
    (relu(A), "relu(A)", r"\phi\!\left(A\right)"),
    (leaky_relu(A, a), "leaky_relu(A, a)", r"\phi_{a}\!\left(A\right)"),
    (relu_slope(A), "relu_slope(A)", r"\phi'\!\left(A\right)"),
    (leaky_relu_slope(A, a), "leaky_relu_slope(A, a)", r"\phi_{a}'\!\left(A\right)"),
    (entry_sum(A), "entry_sum(A)", r"\operatorname{sum}\!\left(A\right)"),
    (unit(n, 2), "e_2", "e_{2}"),
    (row(A, 1), "e_1.T*A", r"\left(e_{1}\right)^{T} A"),
    (column(A, m), "A*e_m", "A e_{m}"),
    (vec(A), "vec(A)", r"\operatorname{vec}\!\left(A\right)"),
    (unvec(vec(A), n, m), "unvec(vec(A))", r"\operatorname{vec}^{-1}\!\left(\operatorname{vec}\!\left(A\right)\right)"),
    (block([[A, B]]), "Matrix([[A, B]])", r"\left[\begin{matrix}A & B\end{matrix}\right]"),
    (identity(n), "I", r"\mathbb{I}"),
    (zeros(n, m), "0", "0"),
    (W, "W(t)", "W(t)"),
    (initial(W), "W(0)", "W(0)"),
    (following(W), "W(t+1)", "W(t+1)"),
    (initial(fro(W)), "initial(fro(W(t)))", r"\left.\left\|W(t)\right\|_F\right|_{t=0}"),
    (q, "q(t)", "q(t)"),
    (initial(q), "q(0)", "q(0)"),
    (f, "f(a, t)", "f(a, t)"),
    (following(f), "f(a, t+1)", "f(a, t+1)"),
    (define("alpha_@", fro(W)), "alpha_t", r"\alpha_{t}"),
    (initial(define("alpha_@", fro(W))), "alpha_0", r"\alpha_{0}"),
    (define("rho", fro(A), latex=r"\hat\rho"), "rho", r"\hat\rho"),
    (product_along(f, 0, time - 1), "product_along(f(a, k), k=0..t - 1)", r"\prod_{k=0}^{t - 1} f(a, k)"),
    (sum_along(a, 0, time), "sum_along(a, k=0..t)", r"\sum_{k=0}^{t} a"),
    (fro(A) ** 2, "fro(A)**2", r"\left\|A\right\|_F^{2}"),
    (positive_part(a) ** 2, "positive_part(a)**2", r"\left[a\right]_{+}^{2}"),
    (sigma(A, 2) ** 2, "sigma(A, 2)**2", r"\sigma_{2}\!\left(A\right)^{2}"),
]


@pytest.mark.parametrize(("node", "text", "latex"), PRINTED, ids=[text for _, text, _ in PRINTED])
def test_every_node_prints_in_text_and_latex(node: Any, text: str, latex: str) -> None:
    assert in_text(node) == text
    assert in_latex(node) == latex


@pytest.mark.parametrize(
    ("label", "text", "latex"),
    [
        (
            "lemma-C.3",
            "fro(D(t+1) - D(t)) <= 2*eta**2*(sigma_max(W_1(t))**2 + sigma_max(W_2(t))**2)*sigma_max(X)**2*L(t)",
            r"\left\|D(t+1) - D(t)\right\|_F \leq 2 \eta^{2} "
            r"\left(\sigma_{\max}\!\left(W_{1}(t)\right)^{2} + \sigma_{\max}\!\left(W_{2}(t)\right)^{2}\right) "
            r"\sigma_{\max}\!\left(X\right)^{2} L(t)",
        ),
        ("lemma-3.1", "L(t+1) <= L(t)*rho(eta, t)", r"L(t+1) \leq L(t) \rho(\eta, t)"),
        (
            "eq-16",
            "l(t+1) <= (1 - 2*eta*mu + eta**2*K*mu)*l(t)",
            r"\ell(t+1) \leq \left(1 - 2 \eta \mu + \eta^{2} K \mu\right) \ell(t)",
        ),
        ("theorem-3.2.linear", "L(t) <= product_along(f(eta, k), k=0..t)*L(0)", r"L(t) \leq \prod_{k=0}^{t} f(\eta, k) L(0)"),
        ("prop-3.1", "f(eta, t) >= 1 - 1/kappa", r"f(\eta, t) \geq 1 - \frac{1}{\kappa}"),
    ],
)
def test_statements_of_the_paper_print_as_in_the_paper(label: str, text: str, latex: str) -> None:
    relation = xu_paper.statements[f"xu2023.{label}"].claim[0]
    assert in_text(relation) == text
    assert in_latex(relation) == latex


def test_no_statement_prints_two_superscripts_in_a_row() -> None:
    for statement in xu_paper.statements.values():
        for relation in (*statement.given, *statement.claim):
            text = in_latex(relation)
            assert text.count("{") == text.count("}")
            assert "}^{T}^{" not in text
            assert "^{+}^{" not in text


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: trace(A), "trace expects a square matrix, but A is n x m"),
        (lambda: lam(A, 1), "lam expects a square matrix"),
        (lambda: lam_max(A * B.T * A), "lam_max expects a square matrix"),
        (lambda: sylvester_min(S, A), "sylvester_min expects a square matrix"),
        (lambda: fro(a), "fro expects a matrix, but got a"),
        (lambda: sqrt(A), "sqrt expects a number, but got A"),
        (lambda: maximum(a, A), "maximum expects a number, but got A"),
        (lambda: minimum(), "minimum expects at least one number"),
        (lambda: inner(A, B.T), r"inner expects equal shapes, but A is \(n, m\) and B.T is \(m, n\)"),
        (lambda: proj(a), "proj expects a matrix"),
        (lambda: elementwise(fro, A), "elementwise expects a Lambda of one variable"),
        (lambda: relu(a), "relu expects a matrix, but got a"),
        (lambda: unvec(A, n, m), r"unvec expects a column of m\*n entries, but A is n x m"),
        (lambda: positive_root(a, z), "positive_root expects a polynomial of degree at least 1"),
        (lambda: positive_root(sqrt(z) - 1, z), "is no multiple of a power of z"),
        (lambda: define("q", 2), r"define\('q', ...\) expects an expression, but got 2"),
        (lambda: initial("W"), r"initial\(...\) expects a quantity, but got 'W'"),
        (lambda: chain(a, "<="), "chain expects sides and signs in turn"),
        (lambda: chain(a, "=<", z), "'=<' is no sign of a relation; the signs are <=, <, >=, >, ==, !="),
        (lambda: chain(A, "<=", B), "does not compare two numbers or equate two matrices"),
        (lambda: equal(A, a), "does not compare two numbers or equate two matrices"),
        (lambda: equal(A, B.T), r"A is \(n, m\) and B.T is \(m, n\): they cannot be equal"),
        (lambda: relations(n >= 0), r"collapsed to True before it could be tested; write it with chain\(left, '<=', right\)"),
        (lambda: relations(fro(A)), r"fro\(A\) is no relation"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(build: Any, message: str) -> None:
    with pytest.raises(StatementError, match=message):
        build()


def test_relations_that_sympy_could_decide_stay_relations() -> None:
    (relation,) = relations(fro(A) >= 0)
    assert in_text(relation) == "fro(A) >= 0"
    assert [in_text(r) for r in relations([chain(0, "<=", a, "<", 1)], equal(A, B))] == ["0 <= a", "a < 1", "A == B"]
    assert in_text(chain(n, ">", 0)[0]) == "n > 0"
    assert in_text(equal(fro(A), fro(A))) == "fro(A) == fro(A)"


def test_symmetric_matrices_and_projections_are_their_transposes() -> None:
    assert S.T == S
    assert proj(A) == proj(A).T
    assert pinv(A).shape == (m, n)
    assert proj(A).shape == (n, n)
    assert column_norms(A).shape == (1, m)


def test_names_unfold_to_any_depth() -> None:
    inside = define("inside", fro(A) + 1)
    outside = define("outside", inside**2)
    assert unfold(outside * 2) == 2 * (fro(A) + 1) ** 2
    assert unfold(outside * 2, keep=frozenset({"inside"})) == 2 * inside**2
    assert unfold(outside * 2, keep=frozenset({"outside"})) == 2 * outside
    assert list(names_in(outside * 2)) == ["outside", "inside"]
    assert unfold(define("D", W.T * W)) == W.T * W


def test_times_resolve_to_states() -> None:
    start = {W: at_start(W)}
    update = {W: 2 * W}
    assert resolve(fro(following(W)), update=update, start=start) == fro(2 * W)
    assert resolve(initial(fro(W)) + fro(W), update=update, start=start) == fro(at_start(W)) + fro(W)
    assert resolve(following(following(fro(W))), update=update, start=start).args[0].doit() == 4 * W
    assert resolve(following(initial(q)), update=update, start=start) == resolve(initial(q), start=start)
    assert resolve(following(q), update=update, start=start).definition == fro(2 * W)
    assert in_text(resolve(following(q) - initial(q), update=update, start=start)) == f"{q.name}(t+1) - {q.name}(0)"
    with pytest.raises(StatementError, match="has no meaning here: the statement names no dynamics"):
        resolve(following(W), start=start)


def test_only_what_moves_depends_on_time() -> None:
    assert depends_on_time(fro(W))
    assert depends_on_time(q)
    assert not depends_on_time(initial(q))
    assert not depends_on_time(fro(A))
    assert depends_on_time(following(q))


def test_a_node_with_a_number_changes_nothing_about_derivatives() -> None:
    assert (fro(A) * a**2).diff(a) == 2 * a * fro(A)
    assert f.definition.diff(a) == fro(W)
    assert sqrt(a).diff(z) == 0


def test_names_that_are_words_are_upright_and_others_are_not():
    ratio, rate_max, rate_early, x = scalars("ratio rate_max rate_early x")
    assert in_latex(ratio + x <= rate_max) == r"\mathrm{ratio} + x \leq \mathrm{rate}_{\max}"
    smallest = sigma_min(matrix("A", *dimensions("n m")))
    assert in_latex(rate_early <= smallest) == r"\mathrm{rate}_{\mathrm{early}} \leq \sigma_{\min}\!\left(A\right)"


def test_a_base_with_a_superscript_is_bracketed():
    best, x = define("eta*", scalars("x")[0] + 1, latex=r"\eta^{*}"), scalars("x")[0]
    assert in_latex(best**2 * x <= best) == r"x \left(\eta^{*}\right)^{2} \leq \eta^{*}"
    assert in_latex(sigma_min(matrix("A", *dimensions("n m"))) ** 2 <= x) == r"\sigma_{\min}\!\left(A\right)^{2} \leq x"
