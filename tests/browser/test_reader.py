"""What agents, partners and visitors come for, done in a real browser as they would do it."""

import re
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import Page, expect

from .conftest import PASSWORD, Portal
from .driving import first_result, tab_to

MEDIA = re.compile(r"\.(webm|mp4|mp3)(\?|$)")

# One engagement that has everything, and the same in the other language.
CHAINS = {
    "fr": {
        "axis": "/fr/responsabilite-sociale/",
        "engagement": "/fr/responsabilite-sociale/service-public-exemplaire/",
        "indicators": "/fr/indicateurs/",
        "story": "/fr/bonnes-pratiques/duos-seeph/",
        "event": "/fr/agenda/demo-seeph-un-jour-en-duo/",
        "charter": "/fr/charte/",
    },
    "en": {
        "axis": "/en/social-responsibility/",
        "engagement": "/en/social-responsibility/service-public-exemplaire/",
        "indicators": "/en/indicators/",
        "story": "/en/good-practices/duos-seeph/",
        "event": "/en/events/demo-seeph-un-jour-en-duo/",
        "charter": "/en/charter/",
    },
}


def follow(page: Page, path: str, *, below: bool = False) -> None:
    """Follow a link of the page's own content to ``path``, or to something right below it."""
    selector = f"main a[href^='{path}']:not([href='{path}'])" if below else f"main a[href='{path}']"
    link = page.locator(selector).first
    expect(link, f"{page.url} leads to {path}").to_be_visible()
    href = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{href}")
    expect(page.locator("h1")).to_be_visible()


