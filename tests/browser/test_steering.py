"""The pages by which the RSO unit steers, in a real browser."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .test_every_page import AXE_OPTIONS

PAGES = (
    "/admin/steering/",
    "/admin/reports/retention/",
    "/admin/signatures/paper/withdrawal/",
)

# What moves in what is checked has come to rest, or is gone; the menu beside it pulses for long.
STILL = """Promise.allSettled(
    document.querySelector('main').getAnimations({subtree: true}).map((one) => one.finished)
).then(() => null)"""


def is_clean_admin(page: Page) -> None:
    """Check what is the portal's on a page of the editing area: it fits, and axe finds nothing."""
    page.wait_for_load_state()
    page.evaluate(STILL)
    found = Axe().run(page, context="main", options=AXE_OPTIONS)
    assert not found.violations_count, found.generate_report()
    too_wide = page.evaluate(
        "[...document.querySelectorAll('main .nice-padding *')].filter((one) => "
        "!one.closest('[tabindex=\"0\"], .w-sr-only, svg') && "
        "one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML)"
    )
    assert not too_wide, page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_pages_pass_axe_and_fit(portal, context_for, width, scheme):
    page = context_for("rso", width=width, color_scheme=scheme).new_page()
    for address in PAGES:
        answer = page.goto(f"{portal.url}{address}")
        assert answer
        assert answer.status == 200
        is_clean_admin(page)


def test_months_are_read_by_keyboard_as_a_table(portal, context_for):
    page = context_for("rso").new_page()
    page.goto(f"{portal.url}/admin/steering/")
    summary = page.locator(".steering summary").first
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".steering details table").first).to_be_visible()
    expect(page.locator(".steering details").first.locator("tbody tr")).to_have_count(12)


def test_the_home_of_editors_leads_there(portal, context_for):
    page = context_for("rso", width=1440).new_page()
    page.goto(f"{portal.url}/admin/")
    page.get_by_role("link", name="Pilotage").click()
    expect(page.get_by_role("heading", name="À regarder")).to_be_visible()
