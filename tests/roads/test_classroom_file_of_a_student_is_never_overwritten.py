"""`copy_classroom_file` leaves an edited file alone, and says so."""

from pathlib import Path

import pytest

from loligo import LoligoError
from loligo.course import classroom_file, copy_classroom_file


def test_into_an_empty_folder_and_a_new_one(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "new" / "folder"):
        copy = copy_classroom_file(folder)
        assert copy == folder / "HH.py"
        assert copy.read_bytes() == classroom_file().read_bytes()
        assert list(folder.glob(".*")) == []


def test_an_unedited_copy_is_fine_also_with_other_line_ends(tmp_path: Path) -> None:
    copy = copy_classroom_file(tmp_path)
    copy.write_bytes(copy.read_bytes().replace(b"\n", b"\r\n"))
    before = copy.read_bytes()
    assert copy_classroom_file(tmp_path) == copy
    assert copy.read_bytes() == before


def test_an_edited_copy_is_kept(tmp_path: Path) -> None:
    copy = copy_classroom_file(tmp_path)
    copy.write_text(copy.read_text().replace("gNa = 120.0", "gNa = 180.0"))
    before = copy.read_bytes()
    with pytest.raises(FileExistsError, match="edited") as caught:
        copy_classroom_file(tmp_path)
    assert isinstance(caught.value, LoligoError)
    assert copy.read_bytes() == before
