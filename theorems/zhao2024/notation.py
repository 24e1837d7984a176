"""The notation of zhao2024."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "zhao2024",
    "Convergence analysis and trajectory comparison of gradient descent for overparameterized deep linear networks",
    authors="Hongru Zhao, Jinchao Xu",
    where="TMLR 2024",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)
