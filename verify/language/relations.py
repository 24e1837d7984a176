"""Relations as they are printed: chains of inequalities and equations, never evaluated early."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import And, Basic, Eq, Ge, Gt, Le, Lt, MatrixExpr, Ne, sympify
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanAtom

from verify.errors import StatementError
from verify.language.printing import plain, tex

_RELATIONS = {"<=": Le, "<": Lt, ">=": Ge, ">": Gt, "==": Eq, "!=": Ne}


def chain(*parts: Any) -> tuple[Relational, ...]:
    """The relations of `chain(a, "<=", b, "<", c)`, one for each sign, unevaluated.

    Raises StatementError for an unknown sign or a chain that is no alternation of sides and signs.
    """
    if len(parts) < 3 or len(parts) % 2 == 0:
        raise StatementError("chain expects sides and signs in turn, as in chain(a, '<=', b, '<', c).")
    links = []
    for left, sign, right in zip(parts[0::2], parts[1::2], parts[2::2], strict=False):
        if sign not in _RELATIONS:
            raise StatementError(f"{sign!r} is no sign of a relation; the signs are {', '.join(_RELATIONS)}.")
        left, right = sympify(left), sympify(right)
        matrices = isinstance(left, MatrixExpr), isinstance(right, MatrixExpr)
        if any(matrices) and not (all(matrices) and sign in ("==", "!=")):
            raise StatementError(f"{left} {sign} {right} does not compare two numbers or equate two matrices.")
        if all(matrices) and left.shape != right.shape:
            raise StatementError(f"{left} is {left.shape} and {right} is {right.shape}: they cannot be equal.")
        links.append(_RELATIONS[sign](left, right, evaluate=False))
    return tuple(links)


def equal(left: Any, right: Any) -> Relational:
    """The equation left = right between two numbers or two matrices of one shape."""
    return chain(left, "==", right)[0]


def relations(*given: Any) -> tuple[Relational, ...]:
    """Flatten relations, chains and conjunctions into one tuple.

    Raises StatementError where SymPy has already collapsed one to True or False.
    """
    flat: list[Relational] = []
    for part in given:
        if isinstance(part, (tuple, list)):
            flat.extend(relations(*part))
        elif isinstance(part, And):
            flat.extend(relations(*part.args))
        elif isinstance(part, Relational):
            flat.append(part)
        elif isinstance(part, (bool, BooleanAtom)):
            raise StatementError(f"a relation collapsed to {part} before it could be tested; write it with chain(left, '<=', right).")
        else:
            raise StatementError(f"{part!r} is no relation.")
    return tuple(flat)


def is_strict(relation: Relational) -> bool:
    """Whether the relation fails where its sides are equal."""
    return isinstance(relation, Ne) or (not isinstance(relation, Eq) and relation.rel_op in ("<", ">"))


def substitute(relation: Relational, mapping: Mapping[Basic, Any]) -> Relational:
    """Replace symbols in both sides without letting SymPy evaluate the relation."""
    return chain(relation.lhs.xreplace(dict(mapping)), relation.rel_op, relation.rhs.xreplace(dict(mapping)))[0]


def in_latex(expression: Basic) -> str:
    """LaTeX of an expression or relation."""
    return tex(expression)


def in_text(expression: Basic) -> str:
    """Plain text of an expression or relation."""
    if isinstance(expression, Relational):
        sign = {Eq: "==", Ne: "!="}.get(type(expression), expression.rel_op)
        return f"{plain(expression.lhs)} {sign} {plain(expression.rhs)}"
    return plain(expression)
