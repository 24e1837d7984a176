"""Orthonormal frames with rational entries, which statements draw: reflections and columns of an identity."""

from verify.author import *


def reflection(u):
    """The orthogonal matrix that reflects along u."""
    return identity(u.rows) - 2 / inner(u, u) * u * u.T


def first_columns(size, count):
    """The first columns of an identity."""
    return block([[identity(count)], [zeros(size - count, count)]])


def last_columns(size, count):
    """The last columns of an identity."""
    return block([[zeros(size - count, count)], [identity(count)]])
