"""What `slow.txt` lists are files of tests, each once, in order."""

from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_every_line_is_a_file_of_tests():
    listed = (TESTS / "slow.txt").read_text(encoding="utf-8").splitlines()
    assert listed == sorted(set(listed))
    assert [name for name in listed if not (TESTS / name).is_file()] == []
