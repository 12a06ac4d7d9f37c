"""Changes with side effects."""

from .agreement_loading import (
    draft_agreement_from,
    load_agreement_translations,
    load_agreements,
)
from .agreement_notices import (
    remind_of_duties,
    send_agreement_notice,
    send_agreement_notices,
)
from .agreements import (
    bring_into_force,
    close_duty,
    draft_agreement,
    expire_agreement,
    follow_agreements,
    give_notice,
    record_paper_agreement,
    renew_agreement,
    terminate_agreement,
)
from .charters import draft_charter_version, publish_charter_version
from .evidence import give_evidence
from .invitations import (
    InvitationClosedError,
    decline_agreement,
    delegate_invitation,
    forget_invitations,
    invite_again,
    remind_invitation,
    send_for_signature,
    sign_agreement,
)
from .loading import load_charter, load_stories, load_story_translations
from .notices import send_notice, send_waiting_notices
from .receipts import date_waiting_receipts, issue_receipt, issue_waiting_receipts
from .signing import NotSignableError, purge_values, sign, withdraw
from .stories import refuse_scheduled_publication, withdraw_refused_stories

__all__ = [
    "InvitationClosedError",
    "NotSignableError",
    "bring_into_force",
    "close_duty",
    "date_waiting_receipts",
    "decline_agreement",
    "delegate_invitation",
    "draft_agreement",
    "draft_agreement_from",
    "draft_charter_version",
    "expire_agreement",
    "follow_agreements",
    "forget_invitations",
    "give_evidence",
    "give_notice",
    "invite_again",
    "issue_receipt",
    "issue_waiting_receipts",
    "load_agreement_translations",
    "load_agreements",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "publish_charter_version",
    "purge_values",
    "record_paper_agreement",
    "refuse_scheduled_publication",
    "remind_invitation",
    "remind_of_duties",
    "renew_agreement",
    "send_agreement_notice",
    "send_agreement_notices",
    "send_for_signature",
    "send_notice",
    "send_waiting_notices",
    "sign",
    "sign_agreement",
    "terminate_agreement",
    "withdraw",
    "withdraw_refused_stories",
]
