"""Every component in every state: accessible, in both themes, as narrow as a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.core.staticfiles import join_styles

# A page has one of each landmark; the gallery repeats some on purpose.
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"landmark-unique": {"enabled": False}},
}


@pytest.mark.django_db
def test_gallery_is_accessible(admin_client, browser):
    sheet = '<link rel="stylesheet" href="/static/portal/portal.css">'
    markup = admin_client.get("/gallery/").text
    assert sheet in markup
    markup = markup.replace(sheet, f"<style>{join_styles()}</style>")
    problems = []
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 320)):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=True
        )
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content(markup, wait_until="domcontentloaded")
        found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        problems += [
            f"{scheme} {width}: {one['id']} {node['target']}"
            for one in found
            for node in one["nodes"]
        ]
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if overflow > 0:
            problems.append(f"{scheme} {width}: {overflow} px too wide")
        context.close()
    assert not problems, "\n".join(problems)
