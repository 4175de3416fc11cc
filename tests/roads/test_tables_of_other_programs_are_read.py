"""Tables as spreadsheets and other languages write them: decimal commas, UTF-16, units below names; or a sentence."""

import zipfile

import numpy as np
import pytest

import loligo as lo

HEADER = ["t [ms]", "v [mV]"]
ROWS = [[f"{0.1 * k:.1f}", f"{-65 + 0.25 * k:.2f}"] for k in range(20)]
COMMAS = [[cell.replace(".", ",") for cell in row] for row in ROWS]


def lines(apart, rows=ROWS, header=HEADER):
    return "\r\n".join(apart.join(row) for row in [header, *rows])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
@pytest.mark.parametrize(
    "text",
    [
        lines(","),
        lines(";", COMMAS),
        lines("\t", COMMAS),
        lines(" ", COMMAS, ["t[ms]", "v[mV]"]),
        lines(" ; ", COMMAS),
        lines(",", [[f'"{cell}"' for cell in row] for row in COMMAS]),
        lines(";", [[cell.removesuffix(",0") for cell in row] for row in COMMAS]),
        "sep=;\r\n" + lines(";", COMMAS),
        lines(",", [[*row, ""] for row in ROWS], [*HEADER, ""]),
        lines("\t", ROWS, ["t", "v"]).replace("v", "v\r\nms\tmV", 1),
        lines("\t", ROWS, ["t", "v"]).replace("v", "v\r\n(ms)\t(mV)", 1),
        "# measured on the 5th\r\n" + lines("\t") + "\r\n# the end",
        '"t [ms]","v, of the soma [mV]"\r\n' + lines(",", ROWS[1:], ROWS[0]),
    ],
)
def test_they_agree(text, encoding, tmp_path):
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    (sweep,) = lo.read_recording(tmp_path / "a.csv")
    assert sweep == lo.Sweep([float(row[0]) for row in ROWS], v=[float(row[1]) for row in ROWS], per="unsaid", name="a")


def test_a_minus_sign_is_a_minus(tmp_path):
    (tmp_path / "a.csv").write_text("t [ms],v [mV]\n0,\N{MINUS SIGN}65\n1,\N{MINUS SIGN}6.5e1\n", encoding="utf-8")
    assert lo.read_recording(tmp_path / "a.csv")[0].v.tolist() == [-65, -65]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16", "cp1252"])
def test_micro_is_read_in_the_encoding_of_windows(encoding, tmp_path):
    text = "t [ms],v [µV]\n0,1000\n1,2000\n"
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    (tmp_path / "a.csv").write_bytes(mark + text.encode(encoding))
    (sweep,) = lo.read_recording(tmp_path / "a.csv")
    assert sweep.v == pytest.approx([1, 2])


@pytest.mark.parametrize("seed", range(20))
def test_random_numbers_survive_decimal_commas(seed, tmp_path):
    random = np.random.default_rng(seed)
    t, v = np.cumsum(random.uniform(0.01, 1, 50)), random.normal(size=50) * 10.0 ** random.integers(-8, 4, 50)
    text = "\n".join(f"{a!r};{b!r}".replace(".", ",") for a, b in zip(t.tolist(), v.tolist(), strict=True))
    (tmp_path / "a.txt").write_text(f"t [ms];v [mV]\n{text}\n", encoding="utf-16")
    (sweep,) = lo.read_recording(tmp_path / "a.txt")
    assert np.array_equal(sweep.t, t)
    assert np.array_equal(sweep.v, v)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (lines(",", COMMAS), "4 columns and 2 headers.*put semicolons or tabs between columns"),
        (lines(";", [["0,1", "1.5"]]), "Line 2 .* has a decimal point and line 2 a decimal comma"),
        (lines("\t", [["0.5", "1"], ["1,000", "2"]]), "Line 2 .* has a decimal point and line 3 a decimal comma"),
        (lines(";", [["0", "-1.065,5"]]), "Line 2 .* is not a row of numbers: 0, -1.065,5"),
        (
            "Experiment 5\nt [ms],v [mV]\n0,1\n",
            "Line 2 .* is not a row of numbers: t .ms., v .mV.*begin other lines with #",
        ),
        (lines(",", [["0", "1"], ["1", ""]]), "Line 3 .* is not 2 numbers: 1"),
        (lines(",", [["0", "\x1b[31m1"]]), r"Line 2 .* is not a row of numbers: '0, \\x1b\[31m1'"),
        (lines(",", [["0", "1"], ["1", "\x1b[31m1"]]), r"Line 3 .* is not 2 numbers: '1, \\x1b\[31m1'"),
        ("t1 [ms],v1 [mV],t2 [s],v2 [mV]\n0,1,0,1\n1,2,0.002,3\n", "'t1' and 't2' are both times, and differ: write"),
    ],
)
def test_ambiguous_tables_are_refused(text, said, tmp_path):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(lo.FileFormatError, match=said):
        lo.read_recording(tmp_path / "a.csv")


