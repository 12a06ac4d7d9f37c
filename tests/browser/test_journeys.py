"""What each person comes for, done in a real browser as they would do it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Portal

MEDIA = re.compile(r"\.(webm|mp4|mp3)(\?|$)")


def first_result(page: Page) -> str:
    return page.locator(".search-results a").first.get_attribute("href") or ""


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
            page.wait_for_url("**q=**")
            expect(page.locator("main input[type=search]")).to_have_value(words)
            found.append(first_result(page))
        assert found[0]
        assert len(set(found)) == 1, found
        page.locator(".search-results a").first.click()
        expect(page.locator("h1")).to_be_visible()
        assert found[0] in page.url

    @pytest.mark.parametrize(
        ("language", "posts", "engagement_path", "stories", "charter"),
        [
            ("fr", "/fr/actualites/", "engagement", "bonnes-pratiques", "charte"),
            ("en", "/en/news/", "engagement", "good-practices", "charter"),
        ],
    )
    def test_walks_the_chain_by_links(
        self, portal, context_for, language, posts, engagement_path, stories, charter
    ):
        page = context_for("agent").new_page()
        page.goto(portal.url + posts)

        def follow(selector):
            link = page.locator(selector).first
            href = link.get_attribute("href")
            link.click()
            page.wait_for_url(f"**{href}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("h1")).to_be_visible()

        follow("main .card__title a")
        post = page.url
        follow(".about .engagement-list a")
        follow("main .indicator-rows a")
        assert re.search(r"/V\d-\d\d/", page.url, re.IGNORECASE)
        # From there to a story about the same engagement, or from the list of stories.
        story = f"main a[href*='/{stories}/'][href$='/']"
        if page.locator(f".related a[href*='/{stories}/']").count():
            follow(f".related a[href*='/{stories}/']")
        else:
            page.goto(f"{portal.url}/{language}/{stories}/")
            follow("main .card__title a")
        assert story
        follow(".about .engagement-list a")
        if page.locator(".related a[href*='/agenda/'], .related a[href*='/events/']").count():
            follow(".related a[href*='/agenda/'], .related a[href*='/events/']")
            follow(".about .engagement-list a")
        follow(f"a[href*='/{charter}']")
        assert page.locator("main").get_by_role("heading", level=2).count()
        assert post != page.url

    def test_changes_language_and_is_told_what_is_not_translated(self, portal, context_for):
        page = context_for("agent").new_page()
        page.goto(f"{portal.url}/fr/actualites/gobelets-neuf-lavages/")
        expect(page.locator("h1")).to_be_visible()
        page.locator(".language-switcher a[hreflang=en]").click()
        page.wait_for_url("**/en/**")
        expect(page.locator(".untranslated")).to_be_visible()
        expect(page.locator(".untranslated")).to_contain_text("not been translated")
        assert page.locator("main [lang=fr]").count()
        page.locator(".language-switcher a[hreflang=fr]").click()
        page.wait_for_url("**/fr/actualites/gobelets-neuf-lavages/")

    def test_loads_a_film_only_when_asked(self, portal, context_for):
        page = context_for("agent").new_page()
        asked: list[str] = []
        page.on("request", lambda request: MEDIA.search(request.url) and asked.append(request.url))
        page.goto(f"{portal.url}/fr/bonnes-pratiques/")
        films = [link.get_attribute("href") for link in page.locator("main .card__title a").all()]
        for href in films:
            page.goto(portal.url + href, wait_until="networkidle")
            if page.locator(".video__open").count():
                break
        else:
            pytest.fail("no story has a film")
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

    @pytest.mark.parametrize("account", ["agent", "partner"])
    def test_has_no_way_into_the_editing_area(self, portal, context_for, account):
        context = context_for(account)
        page = context.new_page()
        page.goto(f"{portal.url}/fr/")
        assert page.locator("a[href*='/admin/']").count() == 0
        answer = context.request.get(f"{portal.url}/admin/", max_redirects=0)
        assert answer.status in {302, 403, 404}
        page.goto(f"{portal.url}/admin/")
        assert "/admin/" not in page.url or page.locator("#wagtail-sidebar").count() == 0

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


def edited(page: Page, portal: Portal, path: str) -> str:
    """Return the number of the page at ``path``, as the link to its editor tells it."""
    page.goto(portal.url + path)
    link = page.locator("a[href*='/admin/pages/'][href$='/edit/']").first.get_attribute("href")
    return re.search(r"/pages/(\d+)/", link).group(1)


def add_block(page: Page, label: str) -> None:
    """Open the list of blocks at the end of the body, and choose one by its name."""
    page.locator("[data-contentpath=body] .c-sf-add-button").last.click()
    page.get_by_role("option", name=label, exact=True).click()


def more_actions(page: Page) -> None:
    page.locator("footer [data-w-dropdown-target=toggle], footer .w-dropdown__toggle").last.click()


def choose_picture(page: Page) -> None:
    page.locator("[data-contentpath=image] button[data-chooser-action-choose]").first.click()
    page.locator(".modal [data-chooser-modal-choice]").first.click()
    expect(page.locator(".modal")).to_have_count(0)


def unpublish(page: Page, portal: Portal, number: str) -> None:
    page.goto(f"{portal.url}/admin/pages/{number}/unpublish/")
    page.locator("main form [type=submit]").last.click()
    page.wait_for_url(lambda url: "unpublish" not in url)


class TestCommunication:
    """The comms person writes, illustrates, previews, publishes, schedules: unaided, in French."""

    @pytest.fixture
    def page(self, context_for) -> Page:
        context: BrowserContext = context_for("comms", width=1440)
        page = context.new_page()
        self.broken = []
        page.on("response", lambda r: r.status >= 500 and self.broken.append(r.url))
        yield page
        assert not self.broken

    def new_post(self, page, portal, title):
        number = edited(page, portal, "/fr/actualites/")
        page.goto(f"{portal.url}/admin/pages/add/home/newspage/{number}/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.locator("#id_title").fill(title)
        page.locator("#id_summary").fill("Trois tasses au lavage, et un geste de moins à faire.")

    def test_a_post_from_the_first_word_to_its_end(self, page, portal, context_for):
        title = "Le grand retour de la tasse de porcelaine"
        self.new_post(page, portal, title)
        choose_picture(page)
        add_block(page, "Texte")
        page.locator("[data-contentpath=body] .public-DraftEditor-content").first.click()
        page.keyboard.type("La tasse de porcelaine revient dans les salles de pause.")
        add_block(page, "Chiffre")
        page.locator("[data-contentpath=body] select").last.select_option("barometre-afnor")

        page.locator("[data-side-panel-toggle=preview]").first.click()
        preview = page.frame_locator("#w-preview-iframe, [data-w-preview-target=iframe]").first
        expect(preview.locator("h1")).to_have_text(title, timeout=20_000)
        expect(preview.locator(".tile__figure")).to_have_text("62")

        more_actions(page)
        page.locator("button[name=action-publish]").click()
        expect(page.locator(".messages .success")).to_be_visible(timeout=20_000)

        reader = context_for("agent").new_page()
        reader.goto(f"{portal.url}/fr/")
        expect(reader.locator("main .card__title a").first).to_have_text(title)
        reader.goto(f"{portal.url}/fr/recherche/?q=tasse+porcelaine")
        expect(reader.locator(".search-results a").first).to_have_text(title)
        reader.locator(".search-results a").first.click()
        post = reader.url
        expect(reader.locator(".tile__figure")).to_have_text("62")

        number = edited(page, portal, post.removeprefix(portal.url))
        unpublish(page, portal, number)
        assert reader.goto(post).status == 404
        reader.goto(f"{portal.url}/fr/")
        expect(reader.locator("main")).not_to_contain_text(title)
        reader.goto(f"{portal.url}/fr/recherche/?q=tasse+porcelaine")
        expect(reader.locator("main")).not_to_contain_text(title)
