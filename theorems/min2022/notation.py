"""The notation of min2022."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "min2022",
    "Convergence and implicit bias of gradient flow on overparametrized linear networks",
    authors="Hancheng Min, Salma Tarmoun, René Vidal, Enrique Mallada",
    where="2022",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)
