"""The verification engine: a theorem written once is proved, drawn, run and decided."""
