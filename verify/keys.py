"""Keys: the paper's, a dot, and the label that its catalogue gives."""

from __future__ import annotations


class Keyed:
    """What has a key of the form `paper.label`."""

    key: str

    @property
    def paper(self) -> str:
        """The key of the paper."""
        return self.key.split(".", 1)[0]

    @property
    def label(self) -> str:
        """The label inside the paper."""
        return self.key.split(".", 1)[1]
