"""The saved table, figure and picture hold the run on show."""

import xml.etree.ElementTree as ET

import numpy as np

from browser.links import FULL, table


def saved(page, button):
    """Press a button that saves a file; return its name and bytes."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button, exact=True).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_the_table_holds_all_traces(lab):
    page = lab(FULL)
    name, data = saved(page, "CSV")
    _, rows = table(data)
    assert name == "loligo-squid.csv"
    assert rows[0][:6] == ["t [ms]", "v [mV]", "m", "h", "n", "stimulus [µA/cm²]"]
    numbers = np.array(rows[1:], float)
    np.testing.assert_array_equal(numbers[:, 1], page.evaluate("[...loligoLab.run.y[0]]"))


def test_the_figure_is_complete_and_runs_no_code(lab):
    page = lab(FULL)
    _, data = saved(page, "SVG")
    figure = ET.fromstring(data)
    texts = {element.text for element in figure.iter() if element.tag.endswith("text")}
    assert {"Squid giant axon", "mV", "t [ms]", "I_Na", "m", "h", "n"} <= texts
    assert {element.tag.split("}")[1] for element in figure.iter()} == {"svg", "rect", "polyline", "text"}


def test_the_picture_is_a_picture(lab):
    page = lab(FULL)
    _, data = saved(page, "PNG")
    assert data.startswith(b"\x89PNG")
    assert int.from_bytes(data[16:20], "big") == 1600
    assert page.complaints == []
