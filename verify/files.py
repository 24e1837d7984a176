"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from verify.errors import VerifyError


def write_whole(path: Path, text: str) -> None:
    """Write the text beside the target and move it into place, so that no half-written file is ever seen.

    Raises VerifyError where the folder does not exist or cannot be written to.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise VerifyError(f"cannot write {path}: {error.strerror}.") from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise VerifyError(f"cannot write {path}: {error.strerror}.") from error
