"""The functions of `verify.language.special` in floats, in many digits and in balls; parameters come before the argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flint import acb, arb
from mpmath import mp

from verify.backends.ball_numbers import NAN
from verify.language import special as f

ZERO, ONE = arb(0), arb(1)


def _monotone(function: Callable[[arb], arb], value: arb) -> arb:
    """The ball of a monotone function, from its values at both ends."""
    if value.is_exact() or not value.is_finite():
        return function(value)
    return function(arb(value.lower())).union(function(arb(value.upper())))


def _positive(*values: arb) -> bool:
    return all(value > 0 for value in values)


def ball_gamma(x: arb) -> arb:
    return x.gamma() if _positive(x) else NAN


def ball_log_gamma(x: arb) -> arb:
    return x.lgamma() if _positive(x) else NAN


def ball_polygamma(order: arb, x: arb) -> arb:
    """Every polygamma function is monotone on x > 0."""
    if not _positive(x):
        return NAN
    return _monotone(lambda at: at.digamma() if order == 0 else acb(at).polygamma(acb(order)).real, x)


def ball_erfc(x: arb) -> arb:
    return _monotone(lambda at: at.erfc(), x)


def ball_gamma_tail(shape: arb, x: arb) -> arb:
    """It increases with the shape and decreases with x."""
    if not _positive(shape) or not x.is_finite():
        return NAN
    least, most = x.lower().max(ZERO), x.upper().max(ZERO)
    low = arb(most).gamma_upper(arb(shape.lower()), 1) if shape.lower() > 0 else ZERO
    return _probability(low.union(arb(least).gamma_upper(arb(shape.upper()), 1)))


def ball_beta_tail(a: arb, b: arb, x: arb) -> arb:
    """It increases with a and decreases with b and x."""
    if not _positive(a, b) or not x.is_finite():
        return NAN
    least, most = x.lower().max(ZERO).min(ONE), x.upper().max(ZERO).min(ONE)
    low = 1 - arb(most).beta_lower(arb(a.lower()), arb(b.upper()), 1) if a.lower() > 0 else ZERO
    high = 1 - arb(least).beta_lower(arb(a.upper()), arb(b.lower()), 1) if b.lower() > 0 else ONE
    return _probability(low.union(high))


def ball_beta_exponential(a: arb, b: arb, x: arb) -> arb:
    """It increases with x; with a it increases and with b it decreases for x >= 0, the other way round for x <= 0."""
    if not _positive(a, b) or not x.is_finite():
        return NAN

    def at(corner: arb, towards_one: bool) -> arb:
        """The value at one end of x, for the parameters that push B towards 1 or towards 0."""
        p, q = (a.upper(), b.lower()) if towards_one else (a.lower(), b.upper())
        return corner.hypgeom_1f1(arb(p), arb(p) + arb(q)) if p > 0 and q > 0 else NAN

    low, high = arb(x.lower()), arb(x.upper())
    return at(low, not bool(low >= 0)).union(at(high, bool(high >= 0)))


def _probability(value: arb) -> arb:
    """The part of the ball that a probability can be in."""
    return value if value >= 0 or not value.is_finite() else value.nonnegative_part()


BALLS: Mapping[type[Any], Callable[..., Any]] = {
    f.GammaFunction: ball_gamma,
    f.LogGamma: ball_log_gamma,
    f.Polygamma: ball_polygamma,
    f.ComplementaryError: ball_erfc,
    f.GammaTail: ball_gamma_tail,
    f.BetaTail: ball_beta_tail,
    f.BetaExponential: ball_beta_exponential,
}


def _digits(function: Callable[..., Any], positive: slice) -> Callable[..., Any]:
    """The function where the given arguments are positive and all are finite, NaN elsewhere."""

    def checked(*arguments: Any) -> Any:
        defined = all(mp.isfinite(a) for a in arguments) and all(a > 0 for a in arguments[positive])
        return mp.mpf(function(*arguments)) if defined else mp.nan

    return checked


def _clamped(x: Any) -> Any:
    return min(max(x, mp.mpf(0)), mp.mpf(1))


DIGITS: Mapping[type[Any], Callable[..., Any]] = {
    f.GammaFunction: _digits(mp.gamma, slice(None)),
    f.LogGamma: _digits(mp.loggamma, slice(None)),
    f.Polygamma: _digits(lambda order, x: mp.psi(int(order), x), slice(1, None)),
    f.ComplementaryError: _digits(mp.erfc, slice(0)),
    f.GammaTail: _digits(lambda a, x: mp.gammainc(a, max(x, mp.mpf(0)), mp.inf, regularized=True), slice(1)),
    f.BetaTail: _digits(lambda a, b, x: mp.betainc(a, b, _clamped(x), 1, regularized=True), slice(2)),
    f.BetaExponential: _digits(lambda a, b, x: mp.hyp1f1(a, a + b, x), slice(2)),
}


def floats() -> Mapping[type[Any], Callable[..., Any]]:
    """The meanings in floats, batched; SciPy is loaded here and not before."""
    import numpy as np
    from scipy import special

    def checked(function: Callable[..., Any], positive: slice) -> Callable[..., Any]:
        def apply(*arguments: Any) -> Any:
            arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in arguments))
            defined = np.all([np.isfinite(a) for a in arrays], axis=0)
            for array in arrays[positive]:
                defined = defined & (array > 0)
            safe = [np.where(defined, a, 0.5) for a in arrays]
            value = np.where(defined, function(*safe), np.nan)
            return np.where(np.isfinite(value), value, np.nan)[()]

        return apply

    return {
        f.GammaFunction: checked(special.gamma, slice(None)),
        f.LogGamma: checked(special.gammaln, slice(None)),
        f.Polygamma: checked(lambda order, x: special.polygamma(np.floor(order).astype(np.int64), x), slice(1, None)),
        f.ComplementaryError: checked(special.erfc, slice(0)),
        f.GammaTail: checked(lambda a, x: special.gammaincc(a, np.maximum(x, 0.0)), slice(1)),
        f.BetaTail: checked(lambda a, b, x: special.betaincc(a, b, np.clip(x, 0.0, 1.0)), slice(2)),
        f.BetaExponential: checked(lambda a, b, x: special.hyp1f1(a, a + b, x), slice(2)),
    }
