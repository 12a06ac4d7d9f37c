"""Giving evidence out."""

import datetime as dt

from wagtail.log_actions import log

from partners.evidence_file.packing import evidence_file
from partners.models import Signature
from portal.users.models import User

GIVEN = "partners.evidence.give"


def give_evidence(*, signature: Signature, actor: User, at: dt.datetime) -> bytes:
    """Return the evidence file of a signature; anyone but who signed leaves a trace of it."""
    content = evidence_file(signature, at=at)
    if actor.pk != signature.person_id:
        log(instance=signature, action=GIVEN, user=actor)
    return content