class TestKeyboard:
    def test_does_everything_from_signing_in_to_signing_out(self, portal, context_for):
        page = context_for().new_page()
        page.goto(f"{portal.url}/fr/")
        expect(page.locator("input[name=username]")).to_be_focused()
        page.keyboard.type("agent")
        tab_to(page, page.locator("input[name=password]"))
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{portal.url}/fr/")

        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute("href", "#content")
        expect(page.locator(":focus")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        search = page.locator("main input[type=search]")
        tab_to(page, search)
        page.keyboard.type("gobelets")
        page.keyboard.press("Enter")
        page.wait_for_url("**/recherche/?q=gobelets")
        found = page.locator(".search-results a").first
        href = found.get_attribute("href")
        tab_to(page, page.locator("a[href='#found']"))
        page.keyboard.press("Enter")
        tab_to(page, found, most=3)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{href}")

        posts = page.locator("header nav a[href='/fr/actualites/']")
        tab_to(page, posts)
        page.keyboard.press("Enter")
        page.wait_for_url("**/fr/actualites/")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # past the menu
        post = page.locator("main .card__title a").first
        href = post.get_attribute("href")
        tab_to(page, post)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{href}")

        account = page.locator("header .account summary")
        tab_to(page, account)
        page.keyboard.press("Enter")
        tab_to(page, page.locator(".account__out"))
        page.keyboard.press("Escape")
        expect(account).to_be_focused()
        expect(page.locator(".account__out")).to_be_hidden()
        page.keyboard.press("Enter")
        tab_to(page, page.locator(".account__out"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/login/**")
        page.goto(f"{portal.url}/fr/actualites/")
        assert "/login/" in page.url

    def test_opens_and_closes_the_menu_of_a_phone(self, portal, context_for):
        page = context_for("agent", width=360).new_page()
        page.goto(f"{portal.url}/fr/")
        menu = page.locator(".site-header__menu")
        expect(page.locator("#site-menu")).to_be_hidden()
        tab_to(page, menu)
        page.keyboard.press("Enter")
        expect(page.locator("#site-menu")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#site-menu")).to_be_hidden()
        expect(menu).to_be_focused()
        page.keyboard.press("Enter")
        tab_to(page, page.locator("#site-menu a[href='/fr/agenda/']"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/fr/agenda/")


class TestSmallScreen:
    @pytest.mark.parametrize(
        ("account", "path"),
        [
            ("agent", "/fr/"),
            ("agent", "/fr/responsabilite-sociale/qvct/"),
            ("agent", "/fr/bonnes-pratiques/gobelets/"),
            ("agent", "/fr/recherche/?q=v%C3%A9lo"),
            (None, "/fr/login/"),
        ],
    )
    def test_text_may_be_twice_as_large(self, portal, context_for, account, path):
        page = context_for(account, width=320).new_page()
        assert page.goto(portal.url + path).status == 200
        # No style may be set inline here: the browser itself is asked, as a reader would.
        session = page.context.new_cdp_session(page)
        session.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
        expect(page.locator("html")).to_have_css("font-size", "32px")
        wide, culprits = page.evaluate(
            """() => [
                document.documentElement.scrollWidth,
                [...document.querySelectorAll('body *')]
                    .filter(element => element.getBoundingClientRect().right > 321)
                    .slice(0, 5).map(element => element.outerHTML.slice(0, 90)),
            ]"""
        )
        assert wide <= 320, culprits


class TestReader:
    def test_is_told_in_french_that_the_password_is_wrong(self, portal, context_for):
        page = context_for().new_page()
        page.goto(f"{portal.url}/fr/")
        page.fill("input[name=username]", "personne-de-connu")
        page.fill("input[name=password]", "pas le bon")
        page.click("main button[type=submit]")
        message = page.locator("[role=alert]")
        expect(message).to_contain_text("mot de passe")
        expect(page.locator("input[name=username]")).to_have_value("personne-de-connu")

    def test_finds_the_same_whatever_the_spelling(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(f"{portal.url}/fr/")
        found = []
        for words in ("eco geste", "écogestes", "ÉCO-GESTE"):
            page.locator("input[type=search]:visible").first.fill(words)
            page.keyboard.press("Enter")
            page.wait_for_url(f"**?q={quote_plus(words)}")  # the page before has the words too
            found.append(first_result(page))
        assert found[0]
        assert len(set(found)) == 1, found
        page.locator(".search-results a").first.click()
        expect(page.locator("h1")).to_be_visible()
        assert found[0] in page.url

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_walks_the_chain_by_links_both_ways(self, portal, context_for, language):
        chain = CHAINS[language]
        page = context_for("agent").new_page()
        page.goto(f"{portal.url}/{language}/")
        follow(page, chain["axis"])
        follow(page, chain["engagement"])
        follow(page, chain["indicators"], below=True)
        assert re.search(r"/V2-\d\d/$", page.url), page.url
        indicator = page.url.removeprefix(portal.url)
        for step in ("story", "event", "charter"):
            follow(page, chain[step])
            expect(page.locator("html")).to_have_attribute("lang", language)
        for step in ("event", "story"):
            follow(page, chain[step])
        follow(page, chain["indicators"], below=True)
        page.goto(portal.url + indicator)
        follow(page, chain["engagement"])
        follow(page, chain["axis"])
        expect(page.locator("html")).to_have_attribute("lang", language)

    def test_changes_language_and_is_told_what_is_not_translated(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(f"{portal.url}/fr/actualites/gobelets-neuf-lavages/")
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".untranslated")).to_have_count(0)
        page.locator(".language-switcher a[hreflang=en]").click()
        page.wait_for_url("**/en/**")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator(".untranslated")).to_contain_text("not been translated")
        expect(page.locator("main h1")).to_have_attribute("lang", "fr")
        expect(page.locator("main .prose").first).to_have_attribute("lang", "fr")
        page.locator(".language-switcher a[hreflang=fr]").click()
        page.wait_for_url("**/fr/actualites/gobelets-neuf-lavages/")

    def test_goes_from_a_translated_page_to_its_original_and_back(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(f"{portal.url}/en/news/62-out-of-100-so-what/")
        expect(page.locator(".untranslated")).to_have_count(0)
        english = page.locator("h1").inner_text()
        page.locator(".language-switcher a[hreflang=fr]").click()
        page.wait_for_url("**/fr/actualites/barometre-soixante-deux-sur-cent/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        expect(page.locator("h1")).not_to_have_text(english)
        page.locator(".language-switcher a[hreflang=en]").click()
        page.wait_for_url("**/en/news/62-out-of-100-so-what/")

    def test_loads_a_film_only_when_asked(self, portal, context_for):
        page = context_for("agent").new_page()
        asked: list[str] = []
        page.on("request", lambda request: MEDIA.search(request.url) and asked.append(request.url))
        page.goto(f"{portal.url}/fr/bonnes-pratiques/gobelets/", wait_until="networkidle")
        assert asked == []
        assert page.locator("video").count() == 0
        with page.expect_request(MEDIA):
            page.locator(".video__open").click()
        player = page.locator("video")
        expect(player).to_be_focused()
        expect(player.locator("track[kind=captions]")).to_have_count(1)
        captions = player.locator("track").get_attribute("src")
        answer = page.context.request.get(portal.url + captions)
        assert answer.status == 200
        assert answer.text().startswith("WEBVTT")
        page.locator(".video__transcript summary").click()
        expect(page.locator(".video__transcript .prose")).not_to_be_empty()

    @pytest.mark.parametrize("account", ["agent", "partner"])
    def test_has_no_way_into_the_editing_area(self, portal, context_for, account):
        context = context_for(account)
        page = context.new_page()
        page.goto(f"{portal.url}/fr/")
        assert page.locator("a[href*='/admin/']").count() == 0
        answer = context.request.get(f"{portal.url}/admin/", max_redirects=0)
        assert answer.status in {302, 403, 404}
        page.goto(f"{portal.url}/admin/")
        expect(page.locator("#wagtail-sidebar")).to_have_count(0)

    def test_searches_without_javascript(self, portal, context_for):
        page = context_for("agent", java_script_enabled=False).new_page()
        page.goto(f"{portal.url}/fr/")
        page.locator("main input[type=search]").fill("vélo")
        page.locator("main .search-field button").first.click()
        page.wait_for_url("**/recherche/?q=**")
        assert first_result(page)

    @pytest.mark.parametrize("path", ["/fr/nulle-part/", "/en/nowhere/"])
    def test_lands_on_a_designed_page_when_lost(self, portal, context_for, path):
        page = context_for("agent").new_page()
        assert page.goto(portal.url + path).status == 404
        expect(page.locator(".error-page h1")).to_be_visible()
        expect(page.locator(".site-header")).to_be_visible()
        expect(page.locator("main input[type=search]")).to_be_visible()


class TestPartner:
    @pytest.mark.parametrize(
        ("language", "proposed", "nothing"),
        [("fr", "Proposé", "ne vous engage à rien"), ("en", "Proposed", "commits you to nothing")],
    )
    def test_reads_the_charter_before_anything_is_signed(
        self, portal: Portal, context_for, language, proposed, nothing
    ):
        page = context_for("rso").new_page()
        page.goto(f"{portal.url}/{language}/")
        follow(page, CHAINS[language]["charter"])
        expect(page.locator(".charter__stage")).to_contain_text(proposed)
        articles = page.locator(".charter__article")
        assert articles.count() >= 5
        page.locator(".charter__contents a").nth(1).click()
        expect(articles.nth(1)).to_be_in_viewport()
        expect(page.locator(".charter__foot")).to_contain_text(nothing)
        # Signing has a page of its own: what is chosen here goes there, and nothing is sent yet.
        signing = page.get_by_role("main").locator("form")
        expect(signing).to_have_attribute("action", re.compile("/v1/(signer|sign)/$"))
        expect(signing.locator("input[type=password], input[name=agreed]")).to_have_count(0)


class TestVisitor:
    def test_reads_the_listening_cell_page_and_leaves_no_trace(self, portal, context_for):
        context = context_for()
        page = context.new_page()
        page.goto(f"{portal.url}/fr/")
        link = page.locator("footer a", has_text="Cellule d’écoute")
        link.click()
        page.wait_for_url("**/fr/cellule-ecoute/")
        expect(page.locator("h1")).to_contain_text("écoute")
        answer = context.request.get(page.url)
        assert "no-store" in answer.headers["cache-control"]
        assert "set-cookie" not in answer.headers
        for path in ("/fr/actualites/", "/fr/agenda/", "/fr/recherche/?q=velo", "/admin/"):
            page.goto(portal.url + path)
            assert "/login/" in page.url, path
