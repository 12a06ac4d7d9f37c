"""Searching in a real browser: by keyboard, without a script, and with someone else's address."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .driving import first_result, tab_to
from .test_every_page import AXE_OPTIONS, GATHERING_BUDGET, visit

SEARCH = "/fr/recherche/"
STATES = {
    "empty": "",
    "found": "?q=mobilité",
    "filtered": "?q=mobilité&kind=news&kind=event&engagement=12",
    "misspelt": "?q=covoitruage",
    "near": "?q=vélo+zythologie",
    "nothing": "?q=zythologie",
    "nothing with filters": "?q=mobilité&year=1999",
    "by date": "?q=mobilité&sort=date&page=2",
}


def total(page: Page) -> int:
    """Return how many results the page announces."""
    found = re.match(r"\d+", page.locator("#results").inner_text())
    assert found
    return int(found.group())


def field(page: Page):
    return page.locator("main .search-field input")


def type_and_wait(page: Page, words: str):
    """Type ``words`` as hands do, and wait for what is proposed."""
    field(page).focus()
    page.keyboard.type(words)
    options = page.locator("main [role=option]")
    expect(options.first).to_be_visible()
    return options


def violations(page: Page) -> list[str]:
    result = Axe().run(page, options=AXE_OPTIONS)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in result.response["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_state_passes_axe(portal, context_for, scheme):
    page = context_for("agent", color_scheme=scheme).new_page()
    problems = []
    for name, query in STATES.items():
        page.goto(portal.url + SEARCH + query)
        problems += [f"{name}: {problem}" for problem in violations(page)]
    page.goto(portal.url + SEARCH)
    type_and_wait(page, "mobil")
    page.keyboard.press("ArrowDown")
    problems += [f"suggestions: {problem}" for problem in violations(page)]
    assert not problems, "\n".join(problems)


def test_filters_unfold_on_a_phone(portal, context_for):
    page = context_for("agent", width=320).new_page()
    page.goto(portal.url + SEARCH + STATES["filtered"])
    choices = page.locator(".search-facets__groups")
    expect(choices).to_be_hidden()
    page.locator(".search-facets__summary").click()
    expect(choices).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not violations(page)


def test_each_state_keeps_its_budget(portal, context_for):
    context = context_for("agent", width=1440)
    problems = []
    for name, query in STATES.items():
        page = context.new_page()
        seen = visit(page, portal.url + SEARCH + query)
        problems += [
            f"{name}: {seen[measure]} {measure} (at most {most})"
            for measure, most in GATHERING_BUDGET.items()
            if seen[measure] > most
        ]
        problems += [f"{name}: {error}" for error in seen["errors"] + seen["elsewhere"]]
        page.close()
    assert not problems, "\n".join(problems)


def test_by_keyboard_and_shared(portal, context_for):
    page = context_for("agent").new_page()
    page.goto(portal.url + SEARCH)
    tab_to(page, field(page))
    page.keyboard.type("mobilité")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=mobilit**")
    everything = total(page)
    choice = page.locator(".search-facets a", has_text="Actualité").first
    count = int(re.sub(r"\D", "", choice.locator("xpath=..").inner_text()))
    tab_to(page, choice)
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=news**")
    assert total(page) == count < everything
    other = page.locator(".search-facets a", has_text="Événement").first
    tab_to(page, other)
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=event**")
    assert total(page) > count

    shared = context_for("comms").new_page()
    shared.goto(page.url)
    assert shared.locator(".search-results a").evaluate_all(
        "links => links.map(link => link.pathname)"
    ) == page.locator(".search-results a").evaluate_all("links => links.map(link => link.pathname)")
    expect(shared.locator(".search-chips__chip")).to_have_count(2)

    tab_to(page, page.locator(".search-chips__clear"), most=60)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "kind" not in url)
    assert total(page) == everything


def test_without_a_script(portal, context_for):
    page = context_for("agent", java_script_enabled=False).new_page()
    page.goto(portal.url + SEARCH)
    expect(page.locator("[data-suggest-switch]")).to_be_hidden()
    field(page).fill("covoitruage")
    page.locator("main .search-field button[type=submit]").click()
    expect(page.locator(".search-page__suggestions a")).to_have_text("covoiturage")
    assert first_result(page)
    page.locator(".search-facets a", has_text="Actualité").first.click()
    expect(page.locator(".search-chips__chip")).to_have_count(1)
    page.locator(".search-page__suggestions a").click()
    expect(field(page)).to_have_value("covoiturage")
    field(page).fill("mobilité")
    page.locator("main .search-field button[type=submit]").click()
    expect(page).to_have_url(re.compile("q=mobilit"))
    page.locator(".search-facets a", has_text="Actualité").first.click()
    expect(page).to_have_url(re.compile("kind=news"))
    page.locator(".search-page__sorts a", has_text="Date").click()
    expect(page).to_have_url(re.compile("sort=date"))
    expect(page).to_have_url(re.compile("kind=news"))
    page.goto(portal.url + SEARCH + "?q=zythologie")
    assert total(page) == 0
    expect(page.locator(".empty__actions a").first).to_be_visible()
    expect(page.locator(".search-page__words a").first).to_be_visible()


class TestSuggestions:
    def test_are_chosen_with_the_arrows(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(portal.url + SEARCH)
        expect(field(page)).to_have_role("combobox")
        expect(field(page)).to_have_attribute("aria-expanded", "false")
        options = type_and_wait(page, "mobil")
        expect(field(page)).to_have_attribute("aria-expanded", "true")
        expect(page.locator("main .search-field [role=status]")).to_contain_text(
            str(options.count())
        )
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        second = options.nth(1)
        expect(second).to_have_attribute("aria-selected", "true")
        expect(field(page)).to_have_attribute(
            "aria-activedescendant", second.get_attribute("id") or ""
        )
        address = second.get_attribute("data-url")
        page.keyboard.press("Enter")
        page.wait_for_url(portal.url + address)

    def test_escape_closes_them_and_keeps_the_words(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(portal.url + SEARCH)
        options = type_and_wait(page, "mobil")
        page.keyboard.press("Escape")
        expect(options.first).to_be_hidden()
        expect(field(page)).to_have_value("mobil")
        expect(field(page)).to_be_focused()
        page.keyboard.press("ArrowDown")
        expect(options.first).to_be_visible()
        page.keyboard.press("ArrowUp")
        expect(field(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))
        page.keyboard.press("Enter")
        page.wait_for_url("**q=mobil")

    def test_wait_for_the_third_character_and_for_a_pause(self, portal, context_for):
        page = context_for("agent").new_page()
        page.clock.install()
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(portal.url + SEARCH)
        page.clock.pause_at(page.evaluate("Date.now()") + 3_600_000)  # its clock still runs
        field(page).focus()
        page.keyboard.type("mo")
        page.clock.run_for(5_000)
        page.keyboard.type("bil")
        page.clock.run_for(499)
        assert not [url for url in asked if "/api/" in url]
        with page.expect_request("**/api/search/suggest/**") as request:
            page.clock.run_for(1)
        assert "q=mobil&" in request.value.url
        expect(page.locator("main [role=option]").first).to_be_visible()

    def test_can_be_turned_off_for_good(self, portal, context_for):
        context = context_for("agent")
        page = context.new_page()
        page.goto(portal.url + SEARCH)
        type_and_wait(page, "mobil")
        page.locator("main .search-suggestions__off").click()
        expect(page.locator("main .search-suggestions")).to_be_hidden()
        expect(page.locator("main [data-suggest-switch] input")).not_to_be_checked()
        page.goto(f"{portal.url}/fr/")
        expect(field(page)).not_to_have_attribute("role", "combobox")
        page.goto(portal.url + SEARCH)
        expect(field(page)).not_to_have_attribute("role", "combobox")
        page.locator("main [data-suggest-switch]").click()
        type_and_wait(page, "mobil")
