"""Each column of each row of evidence is altered in turn, without triggers: the check finds and names it."""

import datetime as dt
import uuid
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from partners.enums import CharterStage
from partners.evidence import Fault
from partners.models import (
    Agreement,
    AgreementDocument,
    AgreementParty,
    AgreementText,
    AgreementVersion,
    Charter,
    CharterText,
    CharterVersion,
    EvidenceHead,
    EvidenceRecord,
    EvidenceValue,
    Signature,
    SignatureReceipt,
    SignatureScan,
    WithdrawalScan,
)
from partners.services import (
    decline_agreement,
    enter_paper_signature,
    enter_paper_withdrawal,
    follow_agreements,
    give_notice,
    issue_agreement_document,
    issue_receipt,
    record_paper_agreement,
    withdraw,
)
from partners.services.agreements import Terms
from partners.services.commitments import change_commitments
from partners.services.invitations import Invitee, delegate_invitation
from partners.triggers import suspended_triggers
from partners.verification import check_everything
from tests.factories import make_user

from . import agreements as make
from .conftest import NOON, TODAY

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
EVIDENCE = (
    EvidenceRecord,
    EvidenceValue,
    EvidenceHead,
    Signature,
    SignatureReceipt,
    SignatureScan,
    WithdrawalScan,
    CharterVersion,
    CharterText,
    AgreementVersion,
    AgreementText,
    AgreementParty,
    AgreementDocument,
)
# What proves nothing of a signature, and why: whoever adds a table says on which side it is.
NO_EVIDENCE = {
    "what charters, agreements and organisations are called; texts bear their slug, parties their names": (
        "Charter Agreement Organisation CharterPage AgreementPage"
    ),
    "what is sent or expected, and goes: what came of it is in the values of the records": (
        "SignatureNotice RenewalNotice NewerVersionNotice AgreementNotice AgreementInvitation "
        "InvitationCode ExpectedSignatory AgreementDuty"
    ),
    "what nobody signs: notes, counts, publications, reports of jobs": (
        "EvidenceCheck RetentionRun RetentionLine CommitmentFollowUp CommitmentCount CharterMilestone "
        "CharterWord DirectoryEntry DirectoryPhoto ReportForm AnnualReport"
    ),
    "games and stories": (
        "Game GameSession GameSessionNotice GameMilestone StoryIndexPage VideoStoryPage StoryAppearance"
    ),
}
MANY = 7
# The kinds of records that tell of what has no record of its own.
TELLING = ("signed", "published", "moved")
# The number of a row says nothing but which rows point at it: what they then point at is checked.
UNCHECKED = {"id"}


def where(row):
    """Return how the check may name a row: by its record or its version, else by its number."""
    return {*_where(row), f"row {row.pk} of {row._meta.db_table}"}


def _where(row):
    match row:
        case EvidenceRecord():
            return {f"record {row.sequence}", f"record {row.sequence + 1}"}
        case EvidenceValue():
            return {f"record {row.record.sequence}"}
        case EvidenceHead():
            return {f"record {row.sequence}", "record 0"}
        case Signature():
            ended = {f"record {row.ended_by.sequence}"} if row.ended_by else set()
            return {f"record {row.signed_record.sequence}", *ended}
        case SignatureReceipt() | AgreementDocument():
            about = EvidenceRecord.objects.filter(about=str(row.record.uuid))
            return {f"record {record.sequence}" for record in (row.record, *about)}
        case SignatureScan() | WithdrawalScan():
            return _where(row.signature)
        case CharterVersion():
            return {f"charter {row.charter.slug}, version {row.number}"}
        case CharterText():
            return {f"text {row.pk}", *_where(row.version)}
        case AgreementVersion():
            return {f"agreement {row.agreement.slug}, version {row.number}"}
        case AgreementText():
            [version] = _where(row.version)
            return {version, f"{version}, {row.language}"}
        case AgreementParty():
            acts = (row.signed_record, row.declined_record)
            done = {f"record {record.sequence}" for record in acts if record}
            texts = row.version.texts.all()
            return done.union(*(_where(text) for text in texts))


