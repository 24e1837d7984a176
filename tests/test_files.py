"""Files appear whole or not at all, and every failure is one sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from verify.errors import VerifyError
from verify.files import read_text, require_writable, write_whole


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    write_whole(target, "neu: ü")
    assert target.read_text(encoding="utf-8") == "neu: ü"
    assert list(tmp_path.iterdir()) == [target]


def test_a_written_file_is_readable_like_any_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", "")
    (tmp_path / "b").touch()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"}
    assert len(modes) == 1


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(target, "new \ud800")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    for check in (require_writable, lambda path: write_whole(path, "")):
        with pytest.raises(VerifyError, match=r"^cannot write .*/none/report.json: No such file or directory\.$"):
            check(tmp_path / "none" / "report.json")
        with pytest.raises(VerifyError, match=r"^cannot write .*: (it is a folder|Is a directory)\.$"):
            check(tmp_path)


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    require_writable(tmp_path / "report.json")
    assert list(tmp_path.iterdir()) == []


def test_unreadable_files(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    with pytest.raises(VerifyError, match=r"^cannot read .*/latin: it is no UTF-8 text \(byte 3\)\.$"):
        read_text(tmp_path / "latin")
    with pytest.raises(VerifyError, match=r"^cannot read .*/none: No such file or directory\.$"):
        read_text(tmp_path / "none")
