"""Commitments: what a version offers, what someone chooses, follows up, changes; what is counted."""

import copy
import datetime as dt
import json
from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from partners import jobs
from partners.canonical import canonical_bytes
from partners.commitments import (
    CHOSEN,
    Catalogue,
    CatalogueError,
    ChoiceError,
    Chosen,
    canonical_catalogue,
    choose,
    levels_of,
    read_catalogue,
    read_recorded,
    recorded,
)
from partners.enums import FOLLOW_UP_TRANSITIONS, CharterStage, EvidenceKind, FollowUp
from partners.evidence import Fault
from partners.models import (
    CharterText,
    CommitmentCount,
    CommitmentFollowUp,
    EvidenceRecord,
    EvidenceValue,
)
from partners.models.text import FrozenVersionError
from partners.services import (
    FollowUpError,
    NotSignableError,
    change_catalogue,
    change_commitments,
    draft_charter_version,
    follow_commitment,
    publish_charter_version,
    publish_commitment_counts,
    purge_values,
    withdraw,
)
from partners.triggers import suspended_triggers
from partners.verification import check_everything, check_signature
from tests.factories import make_user

from .conftest import NOON, TODAY, acts

LATER = NOON + dt.timedelta(hours=1)


def raw(levels=("Un peu", "Beaucoup"), themes=(("Transport", 2), ("Déchets", 1))):
    return {
        "levels": list(levels),
        "themes": [
            {
                "number": number,
                "title": title,
                "commitments": [
                    {
                        "number": place,
                        "title": f"{title} {place}",
                        "wordings": [f"{title} {place} {level}" for level in levels],
                    }
                    for place in range(1, size + 1)
                ],
            }
            for number, (title, size) in enumerate(themes, start=1)
        ],
    }


class TestCatalogue:
    def test_is_read_and_written_as_it_is(self):
        catalogue = read_catalogue(raw())
        assert canonical_catalogue(catalogue) == raw()
        assert list(catalogue.commitments()) == ["1.1", "1.2", "2.1"]
        assert catalogue.shape() == (2, (2, 1))

    def test_none_is_offered_by_an_empty_one(self):
        assert not read_catalogue({})
        assert choose(Catalogue(), {}) == ()

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda c: c.pop("levels"),
            lambda c: c.update(more=1),
            lambda c: c.update(levels=[]),
            lambda c: c.update(levels=["Un", "Un"]),
            lambda c: c.update(levels=list("abcdef")),
            lambda c: c.update(levels=["Un peu", " "]),
            lambda c: c.update(themes=[]),
            lambda c: c.update(themes="Transport"),
            lambda c: c["themes"][0].update(number=2),
            lambda c: c["themes"][0].update(number=True),
            lambda c: c["themes"][0].update(title=""),
            lambda c: c["themes"][0].update(commitments=[]),
            lambda c: c["themes"][0]["commitments"][1].update(number=3),
            lambda c: c["themes"][0]["commitments"][1].update(title=None),
            lambda c: c["themes"][0]["commitments"][1].update(wordings=["seul"]),
            lambda c: c["themes"][0]["commitments"][1].update(wordings=["un", "\n"]),
        ],
    )
    def test_what_is_incomplete_is_refused(self, spoil):
        spoilt = raw()
        spoil(spoilt)
        with pytest.raises(CatalogueError):
            read_catalogue(spoilt)

    def test_what_is_chosen_is_in_its_words(self):
        assert choose(read_catalogue(raw()), {"2.1": 1, "1.2": 2}) == (
            Chosen("1.2", 2, "Beaucoup", "Transport", "Transport 2", "Transport 2 Beaucoup"),
            Chosen("2.1", 1, "Un peu", "Déchets", "Déchets 1", "Déchets 1 Un peu"),
        )

    @pytest.mark.parametrize("levels", [{"3.1": 1}, {"1": 1}, {"1.1": 0}, {"1.1": 3}, {"": 1}])
    def test_what_is_not_offered_is_not_chosen(self, levels):
        with pytest.raises(ChoiceError):
            choose(read_catalogue(raw()), levels)

    @given(st.dictionaries(st.sampled_from(["1.1", "1.2", "2.1"]), st.integers(1, 2)))
    def test_what_is_recorded_is_read_again(self, levels):
        chosen = choose(read_catalogue(raw()), levels)
        assert read_recorded(recorded(chosen)) == chosen
        assert levels_of(chosen) == levels

    @pytest.mark.parametrize("value", ["", "{", '[{"level": 1}]', "[1]", "3"])
    def test_what_was_not_recorded_is_not_read(self, value):
        with pytest.raises(ValueError):  # noqa: PT011
            read_recorded(value)

    def test_a_text_without_catalogue_keeps_its_fingerprint(self):
        text = {"charter": "c", "version": 1, "language": "fr", "title": "T", "preamble": ""}
        without = canonical_bytes(**text, articles=[])
        assert b"commitments" not in without
        assert canonical_bytes(**text, articles=[], commitments={}) == without
        assert json.loads(canonical_bytes(**text, articles=[], commitments=raw())) == {
            **json.loads(without),
            "commitments": raw(),
        }


