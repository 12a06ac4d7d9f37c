"""URLs of partners."""

from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from .views import evidence, invited, signing, verifying

urlpatterns = [
    path(
        _("charters/<slug:slug>/v<int:number>/"),
        include(
            [
                path(_("text/<str:name>"), signing.charter_text, name="charter_text"),
                path(_("sign/"), signing.sign_charter, name="sign_charter"),
            ]
        ),
    ),
    path(
        _("my-signatures/"),
        include(
            [
                path("", signing.my_signatures, name="my_signatures"),
                path("<uuid:record>/", signing.signature_receipt, name="signature_receipt"),
                path(_("<uuid:record>/receipt.pdf"), signing.receipt_file, name="receipt_file"),
                path(_("<uuid:record>/evidence.zip"), evidence.own_evidence, name="own_evidence"),
                path(
                    _("<uuid:record>/withdraw/"),
                    signing.withdraw_signature,
                    name="withdraw_signature",
                ),
            ]
        ),
    ),
    path(
        _("agreements/sign/<str:link>/"),
        include(
            [
                path("", invited.invitation, name="invitation"),
                path(_("decline/"), invited.decline, name="decline_invitation"),
                path(_("pass-on/"), invited.pass_on, name="pass_on_invitation"),
            ]
        ),
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
