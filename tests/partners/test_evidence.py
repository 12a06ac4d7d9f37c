"""The chain of evidence, without a database: what it is computed from, and what it betrays."""

import dataclasses
import datetime as dt
import hashlib
import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partners.evidence import (
    ALPHABET,
    CODE_LENGTH,
    NOTHING_BEFORE,
    Entry,
    Fault,
    Head,
    Stored,
    Value,
    canonical_bytes,
    check_chain,
    digest,
    instant,
    new_code,
    read_code,
    record_hash,
    salted,
    shown_code,
)

NOON = dt.datetime(2026, 3, 10, 11, 0, tzinfo=dt.UTC)


def chain(length, previous=NOTHING_BEFORE):
    records = []
    for sequence in range(1, length + 1):
        values = {"name": salted(f"Personne {sequence}"), "address": salted("192.0.2.1")}
        entry = Entry(
            sequence=sequence,
            uuid=f"00000000-0000-4000-8000-{sequence:012}",
            kind="signed",
            at=NOON + dt.timedelta(minutes=sequence),
            charter="partenaires",
            version=1,
            language="fr",
            text_sha256="a" * 64,
            about="",
            details={},
            digests={name: digest(value) for name, value in values.items()},
            previous_hash=previous,
        )
        previous = record_hash(entry)
        records.append(Stored(entry, previous, values))
    return records


def faults(records, *, purged=frozenset(), head=None):
    head = head or (Head(records[-1].entry.sequence, records[-1].hash) if records else None)
    return [
        (problem.fault, problem.where, problem.name)
        for problem in check_chain(records, purged=purged, head=head)
    ]


def changed(stored, **fields):
    return dataclasses.replace(stored, entry=dataclasses.replace(stored.entry, **fields))


OTHER = {
    "uuid": "00000000-0000-4000-8000-00000000abcd",
    "kind": "withdrawn",
    "at": NOON,
    "charter": "autre",
    "version": 2,
    "language": "en",
    "text_sha256": "b" * 64,
    "about": "00000000-0000-4000-8000-000000000001",
    "details": {"purged": {}},
    "digests": {"name": "c" * 64},
    "previous_hash": "d" * 64,
}


def test_a_chain_holds():
    assert faults(chain(5)) == []
    assert faults([]) == []


@pytest.mark.parametrize("column", sorted(set(Entry.__slots__) - {"sequence"}))
def test_any_change_names_its_record(column):
    records = chain(4)
    records[1] = changed(records[1], **{column: OTHER[column]})
    assert (Fault.HASH, "record 2", "") in faults(records)


def test_a_change_with_its_hash_computed_again_breaks_the_link():
    records = chain(4)
    entry = dataclasses.replace(records[1].entry, version=9)
    records[1] = Stored(entry, record_hash(entry), records[1].values)
    assert faults(records) == [(Fault.LINK, "record 3", "")]


def test_a_record_more_or_less_is_found():
    records = chain(4)
    assert faults(records[:1] + records[2:])[0] == (Fault.GAP, "record 3", "")
    assert faults(records[1:])[0] == (Fault.GAP, "record 2", "")
    assert faults([*records, records[-1]])[0] == (Fault.GAP, "record 4", "")


def test_two_records_swapped_are_found():
    first, second, third = chain(3)
    assert faults([second, first, third])[0] == (Fault.GAP, "record 2", "")
    swapped = [changed(second, sequence=1), changed(first, sequence=2), third]
    found = faults(swapped)
    assert (Fault.HASH, "record 1", "") in found
    assert (Fault.HASH, "record 2", "") in found


def test_the_last_record_gone_is_found():
    records = chain(3)
    head = Head(3, records[-1].hash)
    assert faults(records[:2], head=head) == [(Fault.HEAD, "record 2", "")]
    assert faults([], head=head) == [(Fault.HEAD, "record 0", "")]


def test_a_purge_is_told_from_tampering():
    records = chain(2)
    kept = {"name": records[0].values["name"]}
    records[0] = dataclasses.replace(records[0], values=kept)
    uuid = records[0].entry.uuid
    assert faults(records) == [(Fault.MISSING_VALUE, "record 1", "address")]
    assert faults(records, purged={(uuid, "address")}) == []
    assert faults(records, purged={(uuid, "address"), (uuid, "name")}) == [
        (Fault.PURGED_VALUE, "record 1", "name")
    ]


@pytest.mark.parametrize("value", [Value("0" * 32, "Personne 1"), salted("Une autre")])
def test_a_value_or_its_salt_changed_is_named(value):
    records = chain(2)
    values = {**records[0].values, "name": value}
    records[0] = dataclasses.replace(records[0], values=values)
    assert faults(records) == [(Fault.VALUE, "record 1", "name")]
    records[0] = dataclasses.replace(records[0], values={**chain(1)[0].values, "more": value})
    assert (Fault.EXTRA_VALUE, "record 1", "more") in faults(records)


def test_a_few_lines_elsewhere_compute_the_same():
    stored = chain(2)[1]
    again = {
        **{name: getattr(stored.entry, name) for name in Entry.__slots__},
        "at": "2026-03-10T11:02:00.000000Z",
    }
    written = json.dumps(again, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert written.encode() == canonical_bytes(stored.entry)
    assert hashlib.sha256(written.encode()).hexdigest() == stored.hash


def test_an_instant_does_not_depend_on_its_zone():
    paris = NOON.astimezone(ZoneInfo("Europe/Paris"))
    assert instant(paris) == instant(NOON) == "2026-03-10T11:00:00.000000Z"
    first = dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=0)
    assert instant(first) == "2026-10-25T00:30:00.000000Z"
    assert instant(first.replace(fold=1)) == "2026-10-25T01:30:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        instant(dt.datetime(2026, 3, 10, 11, 0))


@given(st.text(), st.text())
def test_equal_values_have_unlike_digests(one, other):
    first, second = salted(one), salted(one)
    assert digest(first) != digest(second)
    assert (digest(Value(first.salt, other)) == digest(first)) == (one == other)


def test_a_code_is_read_however_it_is_typed():
    codes = {new_code() for _time in range(200)}
    assert len(codes) == 200
    for code in codes:
        assert len(code) == CODE_LENGTH
        assert set(code) <= set(ALPHABET)
        assert read_code(shown_code(code)) == code
        assert read_code(f" {shown_code(code).lower().replace('-', ' ')} ") == code
        assert read_code(code.replace("1", "l").replace("0", "O")) == code
