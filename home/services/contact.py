"""Says, in a demonstration, who answers questions."""

from pathlib import Path

import yaml
from django.db import transaction
from wagtail.models import Site

from engagements.models import LoadedRow
from home.models import HomePage, StandardPage
from portal.core.models import ProgrammeContact

from .pages import PROGRAMME, TRACE

KEY = "home/contact"


@transaction.atomic
def load_example_contact(*, home: HomePage, programme: Path = PROGRAMME) -> bool:
    """Fill in the contact of the programme team, the first time; say whether it did."""
    if LoadedRow.objects.filter(file=TRACE, key=KEY).exists():
        return False
    given = yaml.safe_load((programme / "contact.yaml").read_text(encoding="utf-8"))
    contact = ProgrammeContact.for_site(Site.objects.get(is_default_site=True))
    if not contact.email:
        contact.email = given["email"]
        pages = StandardPage.objects.descendant_of(home)
        contact.page = pages.filter(slug=given["page"]).first()
        contact.save()
    LoadedRow.objects.create(file=TRACE, key=KEY)
    return True
