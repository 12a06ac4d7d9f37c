"""Editors set search in the French admin, and agents see it, in a real browser."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .test_every_page import AXE_OPTIONS

SEARCH = "/fr/recherche/"


def violations(page) -> list[str]:
    result = Axe().run(page, options=AXE_OPTIONS)
    return [violation["id"] for violation in result.response["violations"]]


def test_a_query_without_answer_gets_one(portal, context_for):
    """From the agent who finds nothing to the one who finds it first, by way of the report."""
    agent = context_for("agent").new_page()
    agent.goto(f"{portal.url}{SEARCH}?q=trottinette+volante")
    expect(agent.locator(".search-result__pinned")).to_have_count(0)

    editor = context_for("comms", width=1440).new_page()
    editor.goto(f"{portal.url}/admin/reports/search/missed/")
    row = editor.locator("tr", has_text="trottinette volante")
    row.get_by_role("link", name=re.compile("Épingler un résultat")).click()
    expect(editor.locator("#id_query")).to_have_value("trottinette volante")
    editor.locator("[data-chooser-action-choose]").first.click()
    editor.locator(".modal input[name=q]").fill("mobilites")
    choice = editor.locator(".modal [data-chooser-modal-choice]").first
    expect(choice).to_have_text("Mobilités")  # the list of before the search is gone
    choice.click()
    expect(editor.locator(".modal")).to_have_count(0)
    editor.locator("footer [type=submit]").first.click()
    expect(editor.locator(".messages .success")).to_be_visible(timeout=20_000)

    agent.goto(f"{portal.url}{SEARCH}?q=Trottinettes volantes")
    first = agent.locator(".search-results > li").first
    expect(first).to_contain_text("Choisi par l’équipe")
    expect(first.locator("a")).to_have_text("Mobilités")
    expect(agent.get_by_text("Pourquoi ces résultats")).to_have_count(0)
    with agent.expect_request(re.compile("clic/$")) as told:
        # In another tab: of a page that is left, the browser may not tell what it was answered.
        first.locator("a").click(modifiers=["ControlOrMeta"])
    response = told.value.response()
    assert response
    assert response.status == 204

    editor.goto(f"{portal.url}{SEARCH}?q=trottinette+volante")
    editor.get_by_role("link", name="Pourquoi ces résultats").click()
    expect(editor.locator(".search-why")).to_contain_text("Comment la recherche a été comprise")
    reasons = editor.locator(".search-reasons summary").first
    reasons.click()
    expect(editor.locator(".search-reasons").first).to_contain_text("Placé en premier par l’équipe")
    assert not violations(editor)
