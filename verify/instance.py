"""One exact instance of a domain: dimensions and rational values, checked, read and written."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import MatrixSymbol, Symbol

from verify.declarations import name_of
from verify.domain import Domain
from verify.errors import InstanceError
from verify.language.matrices import SymmetricMatrix
from verify.ranges import contains

if TYPE_CHECKING:
    from verify.sampling import Batch

LONGEST = 4000
"""Digits that a number may have, written out in full."""

Rows = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Instance:
    """Dimensions, and for each drawn symbol a Fraction or the rows of a matrix as tuples of Fractions."""

    dimensions: Mapping[Symbol, int]
    values: Mapping[Any, Fraction | Rows]

    @classmethod
    def of(cls, domain: Domain, values: Mapping[Any, Any], dimensions: Mapping[Any, Any] | None = None) -> Instance:
        """An instance from numbers and nested rows, keyed by symbols or by their names, validated.

        Integers, fractions, floats (the dyadic numbers they are) and strings such as '1/3' or '0.1' are exact.
        Dimensions that are a side of a given matrix may be left out. Raises InstanceError.
        """
        names = {name_of(symbol): symbol for symbol in domain.symbols}
        sides = {_symbol(key, names): value for key, value in (dimensions or {}).items()}
        found: dict[Any, Fraction | Rows] = {}
        for key, value in values.items():
            symbol = _symbol(key, names)
            found[symbol] = _rows(value, symbol.name) if isinstance(symbol, MatrixSymbol) else _number(value, name_of(symbol))
        known = {symbol: _integer(value, symbol) for symbol, value in sides.items()}
        for symbol, value in found.items():
            if isinstance(symbol, MatrixSymbol) and isinstance(value, tuple):
                for side, size in zip(symbol.shape, (len(value), len(value[0])), strict=True):
                    if side in domain.ranges:
                        known.setdefault(side, size)
        ordered = {symbol: known[symbol] for symbol in domain.dimensions if symbol in known}
        instance = cls(ordered | {s: v for s, v in known.items() if s not in ordered}, found)
        instance.validate(domain)
        return instance

    @classmethod
    def from_batch(cls, batch: Batch, row: int) -> Instance:
        """One row of a batch; its floats are exact rationals. Raises InstanceError for NaN or infinite entries."""
        values: dict[Any, Fraction | Rows] = {}
        for symbol, drawn in batch.values.items():
            value = drawn[row]
            values[symbol] = _rows(value, symbol.name) if value.ndim == 2 else _number(value, name_of(symbol))
        return cls(dict(batch.dimensions), values)

    @classmethod
    def from_json(cls, data: Any, domain: Domain) -> Instance:
        """An instance from what `to_json` gave, validated. Raises InstanceError."""
        if not isinstance(data, dict) or not isinstance(data.get("values"), dict) or not isinstance(data.get("dimensions", {}), dict):
            raise InstanceError("an instance is an object with 'values', and optionally 'dimensions', that are objects themselves.")
        for key in data:
            if key not in ("values", "dimensions"):
                raise InstanceError(f"an instance has 'values' and 'dimensions', but no '{key}'.")
        return cls.of(domain, data["values"], data.get("dimensions"))

    @classmethod
    def from_text(cls, text: str, domain: Domain) -> Instance:
        """An instance from JSON text, in which 0.1 is read as the decimal that it says. Raises InstanceError."""
        try:
            data = json.loads(text, parse_float=str, parse_constant=str)
        except json.JSONDecodeError as error:
            raise InstanceError(f"the instance is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from error
        except RecursionError as error:
            raise InstanceError("the instance is nested too deeply; a matrix is a list of rows of numbers.") from error
        except ValueError as error:
            raise InstanceError(f"the instance has an integer of more than {LONGEST} digits; write a shorter number.") from error
        return cls.from_json(data, domain)

    def to_json(self) -> dict[str, Any]:
        """Names to values, rationals as strings such as '1/2', for `json.dumps`."""
        return {
            "dimensions": {symbol.name: size for symbol, size in self.dimensions.items()},
            "values": {
                name_of(symbol): [[str(entry) for entry in row] for row in value] if isinstance(value, tuple) else str(value)
                for symbol, value in self.values.items()
            },
        }

    def read(self, backend: Any) -> dict[Any, Any]:
        """The values in the numbers of a backend."""
        return {s: backend.matrix(value) if isinstance(value, tuple) else backend.scalar(value) for s, value in self.values.items()}

    def floats(self) -> dict[Any, Any]:
        """The values rounded to floats: arrays (rows, columns) for matrices."""
        return {
            symbol: np.array([[float(entry) for entry in row] for row in value]) if isinstance(value, tuple) else float(value)
            for symbol, value in self.values.items()
        }

    def validate(self, domain: Domain) -> None:
        """Raise InstanceError, naming the input and the rule, unless this is an instance of the domain."""
        for symbol in self.values:
            if symbol not in domain.variables:
                raise InstanceError(_unknown(symbol, domain))
        for symbol in domain.variables:
            if symbol not in self.values:
                raise InstanceError(f"{name_of(symbol)} is missing.")
        domain.require_dimensions(self.dimensions)
        for symbol, value in self.values.items():
            if isinstance(symbol, MatrixSymbol):
                self._validate_matrix(symbol, value, domain)
            elif isinstance(value, tuple):
                raise InstanceError(f"{symbol} is a number, but a matrix was given.")
            elif not contains(domain.scalars[symbol], value):
                raise InstanceError(f"{symbol} = {value} lies outside {domain.scalars[symbol].interval_text()}.")
        for symbol in domain.selections:
            rows = self.values[symbol]
            if isinstance(rows, tuple) and not _selects(rows):
                raise InstanceError(f"{symbol.name} must select columns without replacement: distinct unit vectors as its columns.")
        for declaration in domain.full_rank:
            rows = self.values[declaration.symbol]
            size = min(domain.shape_of(declaration.symbol, self.dimensions))
            if isinstance(rows, tuple) and exact_rank(rows) < size:
                raise InstanceError(f"{declaration.symbol.name} has rank {exact_rank(rows)}, but full rank {size} is required.")

    def _validate_matrix(self, symbol: MatrixSymbol, value: Fraction | Rows, domain: Domain) -> None:
        if not isinstance(value, tuple):
            raise InstanceError(f"{symbol.name} is a matrix, but the number {value} was given.")
        rows, columns = domain.shape_of(symbol, self.dimensions)
        if (len(value), len(value[0])) != (rows, columns):
            free = symbol.rows.free_symbols | symbol.cols.free_symbols
            sizes = ", ".join(f"{side} = {self.dimensions[side]}" for side in domain.dimensions if side in free)
            where = f" where {sizes}" if sizes else ""
            raise InstanceError(f"{symbol.name} is {len(value)} x {len(value[0])}, but it must be {symbol.rows} x {symbol.cols}{where}.")
        if isinstance(symbol, SymmetricMatrix):
            for i, j in itertools.combinations(range(rows), 2):
                if value[i][j] != value[j][i]:
                    raise InstanceError(f"{symbol.name} is not symmetric: its entries [{i + 1}, {j + 1}] and [{j + 1}, {i + 1}] differ.")


def exact_rank(rows: Rows) -> int:
    """The rank of a rational matrix, exactly."""
    from flint import fmpq, fmpq_mat

    entries = [fmpq(entry.numerator, entry.denominator) for row in rows for entry in row]
    return int(fmpq_mat(len(rows), len(rows[0]), entries).rank())


def _selects(rows: Rows) -> bool:
    """Whether the columns are distinct unit vectors."""
    columns = list(zip(*rows, strict=True))
    units = all(sorted(column) == [0] * (len(column) - 1) + [1] for column in columns)
    return units and len(set(columns)) == len(columns)


def _symbol(key: Any, names: Mapping[str, Any]) -> Any:
    if not isinstance(key, str):
        return key
    if key not in names:
        raise InstanceError(f"{key} is no variable of this domain; its variables are {', '.join(names)}.")
    return names[key]


def _unknown(symbol: Any, domain: Domain) -> str:
    name = name_of(symbol)
    if symbol in domain.ranges:
        return f"{name} is a dimension and belongs under 'dimensions'."
    if symbol in domain.symbols:
        return f"{name} is derived from other variables, so it cannot be given."
    return f"{name} is no variable of this domain; its variables are {', '.join(name_of(s) for s in domain.variables)}."


def _integer(value: Any, symbol: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise InstanceError(f"the dimension {symbol} is {value!r}, but it must be an integer.")
    return int(value)


def _number(value: Any, place: str) -> Fraction:
    """The exact rational that a number or a string stands for."""
    if isinstance(value, (float, np.floating)) and not math.isfinite(value):
        raise InstanceError(f"{place} is {float(value)}, but every entry must be a finite number.")
    if isinstance(value, str) and value.strip().lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise InstanceError(f"{place} is {value.strip()}, but every entry must be a finite number.")
    if isinstance(value, np.integer):
        value = int(value)
    if isinstance(value, np.floating):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction, str)):
        raise InstanceError(f"{place} is {value!r}, which is no number.")
    exponent = re.search(r"[eE]([+-]?\d+)\s*$", value) if isinstance(value, str) else None
    if isinstance(value, str) and (len(value) > LONGEST or (exponent and abs(int(exponent[1])) > LONGEST)):
        raise InstanceError(f"{place} has more than {LONGEST} digits; write a shorter number.")
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise InstanceError(f"{place} is {value!r}, which is no number.") from error


def _rows(value: Any, name: str) -> Rows:
    """The rows of a matrix, all of one length."""
    given = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(given, Sequence) or isinstance(given, str) or not given or not all(_is_row(row) for row in given):
        raise InstanceError(f"{name} is a matrix and expects a list of rows, each a list of numbers.")
    if len({len(row) for row in given}) > 1:
        raise InstanceError(f"{name} has rows of different lengths.")
    return tuple(tuple(_number(entry, f"{name}[{i}, {j}]") for j, entry in enumerate(row, 1)) for i, row in enumerate(given, 1))


def _is_row(row: Any) -> bool:
    return isinstance(row, Sequence) and not isinstance(row, str) and len(row) > 0