def others(field, row):
    """Yield what a column may say instead."""
    value = getattr(row, field.attname)
    if field.null and value is not None:
        yield None
    if field.is_relation:
        taken = type(row)._default_manager.exclude(**{field.name: None}) if field.unique else None
        free = field.related_model._default_manager.exclude(pk=value)
        if taken is not None:
            free = free.exclude(pk__in=taken.values(field.name))
        yield free.order_by("pk").values_list("pk", flat=True).last()
    elif field.choices:
        yield from [one for one, _label in field.choices if one != value][:MANY]
    elif isinstance(field, models.DateTimeField):
        yield (value or NOON) + dt.timedelta(microseconds=1)
    elif isinstance(field, models.DateField):
        yield (value or TODAY) + DAY
    elif isinstance(field, models.BooleanField):
        yield not value
    elif isinstance(field, models.IntegerField):
        yield (value or 0) + 100
    elif isinstance(field, models.UUIDField):
        yield uuid.uuid4()
    elif isinstance(field, models.BinaryField):
        yield bytes(value) + b"\n"
        yield bytes(value)[:-1]
    elif isinstance(field, models.JSONField):
        yield {**value, "more": "1"} if isinstance(value, dict) else value[:-1]
        yield "of another kind"
    else:
        assert isinstance(field, models.CharField | models.TextField)
        yield f"{value[:-1]}{'1' if value.endswith('0') else '0'}"


@pytest.fixture
def world(
    now, own_certificate, publish, offering, sign_as, signatory, charter, steerer, pdf_libraries
):
    """One row at least of each sort, in each of its states."""
    referent = make_user("referente")
    first = publish(texts=offering, stage=CharterStage.INTERMEDIATE)
    held = sign_as(signatory, first, commitments={"1.1": 1})
    change_commitments(signature=held, person=signatory, levels={"1.1": 2}, at=NOON)
    issue_receipt(signature=held, at=NOON)
    sheet = enter_paper_signature(
        person=make_user("sur-papier"),
        text=first.texts.get(language="fr"),
        statement="Je la signe librement.",
        referent=referent,
        scan=b"%PDF-1.7",
        signed_on=TODAY,
        at=NOON,
    )
    enter_paper_withdrawal(
        person=sheet.person,
        charter=charter,
        referent=referent,
        asked_on=TODAY,
        scan=b"\x89PNG\r\n\x1a\n",
        at=NOON,
    )
    gone = sign_as(make_user("partie"), first)
    withdraw(signature=gone, person=gone.person, at=NOON)
    publish(valid_from=TODAY + DAY, texts=offering)
    publish(valid_from=TODAY + 2 * DAY, texts={"fr": offering["fr"]})

    signed = make.send(make.draft(steerer), steerer, NOON)
    delegate_invitation(
        invitation=make.invitation(signed, 1),
        text=make.text(signed),
        person=Invitee("Suppléance", "suppleance@example.org"),
        at=NOON,
    )
    make.sign(signed, 1, NOON)
    make.sign(signed, 2, NOON)
    issue_agreement_document(version=signed, at=NOON)
    declined = make.send(make.draft(steerer, slug="refus"), steerer, NOON)
    make.sign(declined, 2, NOON)
    decline_agreement(
        invitation=make.invitation(declined, 1), text=make.text(declined), reason="Non.", at=NOON
    )
    make.send(make.draft(steerer, slug="en-cours"), steerer, NOON)
    terms = Terms(TODAY - 800 * DAY, TODAY - 600 * DAY, is_tacit=True)
    noticed = make.draft(steerer, slug="preavis", terms=terms)
    record_paper_agreement(version=noticed, actor=steerer)
    follow_agreements(at=NOON)
    give_notice(version=noticed, actor=steerer, on=TODAY)
    over = make.draft(steerer, slug="fini", terms=Terms(TODAY - 9 * DAY, TODAY - DAY))
    record_paper_agreement(version=over, actor=steerer)
    follow_agreements(at=NOON)
    only_french = make.draft(steerer, slug="en-francais", texts={"fr": make.words()["fr"]})
    make.send(only_french, steerer, NOON)

    # Where a row may be moved to.
    make.organisation(9)
    make_user("quelqu-un")
    for model, version, given in (
        (Charter, CharterVersion, {"charter": "autre"}),
        (Agreement, AgreementVersion, {"agreement": "autre", "starts_on": TODAY}),
    ):
        name = next(iter(given))
        for slug in ("avec-un-projet", "sans-version"):
            owner = model.objects.create(slug=slug, name_fr="Autre", name_en="Other")
            if slug == "avec-un-projet":
                version.objects.create(**{**given, name: owner}, number=1, author=steerer)
    assert list(check_everything()) == []


def rows_of(model):
    """Return the rows to alter: those that are alike stand for each other."""
    rows = list(model._default_manager.order_by("pk"))
    if model is EvidenceRecord:
        return list({row.kind: row for row in rows if row.kind in TELLING}.values())
    if model is EvidenceValue:
        return list({(row.record.kind, row.kept_until is None): row for row in rows}.values())
    if model in (CharterVersion, AgreementVersion):  # whoever writes a draft may change it
        return [row for row in rows if row.status != "draft"]
    return rows if len(rows) <= MANY else [rows[0], rows[1], rows[-1]]