class TestFollowUpStates:
    """The table of states, by itself."""

    def reached(self, start):
        seen, waiting = {start}, [start]
        while waiting:
            for state in FOLLOW_UP_TRANSITIONS[waiting.pop()] - seen:
                seen.add(state)
                waiting.append(state)
        return seen

    def test_each_state_is_in_the_table_and_reached_and_left(self):
        assert set(FOLLOW_UP_TRANSITIONS) == set(FollowUp)
        for state in FollowUp:
            assert self.reached(state) == set(FollowUp)
            assert state not in FOLLOW_UP_TRANSITIONS[state]


pytestmark = [pytest.mark.usefixtures("now")]


@pytest.fixture
def offered(publish, offering):
    """A version in force that offers commitments."""
    return publish(texts=offering)


@pytest.fixture
def signature(signatory, offered, sign_as):
    return sign_as(signatory, offered, commitments={"1.1": 2, "2.1": 1})


@pytest.fixture
def crowd(offered, sign_as):
    """Return a function by which as many people sign as it is told, with the same commitments."""
    made = []

    def make(number, **commitments):
        levels = {key.removeprefix("c").replace("_", "."): n for key, n in commitments.items()}
        for _person in range(number):
            person = make_user(f"personne-{len(made)}")
            made.append(sign_as(person, offered, commitments=levels))
        return made

    return make


def found():
    return [(problem.fault, problem.where) for problem in check_everything()]


@pytest.mark.django_db
class TestVersion:
    def test_the_catalogue_is_frozen_and_fingerprinted_with_the_text(self, offered, offering):
        text = offered.texts.get(language="fr")
        assert text.catalogue() == read_catalogue(offering["fr"].commitments)
        assert text.is_intact
        assert "Partager une voiture" in text.canonical_bytes().decode()
        text.commitments = {}
        with pytest.raises(FrozenVersionError):
            text.save()
        with pytest.raises(DatabaseError), transaction.atomic():
            CharterText.objects.update(commitments={})

    def test_a_changed_catalogue_is_found(self, offered):
        for spoilt in ({}, {"levels": 3}):
            with suspended_triggers():
                offered.texts.filter(language="en").update(commitments=spoilt)
            assert (Fault.TEXT, f"text {offered.texts.get(language='en').pk}") in found()

    def test_each_language_offers_the_same(self, charter, author, offering):
        with pytest.raises(ValidationError, match="mêmes niveaux"):
            draft_charter_version(
                charter=charter,
                actor=author,
                stage=CharterStage.FINAL,
                texts={**offering, "en": replace(offering["en"], commitments={})},
            )

    def test_its_author_writes_it_while_it_is_a_draft(
        self, charter, author, approver, words, offering
    ):
        draft = draft_charter_version(
            charter=charter, actor=author, stage=CharterStage.FINAL, texts=words
        )
        before = draft.texts.get(language="fr").sha256
        catalogues = {language: given.commitments for language, given in offering.items()}
        with pytest.raises(ValidationError):
            change_catalogue(version=draft, actor=approver, catalogues=catalogues)
        with pytest.raises(ValidationError):
            change_catalogue(version=draft, actor=author, catalogues={"fr": catalogues["fr"]})
        assert draft.texts.get(language="fr").sha256 == before
        change_catalogue(version=draft, actor=author, catalogues=catalogues)
        text = draft.texts.get(language="fr")
        assert text.sha256 != before
        assert text.is_intact
        published = publish_charter_version(version=draft, approver=approver, valid_from=TODAY)
        with pytest.raises(FrozenVersionError):
            change_catalogue(version=published, actor=author, catalogues={})


