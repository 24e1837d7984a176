"""Every line of the catalogue of zou2020 has a key: a statement or a definition, whole or in parts."""

from __future__ import annotations

import pytest

from theorems.zou2020 import paper

LINES = """
def-notation def-model def-sample-loss def-loss def-Lstar def-kappa alg-1-GD alg-1-SGD claim-expressive claim-zero-init-balanced
claim-whitened thm-3.1 rem-3.2 prop-3.3 cor-3.4 rem-3.5 thm-3.6 fn-3 cor-3.7 cmp-sgd-gd thm-3.8 cor-3.9 eq-4.1 sec4-id-def
sec4-id-sv sec4-id-loss sec4-id-orth sec4-id-chain sec4-id-noguarantee sec4-id-scale sec4-mod-def sec4-mod-props sec4-mod-cond
sec4-mod-sgd lemma-A.1-lb lemma-A.1-ub lemma-A.1-sample lemma-A.1-sgd lemma-A.2 pf-3.1-cond pf-3.1-hyp-i pf-3.1-hyp-ii
pf-3.1-i-1 pf-3.1-i-2 pf-3.1-i-3 pf-3.1-i-4 pf-3.1-i-5 pf-3.1-i-6 pf-3.1-ii-1 pf-3.1-eta pf-3.1-ii-2 pf-3.1-ii-3 eq-A.1
pf-3.3-width pf-3.3-vershynin pf-3.3-t pf-3.3-homog pf-3.3-0.9 eq-A.2 pf-3.3-chi2-dist pf-3.3-chi2-tail pf-3.3-A-norm pf-3.3-BAx
pf-3.3-BAX pf-3.3-final eq-A.3 pf-3.4-theta pf-3.4-frob pf-3.4-width pf-3.4-T1 pf-3.4-T2 pf-3.4-T3 pf-3.6-constants pf-3.6-event
pf-3.6-hyp-i pf-3.6-hyp-ii pf-3.6-hyp-iii pf-3.6-i-0 pf-3.6-i-1 pf-3.6-i-2 eq-A.4 eq-A.5 eq-A.6 pf-3.6-lam eq-A.7 eq-A.8
eq-A.9 pf-3.6-meansample pf-3.6-combined eq-A.10 pf-3.6-eta-cap1 pf-3.6-PLsum eq-A.11 eq-A.12-a eq-A.12-b pf-3.6-gammas
eq-A.13 pf-3.6-eta-cap2 eq-A.14 pf-3.6-ii-final pf-3.6-iii-1 pf-3.6-iii-2 pf-3.6-iii-3 eq-A.15 pf-3.6-iii-4 pf-3.6-azuma
pf-3.6-sqrtT eq-A.16 pf-3.6-union pf-3.6-markov eq-A.17 pf-3.7-width pf-3.7-eta pf-3.7-T pf-3.8-constants pf-3.8-hyp-i
pf-3.8-hyp-ii pf-3.8-i-1 pf-3.8-i-2 pf-3.8-i-3 pf-3.8-lam pf-3.8-etachain pf-3.8-drift pf-3.8-jensen eq-A.18 pf-3.8-incr1
pf-3.8-incr2 pf-3.8-azuma1 pf-3.8-scal pf-3.8-azuma2 eq-A.19 pf-3.8-union eq-A.20 pf-3.9-width pf-3.9-eta pf-3.9-T lemma-B.1
lemma-B.2 lemma-B.3 pf-B.3-1 eq-B.1 pf-A.1-grad pf-A.1-lb-1 pf-A.1-lb-2 pf-A.1-lb-3 eq-B.2 eq-B.3 pf-A.1-eig pf-A.1-lb-scal
pf-A.1-ub-1 pf-A.1-ub-2 pf-A.1-ub-scal pf-A.1-sample-grad pf-A.1-sample-1 pf-A.1-mb-grad pf-A.1-mb-1 pf-A.1-mb-2 eq-B.4
pf-A.2-tel eq-B.5 eq-B.6 pf-A.2-V2 pf-A.2-V2-bound pf-A.2-pairs eq-B.7 pf-A.2-scal eq-B.8 eq-B.9 expt-5.1 expt-5.1-support
expt-5.2 expt-5.2-widths
"""
CATALOGUE = LINES.split()

WITHOUT_KEY = {
    "cor-3.7": "it puts thm-3.6 and prop-3.3 together; its width is pf-3.7-width, its iteration count pf-3.7-T",
    "cor-3.9": "it puts thm-3.8 and prop-3.3 together; its width is pf-3.9-width, its iteration count pf-3.9-T",
    "sec4-mod-sgd": "a remark that a similar analysis is possible",
    "pf-3.6-event": "the event that no iterate has reached the accuracy yet; eq-A.14 has it as a hypothesis",
    "pf-3.6-union": "a union bound over T events",
    "pf-3.7-eta": "an order of magnitude in which L* is not said to be of any order; pf-3.7-T is about its consequence",
    "pf-3.8-azuma1": "an application of the inequality that pf-3.6-azuma is about",
    "pf-3.8-union": "a union bound over T events",
    "expt-5.1": "an experiment; expt-5.1-support is the claim about it that can be decided",
    "expt-5.2": "an experiment",
}


def keys() -> set[str]:
    return {key.split(".", 1)[1] for key in (*paper.statements, *paper.definitions)}


@pytest.mark.parametrize("line", CATALOGUE)
def test_a_line_of_the_catalogue_has_a_key(line: str) -> None:
    found = any(key == line or key.startswith(f"{line}.") for key in keys())
    assert found != (line in WITHOUT_KEY)


def test_refuted_lines_have_certificates_and_corrected_forms() -> None:
    for statement in paper.statements.values():
        if statement.expected == "refuted":
            assert statement.certificate is not None
            assert statement.certificate.is_file()
            assert f"{statement.key}.corrected" in paper.statements
