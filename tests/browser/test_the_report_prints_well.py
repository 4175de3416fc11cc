"""The exercise's report on paper: the same from a light and a dark desktop, on five full pages, nothing cut in two."""

import re

import pytest

from loligo.course import answer_exercise, write_report


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the address of the report."""
    return write_report(answer_exercise(), tmp_path_factory.mktemp("report")).as_uri()


def test_it_prints_the_same_from_light_and_dark_on_five_pages(browser, report):
    shown = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(report)
        pdf = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 5
        page.emulate_media(media="print", color_scheme=scheme)
        shown.append(page.screenshot(full_page=True))
        whole = "(all) => all.every((one) => getComputedStyle(one).breakInside === 'avoid')"
        assert page.locator("table, figure, p").evaluate_all(whole)
        sizes = "(all) => [...new Set(all.map((one) => parseFloat(getComputedStyle(one).fontSize)))]"
        body = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert max(page.locator("p, td, th, figcaption").evaluate_all(sizes)) <= body
        context.close()
    assert shown[0] == shown[1]