@pytest.mark.django_db
class TestSigning:
    def test_keeps_what_was_chosen_word_for_word(self, signature):
        record = signature.signed_record
        value = record.values.get(name=CHOSEN).value
        assert json.loads(value) == [
            {
                "commitment": "1.1",
                "level": 2,
                "level_name": "Souvent",
                "theme": "Transport",
                "title": "Venir à vélo",
                "wording": "Venir à vélo, souvent",
            },
            {
                "commitment": "2.1",
                "level": 1,
                "level_name": "Un peu",
                "theme": "Déchets",
                "title": "Trier",
                "wording": "Trier, un peu",
            },
        ]
        assert "Venir" not in str(acts().values().get())
        assert [item.commitment for item in signature.commitments()] == ["1.1", "2.1"]
        assert found() == []
        assert check_signature(signature) == []

    def test_in_the_language_that_was_read(self, signatory, offered, sign_as):
        signature = sign_as(signatory, offered, language="en", commitments={"1.2": 3})
        assert [item.wording for item in signature.commitments()] == ["Share a car, always"]
        assert found() == []

    def test_choosing_nothing_does_not_show_in_the_chain(self, signatory, offered, sign_as):
        signature = sign_as(signatory, offered)
        assert signature.commitments() == ()
        assert CHOSEN in signature.signed_record.digests
        assert found() == []

    @pytest.mark.parametrize("levels", [{"9.1": 1}, {"1.1": 4}])
    def test_what_is_not_offered_is_not_signed(self, signatory, offered, sign_as, levels):
        with pytest.raises(NotSignableError):
            sign_as(signatory, offered, commitments=levels)
        assert not acts().exists()

    def test_a_charter_that_offers_nothing_is_signed_without(self, signatory, version, sign_as):
        assert CHOSEN not in sign_as(signatory, version).signed_record.digests
        with pytest.raises(NotSignableError):
            sign_as(make_user("autre"), version, commitments={"1.1": 1})

    def test_a_new_version_carries_nothing_over(
        self, signature, signatory, publish, offering, sign_as
    ):
        newer = publish(valid_from=TODAY + dt.timedelta(days=1), texts=offering)
        signed = sign_as(signatory, newer, at=NOON + dt.timedelta(days=1))
        assert signed.commitments() == ()
        assert found() == []


@pytest.mark.django_db
class TestChangingOnesMind:
    def test_is_a_record_more(self, signature, signatory):
        before = acts().values().get()
        record = change_commitments(
            signature=signature, person=signatory, levels={"1.1": 3, "1.2": 1}, at=LATER
        )
        assert (record.kind, record.sequence) == (EvidenceKind.COMMITTED, 3)
        assert record.about == str(signature.signed_record.uuid)
        assert record.text_sha256 == signature.signed_record.text_sha256
        assert acts().values()[0] == before
        assert levels_of(signature.commitments()) == {"1.1": 3, "1.2": 1}
        assert found() == []
        assert check_signature(signature) == []

    def test_everything_may_be_given_up_and_taken_again(self, signature, signatory):
        for levels in ({}, {"2.1": 3}, {}):
            change_commitments(signature=signature, person=signatory, levels=levels, at=LATER)
            assert levels_of(signature.commitments()) == levels
        assert acts().count() == 4
        assert found() == []

    def test_the_same_again_changes_nothing(self, signature, signatory):
        same = {"2.1": 1, "1.1": 2}
        assert not change_commitments(signature=signature, person=signatory, levels=same, at=LATER)
        assert acts().count() == 1

    def test_only_one_s_own_while_they_hold_and_what_is_offered(self, signature, signatory):
        other = make_user("autre")
        for person, levels in ((other, {}), (signatory, {"1.1": 9})):
            with pytest.raises(ValidationError):
                change_commitments(signature=signature, person=person, levels=levels, at=LATER)
        withdraw(signature=signature, person=signatory, at=LATER)
        with pytest.raises(ValidationError):
            change_commitments(signature=signature, person=signatory, levels={}, at=LATER)
        assert acts().count() == 2

    def test_goes_with_the_signature_in_the_end(self, signature, signatory, time_machine):
        change_commitments(signature=signature, person=signatory, levels={"1.2": 1}, at=LATER)
        assert not EvidenceValue.objects.filter(name=CHOSEN, kept_until__isnull=False).exists()
        long_ago = dt.datetime(2019, 5, 6, tzinfo=dt.UTC)
        withdraw(signature=signature, person=signatory, at=long_ago)
        assert not EvidenceValue.objects.filter(name=CHOSEN, kept_until=None).exists()
        while purge_values(at=dt.datetime(2025, 5, 6, tzinfo=dt.UTC)):
            pass
        assert not EvidenceValue.objects.filter(name=CHOSEN).exists()
        assert signature.commitments() == ()
        assert found() == []


