"""URLs of partners."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from .views import (
    agreement_preview,
    annual_reports,
    commitments,
    directory,
    evidence,
    games,
    invited,
    paper,
    sharing,
    signing,
    space,
    verifying,
)

urlpatterns = [
    path(
        _("charters/<slug:slug>/v<int:number>/"),
        include(
            [
                path(_("text/<str:name>"), signing.charter_text, name="charter_text"),
                path(_("sign/"), signing.sign_charter, name="sign_charter"),
                path(_("sheet/<str:language>/"), paper.paper_sheet, name="paper_sheet"),
                path(_("commitments/"), commitments.commitment_counts, name="commitment_counts"),
                path(
                    _("commitments.<str:form>"),
                    commitments.commitment_counts_file,
                    name="commitment_counts_file",
                ),
            ]
        ),
    ),
    path(
        _("charters/<slug:slug>/partners/"),
        include(
            [
                path("", directory.directory, name="directory"),
                path(_("words/"), directory.words, name="partner_words"),
                path("<uuid:uuid>/", directory.partner, name="partner"),
                path("<uuid:uuid>/photo.webp", directory.photo, name="partner_photo"),
            ]
        ),
    ),
    path(
        _("my-signatures/"),
        include(
            [
                path("", space.my_space, name="my_signatures"),
                path("<uuid:record>/", signing.signature_receipt, name="signature_receipt"),
                path(
                    _("<uuid:record>/commitments/"),
                    commitments.my_commitments,
                    name="my_commitments",
                ),
                path(
                    _("<uuid:record>/commitments/choose/"),
                    commitments.choose_commitments,
                    name="choose_commitments",
                ),
                path(_("<uuid:record>/receipt.pdf"), signing.receipt_file, name="receipt_file"),
                path(_("<uuid:record>/evidence.zip"), evidence.own_evidence, name="own_evidence"),
                path(
                    _("<uuid:record>/directory/"),
                    directory.my_entry,
                    name="my_directory_entry",
                ),
                path(
                    _("<uuid:record>/withdraw/"),
                    signing.withdraw_signature,
                    name="withdraw_signature",
                ),
            ]
        ),
    ),
    path(
        _("my-good-practices/"),
        include(
            [
                path(_("share/"), sharing.share, name="share_story"),
                path(_("<int:pk>/withdraw/"), sharing.withdraw, name="withdraw_story"),
            ]
        ),
    ),
    path(
        _("games/<slug:slug>/"),
        include(
            [
                path("", games.game, name="game"),
                path(_("declare/"), games.declare, name="declare_session"),
                path(_("sessions/<uuid:uuid>/"), games.correct, name="correct_session"),
                path(_("sessions/<uuid:uuid>/delete/"), games.delete, name="delete_session"),
            ]
        ),
    ),
    path(
        _("agreements/sign/<str:link>/"),
        include(
            [
                path("", invited.invitation, name="invitation"),
                path(_("agreement.pdf"), invited.signed_agreement, name="signed_agreement"),
                path(_("decline/"), invited.decline, name="decline_invitation"),
                path(_("pass-on/"), invited.pass_on, name="pass_on_invitation"),
            ]
        ),
    ),
    path(
        _("agreements/<int:pk>/preview/"),
        include(
            [
                path("", agreement_preview.preview_agreement, name="preview_agreement"),
                path("<int:number>/", agreement_preview.preview_signing, name="preview_signing"),
            ]
        ),
    ),
    path(
        _("agreements/<slug:slug>/reports/"),
        annual_reports.annual_reports,
        name="annual_reports",
    ),
    path(
        _("agreements/<slug:slug>/reports.<str:form>"),
        annual_reports.annual_reports_file,
        name="annual_reports_file",
    ),
    path(
        _("verify/"),
        include(
            [
                path("", verifying.verify, name="verify"),
                path("<str:code>/", verifying.verify_code, name="verify_code"),
            ]
        ),
    ),
]
