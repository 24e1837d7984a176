"""The search for counterexamples."""

from verify.search.attack import attack

__all__ = ["attack"]
