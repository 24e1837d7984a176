"""The papers, one package each, and the facts of linear algebra that their proofs lean on."""
