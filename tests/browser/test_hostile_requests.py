"""No address and no query string makes the portal answer with an error of its own."""

from urllib.parse import quote

import pytest

from .test_every_page import addresses  # noqa: F401

HOSTILE = [
    "page=0",
    "page=-1",
    "page=99999999999999999999",
    "page=%00",
    "page=2%27%20OR%201=1",
    "q=" + quote("AND OR NEAR(* \" ' ^ : ) ("),
    "q=" + "a" * 5000,
    "q=%00",
    "q=%ff%fe",
    "q=" + quote("\u202e🙂<script>alert(1)</script>"),
    "engagement=abc&axis=-1&year=20x4&tag=%00&kind=nothing",
    "engagement=99&year=0&year=99999&tag=" + quote("é'\""),
    "page=1&page=2&kind=&kind=news&kind[]=x",
]
PATHS = [
    "/%00",
    "/fr/%00/",
    "/fr/" + "a" * 3000 + "/",
    "/fr/../../etc/passwd",
    "/media/../portal.sqlite3",
    "/media/%2e%2e/portal.sqlite3",
    "/static/../manage.py",
    "/fr/%E2%80%AE/",
    "//example.org/",
    "/xx/",
    "/documents/999999/x.pdf",
]


@pytest.mark.parametrize("query", HOSTILE, ids=[query[:30] for query in HOSTILE])
def test_hostile_query_strings_never_break_a_page(portal, addresses, context_for, query):  # noqa: F811
    context = context_for("agent")
    broken = []
    for label, path in addresses.items():
        response = context.request.get(f"{portal.url}{path}?{query}")
        if response.status >= 500:
            broken.append(f"{label} {path}: {response.status}")
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize("account", [None, "agent"])
def test_hostile_paths_never_break_the_portal(portal, context_for, account):
    context = context_for(account)
    broken = []
    for path in PATHS:
        response = context.request.get(portal.url + path, max_redirects=3)
        if response.status >= 500 or "SQLite format" in response.text()[:100]:
            broken.append(f"{path}: {response.status}")
    assert not broken, "\n".join(broken)
