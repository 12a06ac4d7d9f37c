"""What the comms person, the RSO unit and the administrator do in the French admin, unaided."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from .driving import (
    add_block,
    choose,
    expect_published,
    let_the_clock_pass,
    manage,
    open_new,
    page_number,
    publish,
    save_draft,
    unpublish,
    wait_for_autosave,
)


@pytest.fixture
def editor(context_for):
    """Give a page signed in as someone, on a wide screen; no answer may be a failure."""
    broken: list[str] = []

    def open_as(account: str) -> Page:
        page = context_for(account, width=1440).new_page()
        page.on("response", lambda r: r.status >= 500 and broken.append(r.url))
        return page

    yield open_as
    assert not broken


class TestCommunication:
    def new_post(self, page, portal, title):
        number = page_number(page, portal, "/fr/actualites/")
        open_new(page, f"{portal.url}/admin/pages/add/home/newspage/{number}/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        page.locator("#id_title").fill(title)
        page.locator("#id_summary").fill("Trois tasses au lavage, et un geste de moins à faire.")
        wait_for_autosave(page)

    def test_a_post_from_the_first_word_to_its_end(self, portal, editor, context_for):
        title = "Le grand retour de la tasse de porcelaine"
        page = editor("comms")
        self.new_post(page, portal, title)
        choose(page, "image", "[data-chooser-modal-choice]")
        add_block(page, "Texte")
        text = page.locator("[data-contentpath=body] .public-DraftEditor-content").first
        text.click()
        expect(text).to_be_focused()
        page.keyboard.type("La tasse de porcelaine revient dans les salles de pause.")
        expect(text).to_contain_text("revient dans les salles de pause.")
        add_block(page, "Chiffre")
        page.locator("[data-contentpath=body] select").last.select_option("barometre-afnor")

        page.locator("[data-side-panel-toggle=preview]").first.click()
        preview = page.frame_locator("#w-preview-iframe, [data-w-preview-target=iframe]").first
        expect(preview.locator("h1")).to_have_text(title, timeout=20_000)
        expect(preview.locator(".tile__figure")).to_have_text("62")

        publish(page)
        expect_published(page)

        reader = context_for("agent").new_page()
        reader.goto(f"{portal.url}/fr/")
        expect(reader.locator("main .card__title a", has_text=title)).to_be_visible()
        reader.goto(f"{portal.url}/fr/recherche/?q=tasse+porcelaine")
        expect(reader.locator(".search-results a").first).to_have_text(title)
        reader.locator(".search-results a").first.click()
        expect(reader.locator("h1")).to_have_text(title)
        post = reader.url
        expect(reader.locator(".page-header__picture img")).to_be_visible()
        expect(reader.locator(".tile__figure")).to_have_text("62")

        unpublish(page, portal, page_number(page, portal, post.removeprefix(portal.url)))
        assert reader.goto(post).status == 404
        reader.goto(f"{portal.url}/fr/")
        expect(reader.locator("main")).not_to_contain_text(title)
        reader.goto(f"{portal.url}/fr/recherche/?q=tasse+porcelaine")
        expect(reader.locator("main")).not_to_contain_text(title)

    def test_a_scheduled_post_goes_out_by_itself(self, portal, editor, context_for):
        title = "Une tasse programmée pour plus tard"
        page = editor("comms")
        self.new_post(page, portal, title)
        page.locator("[data-side-panel-toggle=status]").first.click()
        page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]").first.click()
        tomorrow = dt.datetime.now() + dt.timedelta(days=1)
        page.locator("#id_go_live_at").fill(tomorrow.strftime("%Y-%m-%d %H:%M"))
        page.locator("#schedule-publishing-dialog [type=submit]").press("Enter")
        expect(page.locator(".messages .success")).to_be_visible(timeout=20_000)
        number = re.search(r"/pages/(\d+)/", page.url).group(1)
        publish(page)
        expect_published(page)

        reader = context_for("agent").new_page()
        posts = f"{portal.url}/fr/actualites/"
        reader.goto(posts)
        expect(reader.locator("main")).not_to_contain_text(title)
        # Tomorrow comes: what was set for then is now in the past.
        manage(
            portal,
            "shell",
            "-c",
            "from django.utils import timezone; from wagtail.models import Revision;"
            f"waiting = Revision.objects.filter(object_id='{number}', "
            "approved_go_live_at__isnull=False);"
            "now = timezone.now(); content = waiting.get().content;"
            "content['go_live_at'] = now.isoformat();"
            "assert waiting.update(approved_go_live_at=now, content=content) == 1",
        )
        let_the_clock_pass(portal)
        reader.goto(posts)
        expect(reader.locator("main")).to_contain_text(title)
        unpublish(page, portal, number)
        reader.goto(posts)
        expect(reader.locator("main")).not_to_contain_text(title)

    def refused_film(self, page, portal, title):
        """Leave the editor on a new film that could not be published."""
        number = page_number(page, portal, "/fr/bonnes-pratiques/")
        page.goto(f"{portal.url}/admin/pages/add/partners/videostorypage/{number}/")
        page.locator("#id_title").fill(title)
        choose(page, "video", "a.media-choice")
        publish(page)
        expect(page.locator(".messages .error")).to_be_visible(timeout=20_000)
        return number

    def test_a_new_page_being_autosaved_is_not_created_twice(self, portal, editor):
        """The press on « Save draft » comes while the answer to the autosave is on its way."""
        title = "Le film enregistré deux fois au même instant"
        page = editor("comms")
        refused: list[Route] = []
        held: list[Route] = []

        def autosaves(request: Request) -> bool:
            return "/add/" in request.url and "json" in request.headers.get("accept", "")

        def hold(route: Route) -> None:
            if route.request.method == "POST" and not autosaves(route.request):
                route.fulfill(response=route.fetch())
                refused.append(route)
            elif autosaves(route.request) and not refused:
                route.abort()  # on a slow machine: it is not the one of this test
            elif autosaves(route.request) and not held:
                held.append(route)
            else:
                route.continue_()

        page.route("**/admin/pages/add/**", hold)
        with page.expect_request(lambda request: bool(refused) and autosaves(request)):
            self.refused_film(page, portal, title)
        expect(page.locator("#id_title")).to_have_value(title)
        autosaved = held[0].fetch()
        page.locator("footer button.action-save").click()
        held[0].fulfill(response=autosaved)

        expect(page.locator(".messages .success")).to_be_visible(timeout=20_000)
        expect(page).to_have_url(f"{portal.url}/admin/pages/{autosaved.json()['pk']}/edit/")

    def test_a_film_without_captions_is_refused_and_its_draft_kept(self, portal, editor):
        title = "Le film qui n’avait pas de sous-titres"
        page = editor("comms")
        number = self.refused_film(page, portal, title)
        expect(page.locator("main")).to_contain_text("Le film n’a pas de sous-titres")
        expect(page.locator("main")).to_contain_text("Le film n’a pas de transcription")
        expect(page.locator("#id_title")).to_have_value(title)
        save_draft(page)
        page.goto(f"{portal.url}/admin/pages/{number}/")
        row = page.locator("main tr", has_text=title)
        expect(row).to_contain_text("Brouillon", ignore_case=True)
        row.get_by_role("link", name=title).first.click()
        expect(page.locator("#id_title")).to_have_value(title)
        page.goto(f"{portal.url}/fr/bonnes-pratiques/")
        expect(page.locator("main")).not_to_contain_text(title)


class TestUnit:
    def test_validates_a_measure_which_can_then_stand_on_a_tile(self, portal, editor):
        figure = "uniflow-dechets-evites"
        page = editor("rso")
        number = page_number(page, portal, "/fr/actualites/")

        def choices():
            page.goto(f"{portal.url}/admin/pages/add/home/newspage/{number}/")
            add_block(page, "Chiffre")
            select = page.locator("[data-contentpath=body] select").last
            expect(select).to_be_visible()
            return select

        # The last group, apart, names the figures that are not validated.
        validated = f"optgroup:not(:last-child) [value='{figure}']"
        expect(choices().locator(validated)).to_have_count(0)
        page.goto(f"{portal.url}/admin/snippets/engagements/measure/?status=to_confirm")
        row = page.locator("tr", has_text="Déchets solides évités")
        row.locator("[data-w-dropdown-target=toggle]").first.click()
        page.locator("a[href*='/measure/validate/?id=']:visible").click()
        page.locator("main form button[type=submit]").click()
        expect(page.locator(".messages .success")).to_be_visible()

        select = choices()
        expect(select.locator(validated)).to_have_count(1)
        select.select_option(figure)
        page.locator("#id_title").fill("Ce que l’impression à la demande évite")
        page.locator("[data-side-panel-toggle=preview]").first.click()
        preview = page.frame_locator("#w-preview-iframe, [data-w-preview-target=iframe]").first
        expect(preview.locator(".tile")).to_contain_text("Déchets", timeout=20_000)
        expect(preview.locator(".tile__figure")).to_have_text(re.compile(r"\d"))


class TestAdministrator:
    def test_adds_a_person_to_a_group(self, portal, editor, context_for):
        page = editor("admin")
        page.goto(f"{portal.url}/admin/users/")
        expect(page.locator("html")).to_have_attribute("lang", "fr")
        for account in ("agent", "partner", "comms", "rso", "admin"):  # among those who joined
            page.goto(f"{portal.url}/admin/users/?q={account}")
            expect(page.locator("main table")).to_contain_text(account)
        page.goto(f"{portal.url}/admin/users/")
        page.locator("a[href$='/admin/users/new/']").first.click()
        page.wait_for_url("**/admin/users/new/")
        password = "une-phrase-assez-longue-42"
        for field, value in {
            "username": "nouvelle-partenaire",
            "email": "nouvelle-partenaire@exemple.invalid",
            "first_name": "Partenaire",
            "last_name": "(nouvelle)",
            "password1": password,
            "password2": password,
        }.items():
            page.locator(f"#id_{field}").fill(value)
        page.locator("#tab-label-roles").click()
        page.get_by_role("checkbox", name="Partenaires").check()
        page.locator("main form [type=submit]").last.click()
        expect(page.locator(".messages .success")).to_be_visible()

        visitor = context_for().new_page()
        visitor.goto(f"{portal.url}/fr/")
        visitor.fill("input[name=username]", "nouvelle-partenaire")
        visitor.fill("input[name=password]", password)
        visitor.click("main button[type=submit]")
        visitor.wait_for_url(f"{portal.url}/fr/")
        expect(visitor.locator(".account__name")).to_contain_text("Partenaire")
