"""Every type of page, in every language: accessible, valid, light, silent, alone."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from .conftest import ROOT, Portal, environment

VNU = ROOT / ".cache/tools/node_modules/vnu-jar/build/dist/vnu.jar"
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
# Kinds that gather: home, lists and dashboards. All others are pages of text.
GATHERING = (
    "HomePage",
    "NewsIndexPage",
    "EventIndexPage",
    "StoryIndexPage",
    "AxisPage",
    "EngagementPage",
    "AgreementPage",  # its articles, its reports, and what is near
    "CharterPage",  # it holds the choice of commitments, four buttons each
    "indicator_list",
    "sdg_list",
    "timeline",
    "search",
)
LANGUAGES = ("fr", "en")
TEXT_BUDGET = {"bytes": 150_000, "requests": 12, "nodes": 300}
GATHERING_BUDGET = {"bytes": 300_000, "requests": 20, "nodes": 500}


@pytest.fixture(scope="session")
def addresses(portal: Portal) -> dict[str, str]:
    listed = subprocess.run(
        [sys.executable, "tests/browser/list_pages.py"],
        cwd=ROOT,
        env=environment(portal.data_dir, 8000),
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, str] = json.loads(listed.stdout)
    return found


def in_language(addresses: dict[str, str], language: str) -> dict[str, str]:
    return {label: path for label, path in addresses.items() if f" {language}" in label}


def visit(page, url):
    """Open ``url``; return what the browser saw: bytes, requests, errors, third parties."""
    seen = {"bytes": 0, "requests": 0, "errors": [], "elsewhere": []}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def finished(event):
        seen["bytes"] += event["encodedDataLength"]

    def sent(event):
        address = event["request"]["url"]
        if address.startswith("data:"):
            return
        seen["requests"] += 1
        if not address.startswith(url.split("/", 3)[0] + "//" + url.split("/", 3)[2]):
            seen["elsewhere"].append(address)

    session.on("Network.loadingFinished", finished)
    session.on("Network.requestWillBeSent", sent)
    page.on("console", lambda m: m.type in {"error", "warning"} and seen["errors"].append(m.text))
    page.on("pageerror", lambda error: seen["errors"].append(str(error)))
    page.on("response", lambda r: r.status >= 400 and seen["errors"].append(f"{r.status} {r.url}"))
    page.goto(url)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    seen["nodes"] = page.evaluate("document.querySelectorAll('*').length")
    return seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_keeps_its_budget_and_asks_nothing_elsewhere(
    portal, addresses, context_for, language
):
    context = context_for("agent", width=1440)
    problems = []
    for label, path in in_language(addresses, language).items():
        page = context.new_page()
        seen = visit(page, portal.url + path)
        budget = GATHERING_BUDGET if label.startswith(GATHERING) else TEXT_BUDGET
        problems += [
            f"{label} {path}: {seen[measure]} {measure} (at most {most})"
            for measure, most in budget.items()
            if seen[measure] > most
        ]
        problems += [f"{label} {path}: {error}" for error in seen["errors"] + seen["elsewhere"]]
        page.close()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_page_passes_axe(portal, addresses, context_for, scheme, language):
    page = context_for("agent", color_scheme=scheme).new_page()
    problems = []
    for label, path in in_language(addresses, language).items():
        page.goto(portal.url + path)
        result = Axe().run(page, options=AXE_OPTIONS)
        problems += [
            f"{label} {path}: {violation['id']}: {node['html'][:160]}"
            for violation in result.response["violations"]
            for node in violation["nodes"][:3]
        ]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", ["/fr/", "/nulle-part/"])
def test_signed_out_pages_pass_axe(portal, context_for, path):
    page = context_for().new_page()
    page.goto(portal.url + path)
    result = Axe().run(page, options=AXE_OPTIONS)
    assert result.violations_count == 0, result.generate_report()


def test_each_page_is_valid_html(portal, addresses, context_for, tmp_path: Path):
    if not (VNU.exists() and shutil.which("java")):
        pytest.skip("the Nu HTML checker needs Java and npm (bin/setup-test-tools)")
    context = context_for("agent")
    names = {}
    for number, (label, path) in enumerate(addresses.items()):
        file = tmp_path / f"{number}.html"
        file.write_bytes(context.request.get(portal.url + path).body())
        names[file.name] = f"{label} {path}"
    login = tmp_path / "login.html"
    login.write_bytes(context_for().request.get(portal.url + "/fr/").body())
    names[login.name] = "login"
    checked = subprocess.run(
        ["java", "-jar", str(VNU), "--stdout", "--format", "json", *map(str, tmp_path.iterdir())],
        check=False,
        capture_output=True,
        text=True,
    )
    problems = [
        f"{names[message['url'].rsplit('/', 1)[1]]}: {message['message']}: "
        f"{message.get('extract', '')!r}"
        for message in json.loads(checked.stdout)["messages"]
    ]
    assert not problems, "\n".join(problems)


def test_each_page_has_one_title_and_a_language(portal, addresses, context_for):
    page = context_for("agent").new_page()
    problems = []
    for label, path in addresses.items():
        page.goto(portal.url + path)
        if f" {page.locator('html').get_attribute('lang')}" not in label:
            problems.append(f"{label}: language")
        if page.locator("h1").count() != 1:
            problems.append(f"{label}: {page.locator('h1').count()} h1")
        if label.endswith("en untranslated") and page.locator("main [lang=fr]").count() == 0:
            problems.append(f"{label}: French content is not marked")
    assert not problems, "\n".join(problems)


def test_no_page_scrolls_sideways(portal, addresses, context_for):
    page = context_for("agent").new_page()
    problems = []
    for label, path in addresses.items():
        page.goto(portal.url + path)
        for width in (768, 320):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                problems.append(f"{label} {path}: {wide} px in {width}")
    assert not problems, "\n".join(problems)


def test_each_page_reads_without_javascript(portal, addresses, context_for):
    page = context_for("agent", java_script_enabled=False).new_page()
    problems = []
    for label, path in addresses.items():
        page.goto(portal.url + path)
        if len(page.locator("main").inner_text()) < 100:
            problems.append(f"{label} {path}: almost empty")
    assert not problems, "\n".join(problems)
