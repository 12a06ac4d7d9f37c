"""What readers see of signatures: where they stand, who signs what, what a check found."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from partners.charters import language_label, version_in_force
from partners.commitments import CHOSEN, Chosen, read_recorded
from partners.enums import CharterStage, SignatureState
from portal.core.dates import day_in_words
from portal.core.visibility import Reader
from portal.users.models import User

if TYPE_CHECKING:
    from partners.models import AgreementDocument, CharterText, CharterVersion, Signature

SHORT = 16


@dataclass(frozen=True, slots=True)
class Line:
    """A fact, with its name."""

    term: str
    text: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a reader stands with a version: may they sign it, what have they signed already.

    Attributes:
        signed: their active signature of this version.
        signed_before: their active signature of an older one.

    """

    may_sign: bool
    is_example: bool
    signed: "Signature | None" = None
    signed_before: "Signature | None" = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of a signature found, in words and as a kind of notice."""

    kind: str
    title: str
    text: str


def standing(user: Reader, version: "CharterVersion", *, on: dt.date) -> Standing:
    """Return where ``user`` stands with ``version`` on the day ``on``."""
    from partners.models import Signature
    from partners.permissions import can_be_signed

    is_example = version.stage == CharterStage.PROPOSED
    if not isinstance(user, User):
        return Standing(may_sign=False, is_example=is_example)
    active = Signature.objects.of(user).active().filter(charter=version.charter_id).first()
    signs_this = active is not None and active.version_id == version.pk
    may_renew = active is not None and signs_this and active.may_be_renewed(on)
    return Standing(
        may_sign=(may_renew or not signs_this) and can_be_signed(version, on=on),
        is_example=is_example,
        signed=active if signs_this else None,
        signed_before=None if signs_this else active,
    )


def renewable_version(signature: "Signature", *, on: dt.date) -> "CharterVersion | None":
    """Return the version to sign for who renews a signature on the day ``on``; None otherwise.

    It may have ended already: who let it end may sign again.
    """
    from partners.permissions import can_be_signed

    if signature.ended_by_id is not None or not signature.may_be_renewed(on):
        return None
    version = version_in_force(signature.charter, on=on)
    return version if version is not None and can_be_signed(version, on=on) else None


def newer_version(signature: "Signature", *, on: dt.date) -> "CharterVersion | None":
    """Return the version that may be signed in the place of the one that was, if there is one."""
    from partners.permissions import can_be_signed

    if signature.ended_by_id is not None:
        return None
    version = version_in_force(signature.charter, on=on)
    if version is None or version.number <= signature.version.number:
        return None
    return version if can_be_signed(version, on=on) else None


def statement(text: "CharterText") -> str:
    """Return the words that who signs has to tick."""
    return _("I have read the charter “%(title)s”, version %(number)d, and I sign it freely.") % {
        "title": text.title,
        "number": text.version.number,
    }


def signatory_lines(person: User) -> list[Line]:
    """Return who signs, as the account says."""
    return _signatory(str(person), person.email, str(person.collectivity or ""))


def recorded_signatory_lines(signature: "Signature") -> list[Line]:
    """Return who signed, as it was recorded then; nothing once that is purged."""
    recorded = dict(signature.signed_record.values.values_list("name", "value"))
    return _signatory(*(recorded.get(name, "") for name in ("name", "email", "collectivity")))


def recorded_commitments(signature: "Signature") -> tuple[Chosen, ...]:
    """Return what the signatory chose when they signed; nothing once that is purged."""
    value = signature.signed_record.values.filter(name=CHOSEN).first()
    return read_recorded(value.value) if value else ()


def commitment_lines(chosen: Iterable[Chosen]) -> list[Line]:
    """Return what someone commits to besides the charter."""
    return [Line(f"{item.theme} – {item.title}", item.line) for item in chosen]


def text_lines(text: "CharterText") -> list[Line]:
    """Return what is signed."""
    short = f"{text.sha256[:SHORT]}…"
    return [
        Line(_("Charter"), text.title),
        Line(_("Version"), _version_label(text.version)),
        Line(_("Language"), language_label(text.language)),
        Line(_("Fingerprint of the text"), format_html("<code>{}</code>", short)),
    ]


def public_lines(signature: "Signature", text: "CharterText") -> list[Line]:
    """Return what anyone who holds the code may know: never who signed."""
    lines = [
        Line(_("Charter"), text.title),
        Line(_("Version"), _version_label(signature.version)),
        Line(_("Language read"), language_label(signature.language)),
        Line(_("Signed"), shown_instant(signature.signed_record.at)),
    ]
    if signature.paper:
        day = dt.date.fromisoformat(signature.paper["signed_on"])
        by_hand = _("on %(day)s, then entered by a referent at the time above")
        lines.append(Line(_("Signed on paper"), by_hand % {"day": day_in_words(day)}))
    if signature.until is not None:
        lines.append(Line(_("Last day"), day_in_words(signature.until)))
    if signature.ended_by is not None:
        ended = {
            SignatureState.WITHDRAWN: _("Withdrawn on"),
            SignatureState.EXPIRED: _("End recorded"),
            SignatureState.REPLACED: _("Replaced"),
        }[signature.state]
        lines.append(Line(ended, shown_instant(signature.ended_by.at)))
    if asked := signature.withdrawal_on_paper:
        day = dt.date.fromisoformat(asked["asked_on"])
        by_hand = _("on %(day)s, then entered by a referent at the time above")
        told = by_hand % {"day": day_in_words(day)}
        lines.append(Line(_("Withdrawal asked for on paper"), told))
    return lines


def receipt_lines(signature: "Signature", text: "CharterText") -> list[Line]:
    """Return what a receipt says."""
    url = verification_url(signature)
    record = signature.signed_record
    return [
        *public_lines(signature, text),
        Line(_("Verification code"), format_html("<code>{}</code>", signature.shown_code)),
        Line(_("Address to verify it"), format_html('<a href="{}">{}</a>', url, url)),
        Line(_("Fingerprint of the text"), format_html("<code>{}</code>", record.text_sha256)),
        Line(_("Fingerprint of the evidence"), format_html("<code>{}</code>", record.hash)),
    ]


def verification_url(proof: "Signature | AgreementDocument") -> str:
    """Return the address at which anyone who holds it verifies a signature, or an agreement."""
    path = reverse("verify_code", args=[proof.shown_code])
    return f"{settings.WAGTAILADMIN_BASE_URL}{path}"


def shown_instant(at: dt.datetime) -> str:
    r"""Return an instant to the second, with its zone.

    >>> shown_instant(dt.datetime(2026, 7, 1, 10, 0, 5, tzinfo=dt.UTC)).replace("\xa0", " ")
    '1er juillet 2026 à 12:00:05 (heure de Paris, UTC+2)'
    """
    local = timezone.localtime(at)
    hours = int((local.utcoffset() or dt.timedelta()).total_seconds() // 3600)
    return _("%(date)s at %(time)s (Paris time, UTC%(offset)s)") % {
        "date": day_in_words(local),
        "time": date_format(local, "H:i:s"),
        "offset": f"{hours:+d}",
    }


def verdict(signature: "Signature", *, is_intact: bool, on: dt.date) -> Verdict:
    """Return what a check of a signature found."""
    if not is_intact:
        return Verdict(
            "error",
            _("Altered"),
            _(
                "What is kept of this signature is not what was recorded when it was made. Do not "
                "rely on it, and tell the programme’s team."
            ),
        )
    if signature.state == SignatureState.WITHDRAWN:
        return Verdict(
            "warning",
            _("Signature withdrawn"),
            _("This charter was signed, then its signatory withdrew."),
        )
    is_over = signature.until is not None and signature.until < on
    if signature.state == SignatureState.EXPIRED or (
        is_over and signature.state == SignatureState.ACTIVE
    ):
        return Verdict(
            "warning",
            _("Come to its end"),
            _("This charter was signed for the time stated below, which is over."),
        )
    valid_until = signature.version.valid_until
    if signature.state == SignatureState.REPLACED or (valid_until and valid_until < on):
        return Verdict(
            "warning",
            _("Superseded"),
            _(
                "This signature was made as stated below. The version that it bears on is no "
                "longer in force, or a newer signature has taken its place."
            ),
        )
    return Verdict(
        "success",
        _("Valid"),
        _("This charter was signed as stated below, and nothing has changed since."),
    )


def receipt_name(signature: "Signature") -> str:
    """Return the name under which the receipt is given."""
    return _("receipt-%(charter)s-v%(number)s.pdf") % {
        "charter": signature.charter.slug,
        "number": signature.version.number,
    }


def evidence_name(signature: "Signature") -> str:
    """Return the name under which the evidence file is given."""
    return _("evidence-%(charter)s-v%(number)s-%(record)s.zip") % {
        "charter": signature.charter.slug,
        "number": signature.version.number,
        "record": signature.signed_record.sequence,
    }


def _version_label(version: "CharterVersion") -> str:
    return f"{version.number} ({version.get_stage_display()})"


def _signatory(name: str, email: str, collectivity: str) -> list[Line]:
    lines = [
        Line(_("Name"), name),
        Line(_("E-mail address"), email),
        Line(_("Collectivity"), collectivity),
    ]
    return [line for line in lines if line.text]
