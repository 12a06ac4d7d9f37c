"""What the report says of given measures; nothing is timed here."""

import pytest

from .report import Series, goals, signatures, table

SIZES = (100, 10_000)


def series(milliseconds: float, queries: int) -> Series:
    return Series(queries, [milliseconds] * 20, [queries] * 20, b"<html></html>")


def judged(
    few: dict[str, Series] | None = None, many: dict[str, Series] | None = None
) -> dict[str, bool]:
    usual = {"home": series(30, 20), "post": series(20, 18), "search": series(9, 9)}
    found = goals(series(10, 13), {**usual, **(few or {})}, {**usual, **(many or {})}, SIZES)
    return {goal.text: goal.reached for goal in found}


def test_all_goals_are_reached_at_their_limits():
    limit = {"home": series(25, 20), "post": series(16, 18)}
    assert all(judged(few=limit, many={"home": series(30, 20), "post": series(19.2, 18)}).values())


@pytest.mark.parametrize(
    ("many", "missed"),
    [
        ({"post": series(20.1, 18)}, "post: at most 2 times the bare page"),
        ({"home": series(30.1, 20)}, "home: at most 3 times the bare page"),
        ({"post": series(20, 19)}, "post: at most 18 queries"),
        ({"home": series(30, 21)}, "home: as many queries with 10,000 posts as with 100"),
        ({"post": series(24.1, 18)}, "post: at most 1.2 times the time with 10,000 posts"),
    ],
)
def test_a_goal_is_missed_just_beyond_its_limit(many: dict[str, Series], missed: str):
    assert judged(many=many)[missed] is False


def test_search_may_grow():
    assert all(judged(many={"search": series(90, 30)}).values())


def test_the_request_that_made_most_queries_counts():
    uneven = Series(30, [1.0, 2.0], [12, 19], b"")
    assert uneven.most_queries == 19


def test_the_table_gives_ratios_to_the_bare_page():
    head, line = table({"post": series(15, 18)}, series(10, 13))
    assert line.split()[:6] == ["post", "15.0", "15.0", "1.50", "18", "18"]
    assert len(head) == len(line)


def test_signing_says_its_rate_what_is_slow_and_whether_it_slows_down():
    times = [10.0] * 50 + [20.0] * 50
    said = list(
        signatures({"signing": times, "sealing": [300.0], "verifying": 1.25, "problems": 0})
    )
    assert said[0] == (
        "100 signatures: 67 a second, p50 15.0 ms, p95 20.0 ms, 1.3 x p50; "
        "the last quarter takes 2.00 times the first"
    )
    assert said[1:] == ["a receipt: 300 ms, 20 signatures", "verifying all: 1.2 s, nothing wrong"]
    bad = {"signing": times, "sealing": [], "verifying": 1.0, "problems": 2}
    assert list(signatures(bad))[1:] == ["verifying all: 1.0 s, 2 PROBLEMS"]
