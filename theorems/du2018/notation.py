"""The notation of du2018."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "du2018",
    "Algorithmic regularization in learning deep homogeneous models: layers are automatically balanced",
    authors="Simon S. Du, Wei Hu, Jason D. Lee",
    where="NeurIPS 2018",
    certificates=Path(__file__).parent / "certificates",
)