@pytest.mark.django_db
class TestTampering:
    @pytest.fixture
    def changed(self, signature, signatory):
        return change_commitments(
            signature=signature, person=signatory, levels={"1.2": 1}, at=LATER
        )

    @pytest.mark.parametrize("sequence", [2, 3])
    def test_a_wording_changed_is_named(self, changed, signature, sequence):
        value = EvidenceValue.objects.get(name=CHOSEN, record__sequence=sequence)
        with suspended_triggers():
            EvidenceValue.objects.filter(pk=value.pk).update(
                value=value.value.replace("Transport", "Tramway")
            )
        told = found()
        assert (Fault.VALUE, f"record {sequence}") in told
        assert (Fault.COMMITMENTS, f"record {sequence}") in told
        assert check_signature(signature)

    def test_a_change_taken_away_is_named(self, changed, signature):
        with suspended_triggers():
            EvidenceValue.objects.filter(record=changed).delete()
            changed.delete()
        assert found()[0][0] == Fault.HEAD

    def test_a_change_after_the_end_is_named(self, changed, signature, signatory):
        withdraw(signature=signature, person=signatory, at=LATER)
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=changed.pk).update(sequence=9)
        assert (Fault.STATE, "record 9") in found()

    def test_a_change_of_nobody_or_of_someone_else_is_named(self, changed, signature):
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=changed.pk).update(about="nobody")
        assert (Fault.NO_SIGNATURE, "record 3") in found()
        with suspended_triggers():
            EvidenceRecord.objects.filter(pk=changed.pk).update(
                about=str(signature.signed_record.uuid), text_sha256="0" * 64
            )
            EvidenceValue.objects.filter(record=changed, name="signatory").update(value="0")
        assert {(Fault.TEXT, "record 3"), (Fault.IDENTITY, "record 3")} <= set(found())

    def test_a_record_is_not_edited(self, changed):
        for change in ({"details": {"1": 2}}, {"kind": "signed"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                EvidenceRecord.objects.filter(pk=changed.pk).update(**change)


@pytest.mark.django_db
class TestFollowingUp:
    def follow(self, signature, state, commitment="1.1", person=None):
        return follow_commitment(
            signature=signature,
            person=person or signature.person,
            commitment=commitment,
            state=state,
            at=LATER,
        )

    @pytest.mark.parametrize("start", list(FollowUp))
    @pytest.mark.parametrize("end", list(FollowUp))
    def test_goes_where_the_table_says(self, signature, start, end):
        steps = {
            FollowUp.CHOSEN: [],
            FollowUp.IN_PROGRESS: [FollowUp.IN_PROGRESS],
            FollowUp.KEPT: [FollowUp.KEPT],
        }[start]
        for step in steps:
            self.follow(signature, step)
        if end == start or end in FOLLOW_UP_TRANSITIONS[start]:
            assert self.follow(signature, end) == end
            stored = signature.follow_ups.values_list("state", flat=True)
            assert list(stored) == ([] if end == FollowUp.CHOSEN else [end])
        else:
            with pytest.raises(FollowUpError):
                self.follow(signature, end)

    def test_leaves_no_trace_in_the_evidence(self, signature):
        self.follow(signature, FollowUp.KEPT)
        assert acts().count() == 1
        assert found() == []

    def test_only_what_one_chose_oneself(self, signature):
        with pytest.raises(FollowUpError):
            self.follow(signature, FollowUp.KEPT, commitment="1.2")
        with pytest.raises(ValidationError):
            self.follow(signature, FollowUp.KEPT, person=make_user("autre"))
        assert not CommitmentFollowUp.objects.exists()

    def test_goes_with_what_it_is_about(self, signature, signatory):
        for commitment in ("1.1", "2.1"):
            self.follow(signature, FollowUp.KEPT, commitment=commitment)
        change_commitments(
            signature=signature, person=signatory, levels={"1.1": 3, "2.1": 1}, at=LATER
        )
        assert [row.commitment for row in signature.follow_ups.all()] == ["2.1"]
        withdraw(signature=signature, person=signatory, at=LATER)
        assert not CommitmentFollowUp.objects.exists()

    def test_the_database_knows_the_states(self, signature):
        with pytest.raises(IntegrityError), transaction.atomic():
            CommitmentFollowUp.objects.create(
                signature=signature, commitment="1.1", state="late", changed_at=LATER
            )


@pytest.mark.django_db
class TestCounting:
    def publish(self, version, at=NOON):
        return publish_commitment_counts(version=version, at=at)

    def told(self, version):
        rows = version.commitment_counts.order_by("published_on", "theme")
        return [(row.theme, row.cells, row.total) for row in rows]

    def test_each_counts_once_in_a_theme_at_the_highest_level(self, offered, crowd, signatory):
        crowd(9, c1_1=1, c1_2=3)
        crowd(8, c1_1=2, c2_1=1)
        crowd(7, c1_2=1)
        crowd(6)
        last = crowd(0)[-1]
        change_commitments(signature=last, person=last.person, levels={"2.1": 3}, at=LATER)
        ended = crowd(1, c1_1=1, c2_1=1)[-1]
        withdraw(signature=ended, person=ended.person, at=LATER)
        assert self.publish(offered) == 1
        # Waste: 21 chose nothing, 8 the first level, none the second, one the third.
        assert self.told(offered) == [(1, [6, 7, 8, 9], 30)]

    def test_small_numbers_are_not_even_kept(self, offered, crowd):
        crowd(20)
        crowd(10, c2_1=1)
        crowd(3, c2_1=2)
        crowd(4, c2_1=3)
        self.publish(offered)
        assert self.told(offered) == [(2, [20, 10, None, None], 37)]

    def test_of_too_few_nothing_is_told(self, offered, crowd):
        crowd(4, c1_1=1)
        assert self.publish(offered) == 0
        assert not CommitmentCount.objects.exists()

    def test_the_numbers_stand_for_the_month(self, offered, crowd):
        crowd(12)
        crowd(12, c2_1=1)
        crowd(12, c2_1=2)
        crowd(12, c2_1=3)
        self.publish(offered)
        crowd(10)
        crowd(10, c2_1=1)
        assert self.publish(offered, NOON + dt.timedelta(days=21)) == 0
        assert self.publish(offered, NOON + dt.timedelta(days=22)) == 1
        assert self.told(offered) == [(2, [12, 12, 12, 12], 48), (2, [22, 22, 12, 12], 68)]

    def test_and_until_enough_people_have_changed_them(self, offered, crowd):
        crowd(12)
        crowd(12, c2_1=1)
        crowd(12, c2_1=2)
        crowd(12, c2_1=3)
        self.publish(offered)
        crowd(6)
        crowd(1, c2_1=2)
        assert self.publish(offered, NOON + dt.timedelta(days=30)) == 0
        crowd(4, c2_1=2)
        assert self.publish(offered, NOON + dt.timedelta(days=60)) == 1

    def test_the_threshold_is_chosen_by_who_installs(self, offered, crowd, settings):
        settings.SMALL_CELLS = {"commitments": 11}
        crowd(20)
        crowd(12, c2_1=1)
        crowd(12, c2_1=2)
        crowd(10, c2_1=3)
        self.publish(offered)
        assert self.told(offered) == [(2, [20, 12, None, None], 54)]

    def test_the_night_sees_to_it(self, offered, crowd, version_without_catalogue):
        crowd(10)
        crowd(10, c2_1=1)
        crowd(10, c2_1=2)
        crowd(10, c2_1=3)
        jobs.publish_counts(NOON)
        assert self.told(offered) == [(2, [10, 10, 10, 10], 40)]

    @pytest.fixture
    def version_without_catalogue(self, author, approver, words):
        from partners.models import Charter

        other = Charter.objects.create(slug="autre", name_fr="Autre", name_en="Other")
        draft = draft_charter_version(
            charter=other, actor=author, stage=CharterStage.FINAL, texts=copy.deepcopy(words)
        )
        return publish_charter_version(version=draft, approver=approver, valid_from=TODAY)

    def test_costs_the_same_whatever_the_crowd(self, offered, crowd, django_assert_num_queries):
        costs = []
        for _times in range(2):
            crowd(5, c1_1=1)
            with django_assert_num_queries(9) as seen, transaction.atomic():
                self.publish(offered)
            costs.append(len(seen))
        assert costs[0] == costs[1]
