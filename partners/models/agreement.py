"""Agreements between organisations: their versions, texts and parties, and who is invited to sign."""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from wagtail.admin.panels import FieldPanel

from engagements.models import ContentPage
from partners.canonical import Party, agreement_bytes
from partners.enums import (
    AgreementNoticeKind,
    AgreementStatus,
    DutyKind,
    SigningOrder,
)
from partners.evidence import NAME
from partners.terms import Term, term_on
from portal.users.labels import Label
from portal.users.models import EmailedCode, NamedFact

from .notice import Notice
from .organisation import Organisation
from .signature import EvidenceRecord
from .text import FrozenText, TextEvidence, TextsByLanguage


class Agreement(NamedFact):
    """A contract between organisations, whatever its versions."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Who is reminded of what is due; without one, the programme’s team is"),
    )
    report_month = models.PositiveSmallIntegerField(
        _("month of the annual report"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("From 1 to 12: the partner reports by the end of that month; empty: no report"),
    )

    class Meta(NamedFact.Meta):
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")


class AgreementVersionQuerySet(models.QuerySet["AgreementVersion"]):
    """Versions of agreements."""

    def running(self) -> "AgreementVersionQuerySet":
        """Keep those whose life the calendar may still change."""
        return self.filter(
            status__in=(
                AgreementStatus.SIGNED,
                AgreementStatus.IN_FORCE,
                AgreementStatus.UNDER_NOTICE,
            )
        )

    def shown(self) -> "AgreementVersionQuerySet":
        """Keep those that agents may read: signed by all, whatever became of them since."""
        return self.exclude(
            status__in=(AgreementStatus.DRAFT, AgreementStatus.OUT, AgreementStatus.DECLINED)
        )

    def awaiting_document(self) -> "AgreementVersionQuerySet":
        """Keep those that all signed online, whose sealed PDF is to be made while the names are kept."""
        nameless = AgreementParty.objects.exclude(signed_record__values__name=NAME)
        signed = self.shown().filter(is_on_paper=False, document=None)
        return signed.exclude(pk__in=nameless.values("version"))


class AgreementVersion(TextsByLanguage, models.Model):
    """One version of an agreement, with its life; out for signature, its words never change.

    Its status is changed by the services that ``AGREEMENT_TRANSITIONS`` names, and by nothing else:
    the database refuses the rest (``partners.triggers.agreements``).
    """

    agreement = models.ForeignKey(
        Agreement, verbose_name=_("agreement"), on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("number"))
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=AgreementStatus.choices,
        default=AgreementStatus.DRAFT,
    )
    signing_order = models.CharField(
        _("order of signatures"),
        max_length=8,
        choices=SigningOrder.choices,
        default=SigningOrder.PARALLEL,
    )
    starts_on = models.DateField(_("in force from"))
    ends_on = models.DateField(
        _("end of the term"),
        null=True,
        blank=True,
        help_text=_("Last day of the present term; empty: no term"),
    )
    first_ends_on = models.DateField(_("end of the first term"), null=True, blank=True)
    is_tacit = models.BooleanField(_("renewed tacitly each calendar year"), default=False)
    notice_months = models.PositiveSmallIntegerField(_("months of notice"), default=3)
    notice_given_on = models.DateField(_("notice given on"), null=True, blank=True)
    is_on_paper = models.BooleanField(_("signed on paper"), default=False)
    is_example = models.BooleanField(_("example of the demonstration"), default=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent for signature at"), null=True, blank=True)

    objects = AgreementVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement version")
        verbose_name_plural = _("agreement versions")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "number"),
                name="unique_agreement_version_number",
                violation_error_message=_("This agreement already has a version of that number."),
            ),
            models.UniqueConstraint(
                fields=("agreement",),
                condition=Q(status__in=("in_force", "notice")),
                name="one_agreement_version_in_force",
                violation_error_message=_("An agreement has one version in force at a time."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="agreement_ends_after_it_starts",
                violation_error_message=_("An agreement ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(is_tacit=False) | Q(ends_on__isnull=False),
                name="tacit_renewal_has_a_term",
                violation_error_message=_("Only an agreement with a term is renewed."),
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("notice", "terminated"))
                | Q(notice_given_on__isnull=False, ends_on__isnull=False),
                name="notice_has_a_day_and_an_end",
                violation_error_message=_("A notice has a day, and an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} – v{self.number}"

    @property
    def term(self) -> Term:
        """Where it stands, as it was recorded last."""
        return Term(
            AgreementStatus(self.status),
            self.starts_on,
            self.ends_on,
            self.is_tacit,
            self.notice_months,
        )

    def agreed_terms(self) -> dict[str, Any]:
        """Return the terms that parties sign beside the text, as their records tell them."""
        return {
            "starts_on": self.starts_on.isoformat(),
            "first_ends_on": self.first_ends_on.isoformat() if self.first_ends_on else None,
            "is_tacit": self.is_tacit,
            "notice_months": self.notice_months,
        }

    def first_term_on(self, on: dt.date) -> Term:
        """Return where it stood on the day ``on``, had nothing but the calendar changed it."""
        return term_on(
            Term(
                AgreementStatus.IN_FORCE,
                self.starts_on,
                self.first_ends_on,
                self.is_tacit,
                self.notice_months,
            ),
            on,
        )

    def term_on(self, on: dt.date) -> Term:
        """Return where it stands on the day ``on``, whatever the clock has recorded by then."""
        return term_on(self.term, on)


class AgreementText(FrozenText):
    """The text of a version of an agreement in one language."""

    version = models.ForeignKey(
        AgreementVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="texts"
    )

    class Meta:
        verbose_name = _("agreement text")
        verbose_name_plural = _("agreement texts")
        ordering = ["version", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "language"),
                name="unique_agreement_text_language",
                violation_error_message=_("This version already has a text in that language."),
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="agreement_text_has_a_fingerprint",
                violation_error_message=_("A fingerprint has 64 hexadecimal digits."),
            ),
        ]

    def canonical_bytes(self) -> bytes:
        """Return the bytes that the fingerprint bears on: the words, and the parties."""
        with override(self.language):
            parties = [party.named() for party in self.version.parties.all()]
        return agreement_bytes(
            agreement=self.version.agreement.slug,
            version=self.version.number,
            language=self.language,
            title=self.title,
            preamble=self.preamble,
            articles=self.numbered_articles(),
            parties=parties,
        )

    def evidence(self) -> TextEvidence:
        """Return what a record of evidence says of it."""
        return TextEvidence(
            version=self.version.number,
            language=self.language,
            text_sha256=self.sha256,
            details={"agreement": self.version.agreement.slug},
        )


class AgreementParty(models.Model):
    """An organisation that signs a version, by someone who holds a function.

    Its name is kept as it is in the text: an organisation may change its own later.
    """

    version = models.ForeignKey(
        AgreementVersion,
        verbose_name=_("version"),
        on_delete=models.PROTECT,
        related_name="parties",
    )
    number = models.PositiveSmallIntegerField(_("order"))
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    name_fr = models.CharField(_("name in French"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    function_fr = models.CharField(_("function of the signatory in French"), max_length=120)
    function_en = models.CharField(_("function of the signatory in English"), max_length=120)
    signed_record = models.OneToOneField(
        EvidenceRecord, null=True, blank=True, on_delete=models.PROTECT, related_name="signed_party"
    )
    declined_record = models.OneToOneField(
        EvidenceRecord,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="declined_party",
    )

    name = Label()
    function = Label()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=("version", "number"),
                name="unique_party_number",
                violation_error_message=_("Two parties have the same place in the order."),
            ),
            models.UniqueConstraint(
                fields=("version", "organisation"),
                name="organisation_is_party_once",
                violation_error_message=_("An organisation is a party once."),
            ),
            models.CheckConstraint(
                condition=Q(signed_record=None) | Q(declined_record=None),
                name="party_signs_or_declines",
                violation_error_message=_("A party signs or declines."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def named(self) -> Party:
        """Return the party as the fingerprint of the text bears on it, in the active language."""
        return Party(self.number, self.name, self.function)


class AgreementInvitationQuerySet(models.QuerySet["AgreementInvitation"]):
    """Invitations to sign."""

    def open(self, at: dt.datetime) -> "AgreementInvitationQuerySet":
        """Keep those whose link works at ``at``."""
        return self.filter(ended_at=None, expires_at__gt=at)


class AgreementInvitation(models.Model):
    """Somebody without an account who is asked to sign for a party, by a personal link.

    The link is drawn from the invitation (``partners.links``) and kept here as a hash only.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="invitations")
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"))
    function = models.CharField(_("function"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES)
    link_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    passed_on_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = AgreementInvitationQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("invitation to sign")
        verbose_name_plural = _("invitations to sign")
        constraints = [
            models.UniqueConstraint(
                fields=("party",),
                condition=Q(ended_at=None),
                name="one_invitation_per_party",
                violation_error_message=_("One person at a time is invited for a party."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.party} – {self.uuid}"

    @property
    def shown_function(self) -> str:
        """The function of who is invited: the party's, or that which was typed when passing on."""
        return self.function or self.party.function


class InvitationCode(EmailedCode):
    """The last code sent to somebody who is invited."""

    invitation = models.OneToOneField(
        AgreementInvitation, on_delete=models.CASCADE, related_name="+"
    )


class AgreementNotice(Notice):
    """An e-mail about an agreement."""

    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=AgreementNoticeKind.choices)
    email = models.EmailField()
    invitation = models.ForeignKey(
        AgreementInvitation,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="notices",
    )
    duty = models.CharField(max_length=10, choices=DutyKind.choices, blank=True)
    due_on = models.DateField(null=True, blank=True)
    days_before = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("version", "duty", "due_on", "days_before", "email"),
                condition=Q(kind="due"),
                name="one_reminder_of_a_duty",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sent_at or '–'}"


class AgreementDuty(models.Model):
    """Something that was due, and that somebody has dealt with."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="done_duties")
    kind = models.CharField(max_length=10, choices=DutyKind.choices)
    due_on = models.DateField()
    done_on = models.DateField()
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("agreement", "kind", "due_on"), name="duty_is_done_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"


class AgreementPage(ContentPage):
    """The page of an agreement: where it stands today, and what it means for an agent."""

    agreement = models.ForeignKey(
        Agreement, verbose_name=_("agreement"), on_delete=models.PROTECT, related_name="+"
    )

    content_panels = [*ContentPage.content_panels, FieldPanel("agreement")]
    template = "partners/agreement_page.html"
    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types: list[str] = []
    kind = "agreement"
    kind_label = _("Agreement")
    page_description = _("Shows where an agreement stands today; its body tells what it changes")

    class Meta:
        verbose_name = _("agreement page")
        verbose_name_plural = _("agreement pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the agreement as it stands, and what is about the same engagements."""
        from partners.agreements import shown_agreement
        from partners.annual_reports.shown import published_reports

        return {
            **super().get_context(request, *args, **kwargs),
            "kicker": _("Agreement"),
            "shown": shown_agreement(
                self.agreement, on=timezone.localdate(), language=self.locale.language_code
            ),
            "reports": published_reports(self.agreement),
            "related": self.related_groups(request),
        }

    def search_text(self) -> str:
        """Return the plain text of the body and of the version that is shown."""
        from partners.agreements import shown_agreement

        language = self.locale.language_code
        shown = shown_agreement(self.agreement, on=timezone.localdate(), language=language)
        if shown is None or shown.language != language:
            return super().search_text()
        parts = [shown.title, *shown.preamble]
        for article in shown.articles:
            parts += [article.title, *article.paragraphs]
        return " ".join([super().search_text(), *parts])
