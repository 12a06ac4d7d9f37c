"""The RSO unit drafts an agreement from nothing, on a phone and without a script, then sends it."""

import datetime as dt

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from .test_every_page import AXE_OPTIONS
from .test_signing import is_clean
from .test_steering import is_clean_admin


def form_is_clean(page: Page) -> None:
    """Check that the form fits, and that axe finds nothing in it."""
    page.wait_for_load_state()
    found = Axe().run(page, context=".rows", options=AXE_OPTIONS).response["violations"]
    assert not [violation["id"] for violation in found]
    assert page.evaluate("document.querySelector('.rows').scrollWidth <= window.innerWidth")


def without_scripts(context) -> None:
    def stop(route: Route) -> None:
        route.abort()

    context.route("**/*.js", stop)


def test_an_agreement_is_drafted_without_a_script_and_sent(portal, context_for):
    year = dt.datetime.now(tz=dt.UTC).year + 1
    context = context_for("rso", width=320)
    without_scripts(context)
    unit = context.new_page()
    unit.goto(f"{portal.url}/admin/snippets/partners/agreement/add/")
    unit.fill("input[name=name_fr]", "Convention pour le vélo")
    unit.fill("input[name=name_en]", "Agreement on cycling")
    unit.locator("input[name=name_en]").press("Enter")
    unit.wait_for_url("**/agreements/convention-pour-le-velo/draft/")

    unit.get_by_role("button", name="Enregistrer le brouillon").first.click()
    wrong = unit.locator(".rows .error-message")
    expect(wrong.first).to_be_visible()
    described = unit.locator("input[name=title_fr]").get_attribute("aria-describedby")
    assert "id_title_fr_error" in (described or "")
    form_is_clean(unit)

    unit.fill("input[name=starts_on]", f"{year}-01-01")
    unit.fill("input[name=ends_on]", f"{year}-12-31")
    unit.select_option("select[name=parties-0-organisation]", label="Ville de Dijon")
    unit.fill("input[name=parties-0-function_fr]", "Première adjointe")
    unit.fill("input[name=parties-1-new_name_fr]", "Les amis du vélo")
    unit.select_option("select[name=parties-1-new_kind]", label="Association")
    unit.fill("input[name=parties-1-function_fr]", "Présidence")
    unit.fill("input[name=parties-1-name]", "Personne vélo")
    unit.fill("input[name=parties-1-email]", "velo@example.org")
    unit.fill("input[name=title_fr]", "Convention pour le vélo")
    unit.fill("input[name=articles-0-title_fr]", "La durée")
    unit.fill("textarea[name=articles-0-body_fr]", "Un an.")

    unit.get_by_role("button", name="Ajouter un article").press("Enter")
    unit.wait_for_url("**/draft/#articles-1")
    expect(unit.locator("input[name=parties-1-email]")).to_have_value("velo@example.org")
    unit.fill("input[name=articles-1-title_fr]", "L’objet")
    unit.fill("textarea[name=articles-1-body_fr]", "Rouler.")
    unit.get_by_role("button", name="Monter (Article 2)").press("Enter")
    expect(unit.locator("input[name=articles-0-title_fr]")).to_have_value("L’objet")
    unit.get_by_role("button", name="personne invitée").click()

    expect(unit.locator("main")).to_contain_text("Aperçu d’un brouillon")
    expect(unit.get_by_role("button", name="Je signe la convention")).to_be_disabled()
    expect(unit.locator("main h3").first).to_contain_text("L’objet")
    is_clean(unit)
    unit.get_by_role("link", name="Ce que verront les agents").click()
    expect(unit.locator("main")).to_contain_text("Signée")
    is_clean(unit)
    unit.get_by_role("link", name="Revenir au brouillon").click()

    expect(unit.locator("input[name=party-2-email]")).to_have_value("velo@example.org")
    unit.fill("input[name=party-1-name]", "Personne ville")
    unit.fill("input[name=party-1-email]", "ville@example.org")
    unit.get_by_role("button", name="Envoyer à la signature").press("Enter")
    expect(unit.locator("body")).to_contain_text("La convention est à la signature.")
    unit.get_by_role("link", name="Rédiger la version suivante").press("Enter")
    expect(unit.locator("body")).to_contain_text("brouillon de la version 2")
    expect(unit.locator("input[name=articles-0-title_fr]")).to_have_value("L’objet")

    unit.fill("input[name=starts_on]", f"{year + 1}-01-01")
    unit.fill("input[name=ends_on]", f"{year + 1}-12-31")
    unit.get_by_role("button", name="Enregistrer le brouillon").first.click()
    unit.get_by_role("link", name="Supprimer le brouillon").press("Enter")
    expect(unit.locator("main")).to_contain_text("Les amis du vélo")
    is_clean_admin(unit)
    unit.get_by_role("button", name="Supprimer le brouillon").press("Enter")
    expect(unit.locator("body")).to_contain_text("v2\N{NO-BREAK SPACE}» est supprimé.")
    expect(unit.locator("h1, h2").first).to_contain_text("v1")


def test_the_tables_of_a_report_are_set_on_a_phone(portal, context_for):
    context = context_for("rso", width=320)
    without_scripts(context)
    unit = context.new_page()
    unit.goto(f"{portal.url}/admin/agreements/amacod/report/tables/")
    form_is_clean(unit)
    unit.get_by_role("button", name="Ajouter un tableau").press("Enter")
    unit.wait_for_url("**/tables/#tables-8")
    unit.get_by_role("button", name="Retirer (Tableau 9)").press("Enter")
    expect(unit.get_by_role("button", name="Retirer (Tableau 9)")).to_have_count(0)
    unit.get_by_role("button", name="Enregistrer les tableaux").first.click()
    unit.wait_for_url("**/agreements/amacod/report/")