def places_after(row, change):
    """Return where the check finds something after a change, then undo it.

    Returns:
        The places that it names, and those that it should, as the row was or as it is by now; none
        where even a constraint refuses the change.

    """
    rows, right = type(row)._default_manager.filter(pk=row.pk), where(row)
    with transaction.atomic():
        try:
            with suspended_triggers(), transaction.atomic():
                rows.update(**change)
            result = {problem.where for problem in check_everything()}, right | where(rows.get())
        except IntegrityError:
            result = None
        transaction.set_rollback(True)
    return result


def test_each_table_is_evidence_or_is_not():
    models = {model.__name__ for model in apps.get_app_config("partners").get_models()}
    evidence = {model.__name__ for model in EVIDENCE}
    others = [name for names in NO_EVIDENCE.values() for name in names.split()]
    assert sorted([*evidence, *others]) == sorted(models)


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", EVIDENCE)
def test_any_column_altered_is_found_and_named(model):
    unseen = []
    for field in model._meta.concrete_fields:
        if field.name in UNCHECKED:
            continue
        tried = 0
        for row in rows_of(model):
            for other in others(field, row):
                result = places_after(row, {field.attname: other})
                if result is None:
                    continue
                tried += 1
                named, right = result
                if not named & right:
                    unseen.append((field.name, str(row), other, named))
        assert tried, f"{field.name} was never altered"
    assert unseen == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has types")
@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("model", "column"),
    [
        (EvidenceRecord, "details"),
        (EvidenceRecord, "at"),
        (EvidenceRecord, "uuid"),
        (CharterVersion, "valid_from"),
        (CharterText, "articles"),
        (AgreementVersion, "ends_on"),
    ],
)
def test_what_cannot_even_be_read_is_named(model, column):
    row = model.objects.order_by("pk").first()
    right, table = where(row), model._meta.db_table
    with suspended_triggers(), connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(f"UPDATE {table} SET {column} = '{{' WHERE id = %s", [row.pk])
        cursor.execute("PRAGMA ignore_check_constraints = OFF")
    assert right & {problem.where for problem in check_everything()}


class TestWhatIsOlder:
    """What was published or sent out before the chain told of it is told as it was found then."""

    @pytest.fixture
    def older(self, now, publish, steerer, monkeypatch, time_machine):
        for services in ("charters", "agreements"):
            monkeypatch.setattr(
                f"partners.services.{services}.append", lambda *_told, **_more: None
            )
        publish()
        publish(valid_from=TODAY + DAY)
        terms = Terms(TODAY, TODAY + DAY)
        over = make.send(make.draft(steerer, terms=terms), steerer, NOON)
        make.sign(over, 1, NOON)
        make.sign(over, 2, NOON)
        make.send(make.draft(steerer, slug="en-cours"), steerer, NOON)
        make.draft(steerer, slug="projet")
        time_machine.move_to(NOON + 2 * DAY, tick=False)
        follow_agreements(at=NOON + 2 * DAY)
        monkeypatch.undo()

    @pytest.fixture
    def recorded(self, older, time_machine):
        faults = {problem.fault for problem in check_everything()}
        assert faults == {Fault.UNRECORDED, Fault.TERM}
        time_machine.move_to(NOON + 40 * DAY, tick=False)
        migration = import_module("partners.migrations.0019_recorded_versions")
        migration.record_what_stands(apps, None)

    def test_matches_and_says_so(self, recorded):
        assert list(check_everything()) == []
        told = EvidenceRecord.objects.filter(details__afterwards=True).order_by("sequence")
        kinds = list(told.values_list("kind", flat=True))
        assert kinds == ["published", "superseded", "published", "moved", "moved"]
        assert {record.at for record in told} == {NOON + 40 * DAY}

    @pytest.mark.parametrize(
        ("model", "column", "where"),
        [
            (CharterVersion, "valid_from", "charter partenaires, version 1"),
            (AgreementVersion, "ends_on", "agreement ecoute, version 1"),
        ],
    )
    def test_is_held_from_then_on(self, recorded, model, column, where):
        row = model.objects.order_by("pk").first()
        with suspended_triggers():
            model.objects.filter(pk=row.pk).update(**{column: TODAY + 5 * DAY})
        assert [(one.where, one.name) for one in check_everything()] == [(where, column)]

    def test_goes_on_as_the_rest(self, recorded, publish, steerer):
        publish(valid_from=TODAY + 50 * DAY)
        for number in (1, 2):
            version = AgreementVersion.objects.get(agreement__slug="en-cours")
            make.sign(version, number, NOON + DAY)
        assert list(check_everything()) == []
