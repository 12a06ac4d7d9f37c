"""A partner declares a session of the game by keyboard, and shares a good practice; others look at both."""

import datetime as dt
import re
import uuid

from playwright.sync_api import Page, expect

from .driving import tab_to
from .test_signing import is_clean, sign
from .test_steering import is_clean_admin

GAUGE = re.compile(r"(\d+)(?: / \d+)? participations")


def partner(portal, newcomer, width: int) -> Page:
    """Return a page of somebody who has just signed the charter."""
    page: Page = newcomer(width=width).new_page()
    page.goto(f"{portal.url}/fr/chartes/partenaires/v1/signer/")
    sign(page, "Je signe la charte v1")
    return page


def test_a_session_is_declared_closed_and_counted(portal, newcomer, context_for):
    page = partner(portal, newcomer, 320)
    page.goto(f"{portal.url}/fr/mes-signatures/")
    expect(page.locator("main")).to_contain_text("Aucune séance déclarée pour le moment")
    is_clean(page)
    page.get_by_role("link", name="Le jeu").click()
    is_clean(page)
    tab_to(page, page.get_by_role("link", name="Déclarer une séance"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Déclarer une séance")
    is_clean(page)

    today = dt.date.today().isoformat()
    page.get_by_label("Jour de la séance").fill(today)
    page.get_by_label("Jour de la séance").focus()
    service, site = page.get_by_label("Service des personnes"), page.get_by_label("Site")
    tab_to(page, service)
    page.keyboard.press("End")
    tab_to(page, site)
    page.keyboard.press("End")
    people = page.get_by_label("Nombre de personnes")
    tab_to(page, people)
    page.keyboard.type("1200")
    page.keyboard.press("Enter")
    expect(page.locator(".field__error")).to_contain_text("Entre 1 et 100 personnes")
    expect(people).to_have_value("1200")
    expect(service.locator("option:checked")).to_have_text("Plusieurs services")
    expect(site.locator("option:checked")).to_contain_text("Un autre site")
    expect(page.get_by_label("Jour de la séance")).to_have_value(today)
    is_clean(page)
    people.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Merci\N{NO-BREAK SPACE}: la séance est déclarée.")
    expect(page.locator(".partner-counter")).to_contain_text(re.compile(r"12(\s/\s\d+)?\sparticip"))
    expect(page.locator(".signatures__state")).to_have_text("Déclarée")
    is_clean(page)

    unit = context_for("rso", width=320).new_page()
    unit.goto(f"{portal.url}/admin/steering/")
    expect(unit.locator("main")).to_contain_text("1 séance de jeu attend d’être vérifiée")
    is_clean_admin(unit)
    unit.get_by_role("link", name="1 séance de jeu attend").click()
    unit.wait_for_url(lambda url: "/steering/" not in url)
    is_clean_admin(unit)
    unit.locator("tbody tr").first.get_by_role("button", name="Plus d").click()
    unit.get_by_role("link", name="Clôturer").click()
    expect(unit.locator("main")).to_contain_text("Plusieurs services, Un autre site")
    is_clean_admin(unit)
    unit.get_by_role("button", name="Clôturer").click()
    expect(unit.locator("body")).to_contain_text("Clôturée par la cellule RSO")
    unit.goto(f"{portal.url}/admin/steering/")
    expect(unit.locator("main")).to_contain_text("participations")
    expect(unit.locator("main")).not_to_contain_text("attend d’être vérifiée")

    page.reload()
    expect(page.locator(".signatures__state")).to_have_text("Clôturée par la cellule RSO")
    expect(page.get_by_role("link", name="Supprimer")).to_have_count(0)
    is_clean(page)


def test_a_shared_practice_waits_for_the_communication_team(portal, newcomer, context_for):
    title = f"Des vélos pour l’équipe {uuid.uuid4().hex[:6]}"
    page = partner(portal, newcomer, 320)
    page.goto(f"{portal.url}/fr/mes-signatures/")
    page.get_by_role("link", name="Partager une bonne pratique").click()
    is_clean(page)
    page.get_by_label("Titre").fill(title)
    page.get_by_label("En une phrase").fill("Trois vélos partagés pour les trajets en ville.")
    page.get_by_label("Racontez").fill("Nous avons commencé à deux.\n\n- un vélo\n- un casque")
    page.get_by_role("button", name="Envoyer mon histoire").click()
    expect(page.locator(".field__error")).to_contain_text("Sans votre accord")
    expect(page.get_by_label("Titre")).to_have_value(title)
    is_clean(page)
    page.locator("input[name=agrees]").check()
    page.get_by_role("button", name="Envoyer mon histoire").click()
    expect(page.locator("body")).to_contain_text("lit votre histoire avant de la publier")
    expect(page.locator("main")).to_contain_text(title)
    is_clean(page)
    page.goto(f"{portal.url}/fr/bonnes-pratiques/")
    expect(page.locator("main")).not_to_contain_text(title)

    comms = context_for("comms", width=1440).new_page()
    comms.goto(f"{portal.url}/admin/")
    waiting = comms.get_by_role("link", name=title).first
    expect(waiting).to_be_visible()
    waiting.click()
    expect(comms.locator("#id_title")).to_have_value(title)
    expect(comms.locator("[data-workflow-action-name=approve]").first).to_be_attached()
