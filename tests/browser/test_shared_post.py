"""On a workstation that several people share, a page left open is left, and the session has ended."""

import re

from playwright.sync_api import Route, expect

from portal.users.shared_posts import IDLE

from .conftest import PASSWORD
from .driving import manage
from .test_signing import is_clean

END = (
    "from django.contrib.sessions.models import Session; from django.utils import timezone;"
    "assert Session.objects.filter(pk={key!r}).update(expire_date=timezone.now()) == 1"
)


def test_what_is_left_open_ends_by_itself(portal, join, context_for):
    login = join()
    context = context_for(width=320)
    page = context.new_page()
    mine = f"{portal.url}/fr/mes-signatures/"
    page.goto(mine)
    page.get_by_label("Poste partagé").check()
    is_clean(page)
    page.fill("input[name=username]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_have_text("Mon espace partenaire")
    is_clean(page)

    def let_the_time_pass(route: Route) -> None:
        """Bring forward what happens after ``IDLE``: the session ends, then the page is left."""
        answer = route.fetch()
        seconds, then = answer.headers["refresh"].split("; ")
        assert int(seconds) > IDLE.total_seconds()
        session = next(one for one in context.cookies() if one["name"] == "sessionid")
        manage(portal, "shell", "-c", END.format(key=session["value"]))
        route.fulfill(response=answer, headers={**answer.headers, "refresh": f"0; {then}"})

    page.route(mine, let_the_time_pass, times=1)
    page.goto(mine)
    expect(page.locator("h1")).to_have_text("Se connecter", timeout=20_000)
    is_clean(page)
    page.go_back()
    expect(page.locator("h1")).to_have_text("Se connecter")
    expect(page).to_have_url(re.compile("/fr/login/"))
