"""What partners does by itself."""

import datetime as dt
import logging

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext

from portal.core.clock import Every, register

logger = logging.getLogger(__name__)


def withdraw_stories(at: dt.datetime) -> None:
    """Take offline the stories whose agreements have ended."""
    from partners.services import withdraw_refused_stories

    withdraw_refused_stories(at=at)


def send_signature_notices(at: dt.datetime) -> None:
    """Send the e-mails that have not left yet."""
    from partners.services import send_waiting_notices

    send_waiting_notices(at=at)


def announce_milestones(at: dt.datetime) -> None:
    """Tell the programme's team of the milestones that were reached."""
    from partners.services import send_waiting_announcements

    send_waiting_announcements(at=at)


def recount_partners(at: dt.datetime) -> None:
    """Count partners again: an account may have gone out of use without anybody withdrawing."""
    from partners.services import recount_everything

    recount_everything(at=at)


def send_game_notices(at: dt.datetime) -> None:
    """Send the e-mails about sessions of games that have not left yet."""
    from partners.services import send_game_notices as send

    send(at=at)


def recount_sessions(at: dt.datetime) -> None:
    """Bring the indicators of games up to date."""
    from partners.services import recount_sessions as recount

    recount(at=at)


def propose_words(_at: dt.datetime) -> None:
    """Propose to the RSO unit the words that enough partners use."""
    from partners.services import propose_words as propose

    if new := propose():
        logger.info("Words: %s new ones to accept or not", new)


def call_for_newer_versions(at: dt.datetime) -> None:
    """Write the notices of newer versions that are due."""
    from partners.services import call_for_newer_versions

    call_for_newer_versions(at=at)


def send_newer_version_notices(at: dt.datetime) -> None:
    """Send the notices of newer versions, by day."""
    from partners.services import send_newer_version_notices

    send_newer_version_notices(at=at)


def end_signatures(at: dt.datetime) -> None:
    """End the signatures whose last day is past."""
    from partners.services import expire_signatures

    if ended := expire_signatures(at=at):
        logger.info("Signatures: %s came to their end", ended)


def call_for_renewals(at: dt.datetime) -> None:
    """Write the notices of signatures that end soon."""
    from partners.services import call_for_renewals

    call_for_renewals(at=at)


def send_renewal_notices(at: dt.datetime) -> None:
    """Send the notices of signatures that end soon, by day."""
    from partners.services import send_renewal_notices

    send_renewal_notices(at=at)


def issue_receipts(at: dt.datetime) -> None:
    """Make the receipts and the agreements that could not be made when they were signed."""
    from partners.services import issue_waiting_agreement_documents, issue_waiting_receipts

    issue_waiting_receipts(at=at)
    issue_waiting_agreement_documents(at=at)


def date_receipts(at: dt.datetime) -> None:
    """Add to sealed files the date that the timestamping authority could not give at once."""
    from partners.services import date_waiting_agreement_documents, date_waiting_receipts

    date_waiting_receipts(at=at)
    date_waiting_agreement_documents(at=at)


def apply_retention(at: dt.datetime) -> None:
    """Delete what is past its time; the report says what, and what could not be."""
    from partners.services import apply_retention as apply

    apply(at=at)


def publish_counts(at: dt.datetime) -> None:
    """Publish what signatories commit to, all together, where that tells of nobody."""
    from partners.models import CharterVersion
    from partners.services import publish_commitment_counts

    for version in CharterVersion.objects.in_force(timezone.localdate(at)):
        publish_commitment_counts(version=version, at=at)


def follow_agreements(at: dt.datetime) -> None:
    """Record what the calendar has made of agreements: in force, renewed, ended."""
    from partners.services import follow_agreements as follow

    follow(at=at)


def send_agreement_notices(at: dt.datetime) -> None:
    """Send the e-mails about agreements that have not left yet."""
    from partners.services import send_agreement_notices as send

    send(at=at)


def remind_of_duties(at: dt.datetime) -> None:
    """Write to those who look after agreements about what is due soon."""
    from partners.services import remind_of_duties as remind

    remind(at=at)


def verify_signatures(at: dt.datetime) -> None:
    """Check the evidence; log the last record, by which a later loss would show, or what is wrong."""
    from partners.models import EvidenceCheck
    from partners.verification import at_one_instant, check_everything, noted_head

    with at_one_instant():
        problems, head = list(check_everything()), noted_head()
    EvidenceCheck.objects.create(
        at=at,
        records=head.sequence if head else 0,
        last_hash=head.hash if head else "",
        problems=len(problems),
        first=str(problems[0])[:300] if problems else "",
    )
    if not problems:
        if head is not None:
            logger.info("Evidence: %s records match, the last one %s", head.sequence, head.hash)
        return
    logger.error("Evidence: %s problems, the first: %s", len(problems), problems[0])
    _alert([str(problem) for problem in problems])


def _alert(problems: list[str]) -> None:
    """Tell the programme's team, where it has an address."""
    from portal.core.models import ProgrammeContact

    addresses = set(ProgrammeContact.objects.exclude(email="").values_list("email", flat=True))
    if not addresses:
        return
    with translation.override(settings.LANGUAGE_CODE):
        subject = gettext("mét’ODD: the evidence of signatures does not match")
        begin = gettext(
            "The check of this night found that the evidence of signatures was altered, or is not "
            "protected any more. Show this message to those who run the portal; the command "
            "verify_signatures tells the whole."
        )
    EmailMessage(
        subject, "\n\n".join([begin, "\n".join(problems[:20])]), to=sorted(addresses)
    ).send()


def register_jobs() -> None:
    """Add the jobs of partners: each minute, so that an agreement ends with its last day."""
    register("withdraw stories that may no longer be shown", Every.MINUTE, withdraw_stories)
    register("make the receipts of signatures", Every.MINUTE, issue_receipts)
    register("timestamp the receipts of signatures", Every.MINUTE, date_receipts)
    register("send the e-mails of signatures", Every.MINUTE, send_signature_notices)
    register("announce the milestones of partners", Every.MINUTE, announce_milestones)
    register("end the signatures whose time is over", Every.MINUTE, end_signatures)
    register("call for renewals", Every.NIGHT, call_for_renewals)
    register("tell of signatures that end soon", Every.MINUTE, send_renewal_notices)
    register("call for newer versions", Every.NIGHT, call_for_newer_versions)
    register("tell of newer versions", Every.MINUTE, send_newer_version_notices)
    register("count partners", Every.NIGHT, recount_partners)
    register("send the e-mails of games", Every.MINUTE, send_game_notices)
    register("count sessions of games", Every.NIGHT, recount_sessions)
    register("propose words of partners", Every.NIGHT, propose_words)
    register("follow the calendar of agreements", Every.MINUTE, follow_agreements)
    register("send the e-mails of agreements", Every.MINUTE, send_agreement_notices)
    register("remind of what agreements call for", Every.NIGHT, remind_of_duties)
    register("apply retention", Every.NIGHT, apply_retention)
    register("publish the counts of commitments", Every.NIGHT, publish_counts)
    register("verify signatures", Every.NIGHT, verify_signatures)
