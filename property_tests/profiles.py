"""Hypothesis profiles of the three efforts: few examples, some, many; always the same ones, however long each takes."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

COMMON = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))

PROFILES: dict[str, settings] = {
    "quick": settings(COMMON, max_examples=15),
    "default": settings(COMMON, max_examples=40),
    "thorough": settings(COMMON, max_examples=600),
}


def register(prefix: str) -> None:
    """Let Hypothesis know the profiles, each by its effort behind the prefix."""
    for effort, profile in PROFILES.items():
        settings.register_profile(f"{prefix}{effort}", profile)
