"""The notation of zou2020."""

from pathlib import Path

from verify.author import *

paper = Paper(
    "zou2020",
    "On the global convergence of training deep linear ResNets",
    authors="Difan Zou, Philip M. Long, Quanquan Gu",
    where="ICLR 2020",
    certificates=Path(__file__).parent / "certificates",
    proofs=Path(__file__).parent / "proofs",
)
