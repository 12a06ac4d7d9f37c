"""Changes with side effects."""

from .agreement_documents import (
    date_waiting_agreement_documents,
    issue_agreement_document,
    issue_waiting_agreement_documents,
)
from .agreement_drafting import ChangedMeanwhileError, delete_draft, write_draft
from .agreement_loading import (
    draft_agreement_from,
    load_agreement_translations,
    load_agreements,
    set_report_form_from,
)
from .agreement_notices import (
    remind_of_duties,
    send_agreement_notice,
    send_agreement_notices,
)
from .agreements import (
    DraftUnderWayError,
    bring_into_force,
    close_duty,
    draft_agreement,
    expire_agreement,
    follow_agreements,
    give_notice,
    record_paper_agreement,
    renew_agreement,
    revise_agreement,
    terminate_agreement,
)
from .annual_reports import AlreadyPublishedError, publish_annual_report, set_report_form
from .charters import (
    change_catalogue,
    draft_charter_version,
    draft_next_version,
    publish_charter_version,
)
from .commitments import (
    FollowUpError,
    change_commitments,
    follow_commitment,
    publish_commitment_counts,
)
from .counts import record_milestones, recount_everything, send_waiting_announcements
from .directory import appear, leave
from .evidence import give_evidence
from .game_notices import send_game_notices
from .games import (
    SameSessionError,
    SessionClosedError,
    close_session,
    correct_session,
    declare_session,
    delete_session,
    recount_sessions,
    refuse_session,
    reopen_session,
)
from .invitations import (
    InvitationClosedError,
    decline_agreement,
    delegate_invitation,
    invite_again,
    remind_invitation,
    send_for_signature,
    sign_agreement,
)
from .loading import load_charter, load_stories, load_story_translations
from .newer_versions import call_for_newer_versions, send_newer_version_notices
from .notices import send_notice, send_waiting_notices
from .paper import enter_paper_signature, enter_paper_withdrawal
from .receipts import date_waiting_receipts, issue_receipt, issue_waiting_receipts
from .renewals import call_for_renewals, send_renewal_notices
from .retention import apply_retention, purge_values
from .sharing import share_story, withdraw_story
from .signing import NotSignableError, expire_signatures, sign, withdraw
from .stories import refuse_scheduled_publication, withdraw_refused_stories
from .words import propose_words

__all__ = [
    "AlreadyPublishedError",
    "ChangedMeanwhileError",
    "DraftUnderWayError",
    "FollowUpError",
    "InvitationClosedError",
    "NotSignableError",
    "SameSessionError",
    "SessionClosedError",
    "appear",
    "apply_retention",
    "bring_into_force",
    "call_for_newer_versions",
    "call_for_renewals",
    "change_catalogue",
    "change_commitments",
    "close_duty",
    "close_session",
    "correct_session",
    "date_waiting_agreement_documents",
    "date_waiting_receipts",
    "declare_session",
    "decline_agreement",
    "delegate_invitation",
    "delete_draft",
    "delete_session",
    "draft_agreement",
    "draft_agreement_from",
    "draft_charter_version",
    "draft_next_version",
    "enter_paper_signature",
    "enter_paper_withdrawal",
    "expire_agreement",
    "expire_signatures",
    "follow_agreements",
    "follow_commitment",
    "give_evidence",
    "give_notice",
    "invite_again",
    "issue_agreement_document",
    "issue_receipt",
    "issue_waiting_agreement_documents",
    "issue_waiting_receipts",
    "leave",
    "load_agreement_translations",
    "load_agreements",
    "load_charter",
    "load_stories",
    "load_story_translations",
    "propose_words",
    "publish_annual_report",
    "publish_charter_version",
    "publish_commitment_counts",
    "purge_values",
    "record_milestones",
    "record_paper_agreement",
    "recount_everything",
    "recount_sessions",
    "refuse_scheduled_publication",
    "refuse_session",
    "remind_invitation",
    "remind_of_duties",
    "renew_agreement",
    "reopen_session",
    "revise_agreement",
    "send_agreement_notice",
    "send_agreement_notices",
    "send_for_signature",
    "send_game_notices",
    "send_newer_version_notices",
    "send_notice",
    "send_renewal_notices",
    "send_waiting_announcements",
    "send_waiting_notices",
    "set_report_form",
    "set_report_form_from",
    "share_story",
    "sign",
    "sign_agreement",
    "terminate_agreement",
    "withdraw",
    "withdraw_refused_stories",
    "withdraw_story",
    "write_draft",
]
