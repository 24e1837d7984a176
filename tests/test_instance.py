"""Exact instances: reading, writing, and every way in which one does not fit its domain."""

import json
from fractions import Fraction

import numpy as np
import pytest

from verify.domain import AnyMatrix, Dimension, FullRank, Scalar, domain, let
from verify.errors import InstanceError
from verify.instance import Instance, exact_rank
from verify.language import Interval, chain, dimensions, fro, matrix, oo, scalars, symmetric
from verify.sampling import draw

n, N = dimensions("n N")
c, d, f = scalars("c d f")
X, S = matrix("X", N, n), symmetric("S", N)
DOMAIN = domain(
    Dimension(n, 1, 5),
    Dimension(N, 1, 5),
    chain(N, "<=", n),
    FullRank(X),
    AnyMatrix(S),
    Scalar(c, Interval.Lopen(0, 1)),
    Scalar(d, Interval.open(1, oo)),
    let(f, fro(X)),
)
GOOD = {"X": [[1, 0], [0, "1/3"]], "S": [[1, 2], [2, 0.5]], "c": 1, "d": "1.1"}


def test_numbers_of_every_kind_are_exact():
    instance = Instance.of(DOMAIN, GOOD)
    assert instance.dimensions == {n: 2, N: 2}
    assert instance.values == {
        X: ((1, 0), (0, Fraction(1, 3))),
        S: ((1, 2), (2, Fraction(1, 2))),
        c: 1,
        d: Fraction(11, 10),
    }
    assert all(type(entry) is Fraction for row in instance.values[S] for entry in row)
    assert Instance.of(DOMAIN, {**GOOD, "c": 0.1}).values[c] == Fraction(0.1) != Fraction(1, 10)
    assert Instance.of(DOMAIN, {**GOOD, "S": np.array([[1, 2], [2, 3]])}).values[S] == ((1, 2), (2, 3))


def test_json_and_back():
    instance = Instance.of(DOMAIN, GOOD)
    text = json.dumps(instance.to_json())
    assert json.loads(text)["values"]["X"] == [["1", "0"], ["0", "1/3"]]
    assert Instance.from_json(json.loads(text), DOMAIN) == instance
    assert Instance.from_text('{"values": {"X": [[1]], "S": [[0]], "c": 0.1, "d": 2}}', DOMAIN).values[c] == Fraction(1, 10)


def test_floats_and_backend_numbers():
    instance = Instance.of(DOMAIN, GOOD)
    assert instance.floats()[d] == 1.1
    assert instance.floats()[X].shape == (2, 2)

    class Texts:
        scalar = staticmethod(str)
        matrix = staticmethod(lambda rows: [list(map(str, row)) for row in rows])

    assert instance.read(Texts())[X] == [["1", "0"], ["0", "1/3"]]
    assert instance.read(Texts())[d] == "11/10"


def test_a_row_of_a_batch_is_the_rational_that_its_floats_are():
    batch = draw(DOMAIN, {n: 3, N: 2}, 50, np.random.default_rng(1))
    for row in range(50):
        instance = Instance.from_batch(batch, row)
        instance.validate(DOMAIN)
        assert np.array_equal(instance.floats()[X], batch.values[X][row])


def test_large_dimensions_are_no_error():
    Instance.of(domain(Dimension(n, 1, 3), AnyMatrix(matrix("A", n, n))), {"A": np.eye(12)})


BAD = {
    "d is missing.": {"d": None},
    "Z is no variable of this domain; its variables are n, N, X, S, c, d, f.": {"Z": 1},
    "f is derived from other variables, so it cannot be given.": {"f": 1},
    "n is a dimension and belongs under 'dimensions'.": {"n": 2},
    "S is 1 x 1, but it must be N x N where N = 2.": {"S": [[1]]},
    "S is not symmetric: its entries [1, 2] and [2, 1] differ.": {"S": [[1, 2], [3, 1]]},
    "X[1, 2] is nan, but every entry must be a finite number.": {"X": [[1, float("nan")], [0, 1]]},
    "X[2, 1] is -inf, but every entry must be a finite number.": {"X": np.array([[1, 0], [-np.inf, 1]])},
    "c is nan, but every entry must be a finite number.": {"c": "nan"},
    "c is 'one', which is no number.": {"c": "one"},
    "d is '1/0', which is no number.": {"d": "1/0"},
    "c = 0 lies outside (0, 1].": {"c": 0},
    "d = 1 lies outside (1, oo).": {"d": 1},
    "X has rank 1, but full rank 2 is required.": {"X": [[1, 2], [2, 4]]},
    "N = 2, n = 1 violates N <= n.": {"X": [[1], [0]]},
    "X has rows of different lengths.": {"X": [[1, 2], [3]]},
    "X is a matrix and expects a list of rows, each a list of numbers.": {"X": 3},
    "c is [[1]], which is no number.": {"c": [[1]]},
}


@pytest.mark.parametrize("message", BAD)
def test_bad_input_gets_one_clear_sentence(message):
    values = {name: value for name, value in {**GOOD, **BAD[message]}.items() if value is not None}
    with pytest.raises(InstanceError) as error:
        Instance.of(DOMAIN, values)
    # The dimensions in a violated relation are listed in the order in which they are declared.
    assert str(error.value) in (message, message.replace("N = 2, n = 1", "n = 1, N = 2"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the instance is no JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        ("[]", "an instance is an object with 'values', and optionally 'dimensions', that are objects themselves."),
        ('{"values": {"X": [[NaN]], "S": [[0]], "c": 1, "d": 2}}', "X[1, 1] is NaN, but every entry must be a finite number."),
        ('{"values": {}, "dimensions": {"n": 1.5}}', "the dimension n is '1.5', but it must be an integer."),
        ('{"values": {}, "dimensions": {"X": 1}}', "X is missing."),
    ],
)
def test_damaged_files_get_one_clear_sentence(text, message):
    with pytest.raises(InstanceError) as error:
        Instance.from_text(text, DOMAIN)
    assert str(error.value) == message


def test_rank_is_decided_exactly():
    nearly = ((Fraction(1), Fraction(1)), (Fraction(1), 1 + Fraction(1, 10**40)))
    assert exact_rank(nearly) == 2
    assert exact_rank(((Fraction(1, 3), Fraction(2, 3)), (Fraction(1), Fraction(2)))) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('{"values": {"a": "1e999999999"}}', "has more than 4000 digits"),
        ('{"values": {"a": ' + "9" * 5000 + "}}", "more than 4000 digits"),
        ("[" * 100_000, "nested too deeply"),
        ('{"values": {"a": 1}, "dimension": {}}', "but no 'dimension'"),
    ],
)
def test_bombs_and_unknown_keys_are_one_sentence(text: str, sentence: str) -> None:
    (a,) = scalars("a")
    with pytest.raises(InstanceError, match=sentence):
        Instance.from_text(text, domain(Scalar(a, Interval(0, 1))))
