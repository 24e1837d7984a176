"""Files are read with one clear sentence where that fails, and written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from verify.errors import VerifyError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file. Raises VerifyError where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise VerifyError(f"cannot read {path}: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise VerifyError(f"cannot read {path}: it is no UTF-8 text (byte {error.start}).") from error


def require_writable(path: Path) -> None:
    """Raise VerifyError unless a file can be written at the path; leaves nothing behind."""
    if path.is_dir():
        raise VerifyError(f"cannot write {path}: it is a folder.")
    beside = _beside(path)
    try:
        beside.touch(exist_ok=False)
        beside.unlink()
    except OSError as error:
        raise VerifyError(f"cannot write {path}: {error.strerror}.") from error


def write_whole(path: Path, text: str) -> None:
    """Write the text beside the target and move it into place, so that no half-written file is ever seen.

    Raises VerifyError where the folder does not exist or cannot be written to.
    """
    write_bytes_whole(path, text.encode("utf-8"))


def write_bytes_whole(path: Path, content: bytes) -> None:
    """As `write_whole`, for a file that is no text."""
    beside = _beside(path)
    try:
        try:
            with beside.open("xb") as file:
                file.write(content)
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise VerifyError(f"cannot write {path}: {error.strerror}.") from error


def _beside(path: Path) -> Path:
    """A new name in the same folder: a file can only be moved into place within one file system."""
    return path.parent / f".{path.name or 'new'}.{secrets.token_hex(4)}"
