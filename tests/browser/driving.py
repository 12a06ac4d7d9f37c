"""What the hands of a person do: Tab, follow a link, open the editor of a page."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import ROOT, Portal, environment

STANDING = """async () => {
    // What takes the focus is scrolled to with the next frame.
    for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
    const at = document.activeElement;
    const card = at.closest('.card, .search-result');
    const marked = [at, card].some(element => {
        if (!element) return false;
        const style = getComputedStyle(element);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    });
    const box = at.getBoundingClientRect();
    return {
        marked,
        shown: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0,
        what: at.outerHTML.slice(0, 120),
    };
}"""


def tab_to(page: Page, target: Locator, most: int = 40) -> None:
    """Reach ``target`` with the Tab key alone, seeing at each step where one stands."""
    wanted = target.element_handle()
    for _step in range(most):
        page.keyboard.press("Tab")
        seen = page.evaluate(STANDING)
        assert seen["shown"], f"the focus is on something invisible: {seen['what']}"
        assert seen["marked"], f"the focus is not visible: {seen['what']}"
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"the Tab key does not reach {target}")


def first_result(page: Page) -> str:
    """Return the address of the first thing found."""
    return page.locator(".search-results a").first.get_attribute("href") or ""


def manage(portal: Portal, *command: str) -> None:
    """Run a command of the served portal."""
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment(portal.data_dir, 8000),
        check=True,
        capture_output=True,
        text=True,
    )


def let_the_clock_pass(portal: Portal) -> None:
    """Run the clock as `make run` does, for the one pass that it makes on starting."""
    clock = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "run_clock"],
        cwd=ROOT,
        env=environment(portal.data_dir, 8000),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert clock.stdout
    assert clock.stdout.readline().startswith("Clock: ")
    clock.terminate()  # it finishes the pass under way
    clock.communicate(timeout=300)  # e-mails are printed, and a pipe that nobody reads fills up
    assert clock.returncode == 0


def page_number(page: Page, portal: Portal, path: str) -> str:
    """Return the number of the page at ``path``, as the link to its editor tells it."""
    page.goto(portal.url + path)
    link = page.locator("a[href*='/admin/pages/'][href$='/edit/']").first.get_attribute("href")
    found = re.search(r"/pages/(\d+)/", link or "")
    assert found, f"no link to the editor of {path}"
    return found.group(1)


def add_block(page: Page, label: str) -> None:
    """Open the list of blocks at the end of the body, and choose one by its name."""
    page.locator("[data-contentpath=body] .c-sf-add-button").last.click()
    page.get_by_role("option", name=label, exact=True).click()


def publish(page: Page) -> None:
    """Publish what is being edited: the button is among the other actions."""
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").last.click()
    page.locator("button[name=action-publish]").click()


def expect_published(page: Page) -> None:
    """Wait until what was being edited is public: the editor is left, and the list says so."""
    page.wait_for_url(re.compile(r"/admin/pages/\d+/$"))
    expect(page.locator(".messages .success")).to_be_visible(timeout=20_000)


def open_new(page: Page, address: str) -> None:
    """Open the editor of a new page, and wait until it watches what is changed: nobody types sooner."""
    page.add_init_script(
        "document.addEventListener('w-unsaved:watch-edits',"
        " () => document.documentElement.setAttribute('data-watched', ''))"
    )
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-watched", "")


def wait_for_autosave(page: Page) -> None:
    """Wait until a new page has been saved by itself, and its panels were put in place anew."""
    page.wait_for_url("**/edit/")
    expect(page.locator("#w-autosave-indicator")).to_have_attribute(
        "data-w-autosave-state-value", "saved"
    )


def save_draft(page: Page) -> None:
    """Save what is being edited, without publishing it."""
    page.locator("footer button.action-save").click()
    expect(page.locator(".messages .success")).to_be_visible(timeout=20_000)


def unpublish(page: Page, portal: Portal, number: str) -> None:
    """Take the page out of readers' sight."""
    page.goto(f"{portal.url}/admin/pages/{number}/unpublish/")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_url(lambda url: "unpublish" not in url)


def choose(page: Page, field: str, choice: str) -> None:
    """Open the chooser of ``field``, and take its first ``choice``."""
    page.locator(f"[data-contentpath={field}] [data-chooser-action-choose]").first.click()
    page.locator(f".modal {choice}").first.click()
    expect(page.locator(".modal")).to_have_count(0)
