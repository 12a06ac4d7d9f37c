"""What the views of charters ask first: who reads, and what of it is theirs."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language

from partners.charters import visible_charter_pages
from partners.models import CharterPage, Signature
from portal.users.models import User


def person_of(request: HttpRequest) -> User:
    """Return who is signed in.

    Raises:
        Http404: nobody is.

    """
    if not isinstance(request.user, User):
        raise Http404("Nobody")
    return request.user


def charter_page_of(request: HttpRequest, slug: str) -> CharterPage:
    """Return the page of a charter that the reader may see; without one, the charter is closed."""
    pages = visible_charter_pages(person_of(request), get_language() or "fr")
    page: CharterPage = get_object_or_404(pages.select_related("charter"), charter__slug=slug)
    return page


def own_signature(request: HttpRequest, record: str) -> Signature:
    """Return the signature of the reader that a record tells of."""
    mine = Signature.objects.of(person_of(request))
    return get_object_or_404(mine, signed_record__uuid=record)
