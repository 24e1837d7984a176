"""The report: a static site of statements, their verdicts and their evidence, made from stored runs."""

from verify.report.site import build

__all__ = ["build"]