def test_files_that_are_not_tables_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(lo.FileFormatError, match=r"an archive of files that are not NumPy arrays: unpack it, or save"):
        lo.read_recording(tmp_path / "a.xlsx")
    (tmp_path / "a.dat").write_bytes(b"DATA" + bytes(1000))
    with pytest.raises(lo.FileFormatError, match=r"is neither text nor in another format that loligo knows\.$"):
        lo.read_recording(tmp_path / "a.dat")
    np.savez(tmp_path / "a.npz", t=np.arange(3.0), i=np.arange(3.0))
    with pytest.raises(lo.FileFormatError, match=r"say what each column is with columns=, such as .'i': 'current"):
        lo.read_recording(tmp_path / "a.npz")
    (sweep,) = lo.read_recording(tmp_path / "a.npz", columns={"t": "t [ms]", "i": "current [nA]"})
    assert sweep.clamp == "voltage"
    with pytest.raises(lo.ArgumentError, match=r"got ndarray\. For arrays, use lo\.Sweep"):
        lo.read_recording(np.zeros((3, 2)))


ATF = 'ATF\t1.0\r\n2\t3\r\n"AcquisitionMode=Episodic Stimulation"\r\n"Comment="\r\n'


def test_axon_text_files(tmp_path):
    titles = '"Time (ms)"\t"Trace #1 (mV)"\t"Trace #2 (mV)"\r\n'
    rows = "".join(f"{0.1 * k:.1f}\t{-65 + k}\t{-64 + k}\r\n" for k in range(20))
    (tmp_path / "a.atf").write_text(ATF + titles + rows)
    first, second = lo.read_recording(tmp_path / "a.atf")
    assert (first.name, second.name) == ("a Trace #1", "a Trace #2")
    assert first.v.tolist() == list(range(-65, -45))
    assert second.v.tolist() == list(range(-64, -44))
    assert first.interval == pytest.approx(0.1)
    (tmp_path / "a.atf").write_text(ATF + titles + rows.replace("\t-60\t", "\tx\t"))
    with pytest.raises(lo.FileFormatError, match=r"Line 11 of .* is not 3 numbers"):
        lo.read_recording(tmp_path / "a.atf")
    for cut in ("ATF\t1.0", "ATF\t1.0\r\nx\r\n", "ATF\t1.0\r\n9999\t2\r\n0\t1\r\n"):
        (tmp_path / "a.atf").write_text(cut)
        with pytest.raises(lo.FileFormatError):
            lo.read_recording(tmp_path / "a.atf")


def test_columns_of_the_same_times_are_one(tmp_path):
    (tmp_path / "a.csv").write_text("t1 [ms],v1 [mV],t2 [s],v2 [mV]\n0,1,0,5\n1,2,0.001,6\n2,3,0.002,7\n")
    first, second = lo.read_recording(tmp_path / "a.csv")
    assert (first.v.tolist(), second.v.tolist()) == ([1, 2, 3], [5, 6, 7])
    (tmp_path / "a.csv").write_text("t1 [ms],v1 [mV],t2 [s]\n0,1,0\n1,2,0.003\n2,3,0.007\n")
    (sweep,) = lo.read_recording(tmp_path / "a.csv", columns={"t2 [s]": "other"})
    assert sweep.t.tolist() == [0, 1, 2]


def test_utf_16_without_a_mark_is_explained(tmp_path):
    (tmp_path / "a.csv").write_bytes(lines(",").encode("utf-16-le"))
    with pytest.raises(lo.FileFormatError, match="UTF-16 without a byte order mark: save it as UTF-8"):
        lo.read_recording(tmp_path / "a.csv")
