"""What readers see of an agreement: where it stands today, its parties, its words, what is due."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partners.charters import ShownArticle, language_label, paragraphs
from partners.enums import AgreementStatus, DutyKind
from partners.evidence import NAME
from partners.signatures import SHORT, Line, Verdict, shown_instant
from partners.terms import Duty, Term, duties, last_day_of_notice
from portal.core.dates import day_in_words
from portal.core.visibility import Reader

if TYPE_CHECKING:
    from engagements.models import ContentPageQuerySet
    from partners.models import (
        Agreement,
        AgreementDocument,
        AgreementInvitation,
        AgreementParty,
        AgreementText,
        AgreementVersion,
        AgreementVersionQuerySet,
    )

HOLDS = (AgreementStatus.IN_FORCE, AgreementStatus.UNDER_NOTICE)
ENDED = (AgreementStatus.TERMINATED, AgreementStatus.EXPIRED)
LATE = dt.timedelta(days=360)


@dataclass(frozen=True, slots=True)
class ShownAgreement:
    """A version of an agreement, in one language, as it stands on a day.

    Attributes:
        standing: what its state means, in one sentence; empty until it is signed.
        kind: the kind of notice that tells it.
        language: language of the text, which may differ from the page's and the reader's.
        foreign_language: that language when it is not the page's; empty otherwise.

    """

    version: "AgreementVersion"
    term: Term
    standing: str
    kind: str
    lines: tuple[Line, ...]
    parties: tuple[Line, ...]
    title: str
    status_note: str
    preamble: tuple[str, ...]
    articles: tuple[ShownArticle, ...]
    language: str
    language_label: str
    foreign_language: str
    sha256: str


def visible_agreement_pages(user: Reader, language: str) -> "ContentPageQuerySet":
    """Return the agreement pages that ``user`` may read in the tree of ``language``."""
    from partners.models import AgreementPage

    pages: ContentPageQuerySet = AgreementPage.objects.in_language(language).visible_to(user)
    return pages


def shown_agreement(agreement: "Agreement", *, on: dt.date, language: str) -> ShownAgreement | None:
    """Return what readers see of an agreement: the version that holds, else the last one signed."""
    versions = agreement.versions.shown().order_by("-number")
    found = list(
        versions.select_related("agreement").prefetch_related("texts", "parties__signed_record")
    )
    holding = (version for version in found if version.term_on(on).status in HOLDS)
    version = next(holding, found[0] if found else None)
    return shown_version(version, on=on, language=language) if version else None


def shown_version(
    version: "AgreementVersion", *, on: dt.date, language: str
) -> ShownAgreement | None:
    """Return what is seen of a version; None while it has no text."""
    text = version.text_for(language)
    if text is None:
        return None
    term = version.term_on(on)
    kind, standing = _standing(term, version.notice_given_on, on)
    return ShownAgreement(
        version=version,
        term=term,
        standing=standing,
        kind=kind,
        lines=tuple(_term_lines(version, term, on)),
        parties=tuple(party_lines(version)),
        title=text.title,
        status_note=text.status_note,
        preamble=paragraphs(text.preamble),
        articles=shown_articles(text),
        language=text.language,
        language_label=language_label(text.language),
        foreign_language=text.language if text.language != language else "",
        sha256=text.sha256,
    )


def shown_articles(text: "AgreementText") -> tuple[ShownArticle, ...]:
    """Return the articles of a text, cut in paragraphs."""
    return tuple(
        ShownArticle(article.number, article.title, paragraphs(article.body))
        for article in text.numbered_articles()
    )


def party_lines(version: "AgreementVersion") -> list[Line]:
    """Return the parties, who signs for each, and what they did: functions, never names."""
    return [Line(party.name, _party_state(version, party)) for party in version.parties.all()]


def open_duties(version: "AgreementVersion", *, on: dt.date) -> list[Duty]:
    """Return what is due and not dealt with, from the day ``on``."""
    agreement = version.agreement
    done = {(duty.kind, duty.due_on) for duty in agreement.done_duties.all()}
    due = duties(version.term_on(on), report_month=agreement.report_month, on=on)
    return [duty for duty in due if (duty.kind, duty.on) not in done]


def late_duties(version: "AgreementVersion", *, on: dt.date) -> list[Duty]:
    """Return the reports whose day has passed within a year, and that nobody has dealt with.

    What else is due settles itself once its day has passed: an agreement is renewed, or ends.
    """
    since = max(version.starts_on, on - LATE)
    return [
        duty
        for duty in open_duties(version, on=since)
        if duty.kind == DutyKind.REPORT and duty.on < on
    ]


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """Something due, and the version of an agreement that calls for it.

    ``days_left`` is below 0 for what is late.
    """

    duty: Duty
    version: "AgreementVersion"
    days_left: int


def calendar_of(versions: "AgreementVersionQuerySet", *, on: dt.date) -> list[CalendarRow]:
    """Return what some agreements call for from the day ``on``, the first in front."""
    return _calendar(versions, open_duties, on)


def late_calendar_of(versions: "AgreementVersionQuerySet", *, on: dt.date) -> list[CalendarRow]:
    """Return what some agreements called for before the day ``on``, in vain, the oldest in front."""
    return _calendar(versions, late_duties, on)


def _calendar(
    versions: "AgreementVersionQuerySet", duties_of: Callable[..., list[Duty]], on: dt.date
) -> list[CalendarRow]:
    found = versions.select_related("agreement__owner").prefetch_related("agreement__done_duties")
    rows = [
        CalendarRow(duty, version, (duty.on - on).days)
        for version in found
        for duty in duties_of(version, on=on)
    ]
    return sorted(rows, key=lambda row: (row.duty.on, row.version.agreement.slug, row.duty.kind))


@dataclass(frozen=True, slots=True)
class PartyDesk:
    """A party, as seen by who looks after the agreement: who is invited, and what came of it."""

    party: "AgreementParty"
    state: str
    invitation: "AgreementInvitation | None"
    is_expired: bool
    reason: str

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which the link of who is invited works."""
        if self.invitation is None:
            return None
        return timezone.localdate(self.invitation.expires_at - dt.timedelta(seconds=1))


