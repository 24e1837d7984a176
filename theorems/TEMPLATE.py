"""A paper to copy: the one file that a newcomer fills in. Run it with `verify run theorems/TEMPLATE.py`.

paper       key, title, authors, where it appeared
label       of each statement, as the paper prints it ("lemma-1"); its key is then "template.lemma-1"
hypotheses  `over`: what the variables range over; `given`: what the domain cannot guarantee by construction
claim       one relation or several; chain(a, "<=", b, "<=", c) for chains, equal(a, b) for equations
tight       say in the title or the note whether the claim is an equation, an upper or a lower bound, and where it is attained
source      the label and the equation numbers in the paper

A statement without a proof is drawn, and expected to be `supported`. One with a proof is drawn as
well, and expected to be `proved`. `wrong="..."` keeps a false statement as it is printed and says
why it is false; it is then expected to be `refuted`.
"""

from theorems import linear_algebra as la
from verify.author import *

paper = Paper("template", "The title of the paper", authors="A. Author, B. Author", where="Journal, year")

# --- Notation: dimensions, matrices, numbers; state(...) for the weights that a law moves ----------

n, m = dimensions("n m")
A, B = matrix("A", n, m), matrix("B", n, m)
W = state("W", n, m)
(eta,) = scalars("eta")

# --- What the variables range over: dimensions first, then matrices, then numbers -------------------

pairs = domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(A), AnyMatrix(B))

# --- A definition: it prints by its name and is evaluated once --------------------------------------

S = paper.definition("eq-1", define("S", A + B), title="the sum", source="eq. (1)")

# --- An inequality, proved by instances of standard facts -------------------------------------------

lemma_1 = paper.inequality(
    "lemma-1", "The square of the sum is at most twice the sum of the squares (upper bound, attained at A = B)",
    source="Lemma 1, eq. (2)", over=pairs,
    claim=fro(S) ** 2 <= 2 * fro(A) ** 2 + 2 * fro(B) ** 2,
    proof=Closing(),
    facts=[la.triangle(A=A, C=B)],
)

# --- A law, and a statement about every one of its steps ---------------------------------------------

L = define("L", fro(W - A) ** 2 / 2)
descent = law("gradient descent on L", {W: W - eta * (W - A)}, step_size=eta, loss=L)

lemma_2 = paper.step(
    "lemma-2", "One step contracts the loss by exactly (1 - eta)^2",
    source="Lemma 2, eq. (4)", law=descent,
    over=domain(Dimension(n, 1, 5), Dimension(m, 1, 5), AnyMatrix(A), AnyMatrix(W), Scalar(eta, Interval.Lopen(0, 2))),
    claim=equal(following(L), (1 - eta) ** 2 * L),
    proof=Expansion(),
)
