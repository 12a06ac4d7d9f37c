"""Every component says what it takes, shows itself, and keeps to the rules of the house."""

import re
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import rcssmin
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from portal.core import gallery
from portal.core.staticfiles import (
    ASSETS,
    COMPONENTS,
    LAYERS,
    ComponentAssetsFinder,
    join_scripts,
    join_styles,
    script_sources,
    style_sources,
)

NAMES = gallery.component_names()
# The frame of every page is seen on every page, the gallery included.
WITHOUT_EXAMPLES = {"site_header", "site_footer"}
TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))


@pytest.fixture(autouse=True)
def _plain_templates():
    """Here the real templates are what is looked at."""


@pytest.mark.parametrize("name", NAMES)
def test_a_component_says_what_it_takes(name):
    assert "Takes" in gallery.read_header(name)


@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_EXAMPLES))
def test_a_component_shows_itself(name, db, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    path = COMPONENTS / name / "examples.yaml"
    assert gallery.read_examples(path), f"{path} has no example"
    for example in gallery.read_component(name).examples:
        assert example.html.strip()
        assert "{%" not in example.html
        assert "{{" not in example.html


def test_all_folders_are_components():
    folders = {path.name for path in COMPONENTS.iterdir() if path.is_dir()}
    assert folders == set(NAMES)


@pytest.mark.parametrize(
    "path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR))
)
def test_nothing_is_inline(path):
    markup = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", markup)
    assert not re.search(r"<script(?![^>]*\ssrc=)", markup)


@pytest.mark.parametrize("name", NAMES)
def test_an_include_gives_only_what_it_names(name):
    markup = (COMPONENTS / name / f"{name}.html").read_text("utf-8")
    for tag in re.findall(r"{% include .*?%}", markup):
        assert tag.endswith("only %}"), tag


def test_style_sheets_are_all_joined_in_their_layers():
    joined = join_styles()
    assert joined.startswith("@layer " + ",".join(LAYERS))
    for path in (path for layer in LAYERS for path in style_sources(layer)):
        assert rcssmin.cssmin(path.read_text("utf-8")) in joined
    for path in COMPONENTS.glob("*/*.css"):
        assert path.stem == path.parent.name
        assert path in style_sources("components")


def test_style_sheet_is_well_formed_and_light():
    joined = join_styles()
    assert joined.count("{") == joined.count("}")
    assert "/*" not in joined
    assert len(joined.encode()) < 62_000
    assert len(join_scripts().encode()) < 16_000


def test_components_know_only_semantic_tokens():
    """A brand is changed in one place: no colour of its own elsewhere than in the tokens."""
    for path in style_sources("components"):
        for rule in re.findall(r"[\w-]*(?:color|background|border)[\w-]*:[^;}]*", path.read_text()):
            assert not re.search(r"#[0-9a-f]{3,8}\b(?!')", rule), f"{path.name}: {rule}"


def test_tokens_used_are_tokens_defined():
    joined = join_styles()
    defined = set(re.findall(r"(--[a-z0-9-]+):", joined))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", joined))
    assert used <= defined


def test_scripts_are_all_joined_each_in_its_own_scope(tmp_path):
    joined = join_scripts()
    assert joined.count("{\n") >= len(script_sources())
    module = tmp_path / "portal.mjs"
    module.write_text(joined)
    checked = (
        subprocess.run(["node", "--check", module], capture_output=True, check=False)
        if (Path("/usr/bin/node").exists())
        else None
    )
    assert checked is None or checked.returncode == 0, checked.stderr


def test_finder_finds_and_lists_both_files():
    for name in ASSETS:
        assert Path(finders.find(name)).exists()
        assert [str(found) for found in finders.find(name, find_all=True)] == [finders.find(name)]
    listed = {
        path
        for finder in finders.get_finders()
        for path, _storage in finder.list(["CVS"])
        if path.startswith("portal/")
    }
    assert set(ASSETS) <= listed
    assert finders.find("portal/none.css") is None


@pytest.mark.parametrize("component", ["", "card", "none"])
@pytest.mark.parametrize("theme", ["light", "dark", "x"])
def test_gallery_shows_the_components(component, theme, admin_client):
    response = admin_client.get("/gallery/", {"component": component, "theme": theme})
    assert response.status_code == 200
    shown = [one.name for one in response.context["components"]]
    assert shown == (["card"] if component == "card" else NAMES)
    assert ('data-theme="dark"' in response.text) == (theme == "dark")


@pytest.mark.parametrize("mode", ["PRODUCTION", "DEMONSTRATION"])
def test_gallery_is_for_development(mode, settings, admin_client):
    setattr(settings, mode, True)
    assert admin_client.get("/gallery/").status_code == 404


def test_the_page_of_a_failure_needs_nothing(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    page = render_to_string("500.html")
    assert "<h1>" in page
    assert "portal.css" in page


def test_two_first_requests_build_the_style_sheet_at_once(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    together = threading.Barrier(2, timeout=30)
    replace = Path.replace

    def replace_together(path, target):
        together.wait()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", replace_together)
    with ThreadPoolExecutor(2) as requests:
        found = list(
            requests.map(lambda _n: ComponentAssetsFinder().find("portal/portal.css"), range(2))
        )
    assert found[0] == found[1]
    assert Path(found[0]).read_text("utf-8") == join_styles()
    assert [path.name for path in Path(found[0]).parent.iterdir()] == ["portal.css"]