def party_desk(version: "AgreementVersion", *, at: dt.datetime) -> list[PartyDesk]:
    """Return the parties of a version with who is invited for each."""
    parties = version.parties.select_related("organisation", "signed_record", "declined_record")
    desks = []
    for party in parties.prefetch_related("invitations", "declined_record__values"):
        invitation = next((one for one in party.invitations.all() if one.ended_at is None), None)
        record = party.declined_record
        values = record.values.all() if record else ()
        desks.append(
            PartyDesk(
                party,
                _party_state(version, party),
                invitation,
                is_expired=invitation is not None and invitation.expires_at <= at,
                reason=next((value.value for value in values if value.name == "reason"), ""),
            )
        )
    return desks


def statement(text: "AgreementText", invitation: "AgreementInvitation") -> str:
    """Return the words that who signs for a party has to tick."""
    return _(
        "I have read the agreement “%(title)s”, and I sign it for %(party)s as: %(function)s."
    ) % {
        "title": text.title,
        "party": invitation.party.name,
        "function": invitation.shown_function,
    }


def invited_lines(invitation: "AgreementInvitation") -> list[Line]:
    """Return who is invited to sign."""
    return [
        Line(_("Party"), invitation.party.name),
        Line(_("Name"), invitation.name),
        Line(_("Function"), invitation.shown_function),
        Line(_("E-mail address"), invitation.email),
    ]


def text_lines(text: "AgreementText") -> list[Line]:
    """Return what is signed."""
    version = text.version
    return [
        Line(_("Agreement"), text.title),
        Line(_("Version"), str(version.number)),
        Line(_("Language"), language_label(text.language)),
        Line(_("In force from"), day_in_words(version.starts_on)),
        Line(_("Fingerprint of the text"), format_html("<code>{}…</code>", text.sha256[:SHORT])),
    ]


def receipt_lines(party: "AgreementParty", text: "AgreementText") -> list[Line]:
    """Return what the receipt of a party's signature says."""
    record = party.signed_record
    if record is None:
        return []
    return [
        Line(_("Agreement"), text.title),
        Line(_("Version"), str(text.version.number)),
        Line(_("Language read"), language_label(text.language)),
        Line(_("Signed"), shown_instant(record.at)),
        Line(_("Fingerprint of the text"), format_html("<code>{}</code>", record.text_sha256)),
        Line(_("Record of evidence"), format_html("<code>{}</code>", record.uuid)),
        Line(_("Fingerprint of the evidence"), format_html("<code>{}</code>", record.hash)),
    ]


def public_agreement_lines(document: "AgreementDocument", *, on: dt.date) -> list[Line]:
    """Return what anyone who holds the code of a signed agreement may know: never who signed."""
    version = document.version
    term, text = version.term_on(on), version.text_for(document.language)
    title = said_in(text.title, text.language) if text else version.agreement.name
    lines = [
        Line(_("Agreement"), title),
        Line(_("Version"), str(version.number)),
        Line(_("State"), str(term.status.label)),
        Line(_("Signed by all parties"), shown_instant(document.record.at)),
        Line(_("In force from"), day_in_words(term.starts_on)),
    ]
    if term.ends_on is not None:
        lines.append(_end_line(term.status, term.ends_on))
    return lines


def said_in(words: str, language: str) -> str:
    """Return words, marked with their language where it is not the reader's."""
    if language == (get_language() or "")[:2]:
        return words
    return format_html('<span lang="{}">{}</span>', language, words)


def signatory_lines(version: "AgreementVersion") -> list[Line]:
    """Return who signed for each party, and when, as it was recorded; nothing once that is purged."""
    lines = []
    parties = version.parties.select_related("signed_record")
    for party in parties.prefetch_related("signed_record__values"):
        record = party.signed_record
        kept = {value.name: value.value for value in record.values.all()} if record else {}
        if record is not None and NAME in kept:
            function = said_in(kept["function"], record.language)
            when = shown_instant(record.at)
            lines.append(Line(party.name, format_html("{}, {} – {}", kept[NAME], function, when)))
    return lines


def agreement_verdict(version: "AgreementVersion", *, is_intact: bool, on: dt.date) -> Verdict:
    """Return what a check of a signed agreement found."""
    if not is_intact:
        return Verdict(
            "error",
            _("Altered agreement"),
            _(
                "What is kept of this agreement is not what was recorded when it was signed. Do not "
                "rely on it, and tell the programme’s team."
            ),
        )
    term = version.term_on(on)
    kind, standing = _standing(term, version.notice_given_on, on)
    if term.status in ENDED:
        return Verdict(kind, str(term.status.label), standing)
    signed = _("All parties signed this agreement as stated below, and nothing has changed since.")
    return Verdict("success", _("Valid"), f"{signed} {standing}")


def document_name(document: "AgreementDocument") -> str:
    """Return the name under which a signed agreement is given."""
    return _("agreement-%(agreement)s-v%(number)s.pdf") % {
        "agreement": document.version.agreement.slug,
        "number": document.version.number,
    }


def _standing(term: Term, notice_given_on: dt.date | None, on: dt.date) -> tuple[str, str]:
    today = {"today": day_in_words(on)}
    match term.status:
        case AgreementStatus.IN_FORCE:
            return "success", _("In force as of today, %(today)s.") % today
        case AgreementStatus.UNDER_NOTICE:
            ends = {
                **today,
                "end": day_in_words(term.ends_on),
                "given": day_in_words(notice_given_on),
            }
            return "warning", _(
                "In force as of today, %(today)s, and it ends on %(end)s: notice was given on "
                "%(given)s."
            ) % ends
        case AgreementStatus.SIGNED:
            return "info", _("Signed; it comes into force on %(start)s.") % {
                "start": day_in_words(term.starts_on)
            }
        case AgreementStatus.TERMINATED | AgreementStatus.EXPIRED:
            return "warning", _("It has no longer been in force since %(end)s.") % {
                "end": day_in_words(term.ends_on)
            }
    return "info", ""


def _term_lines(version: "AgreementVersion", term: Term, on: dt.date) -> list[Line]:
    lines = [Line(_("In force from"), day_in_words(term.starts_on))]
    if term.ends_on is not None:
        lines.append(_end_line(term.status, term.ends_on))
    if term.status in ENDED:
        return lines
    if term.is_tacit and term.status != AgreementStatus.UNDER_NOTICE and term.ends_on:
        lines.append(Line(_("Renewal"), _renewal(term, term.ends_on, on)))
    if term.is_tacit or term.ends_on is None:
        months = ngettext("%(count)d month", "%(count)d months", term.notice_months)
        lines.append(Line(_("Notice"), months % {"count": term.notice_months}))
    return lines


def _end_line(status: AgreementStatus, ends_on: dt.date) -> Line:
    label = {
        AgreementStatus.IN_FORCE: _("Present term"),
        AgreementStatus.UNDER_NOTICE: _("End"),
        AgreementStatus.TERMINATED: _("End"),
        AgreementStatus.EXPIRED: _("End"),
    }.get(status, _("First term"))
    return Line(label, _("until %(end)s") % {"end": day_in_words(ends_on)})


def _renewal(term: Term, ends_on: dt.date, on: dt.date) -> str:
    if term.status != AgreementStatus.IN_FORCE:
        return _("By itself, each calendar year")
    last = last_day_of_notice(ends_on, term.notice_months)
    renewed = (
        _("By itself, for a calendar year, unless a party gives notice by %(last)s")
        if on <= last
        else _("By itself, for a calendar year: no notice was recorded by %(last)s")
    )
    return renewed % {"last": day_in_words(last)}


def _party_state(version: "AgreementVersion", party: "AgreementParty") -> str:
    if party.signed_record is not None:
        state = _("signed on %(date)s") % {"date": _instant_day(party.signed_record.at)}
    elif party.declined_record_id is not None:
        state = _("declined")
    elif version.is_on_paper:
        state = _("signed on paper")
    elif version.status == AgreementStatus.OUT:
        state = _("has not signed yet")
    else:
        state = ""
    return f"{party.function} – {state}" if state else party.function


def _instant_day(at: dt.datetime) -> str:
    return day_in_words(timezone.localdate(at))
