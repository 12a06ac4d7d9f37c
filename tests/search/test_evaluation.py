"""Measures of ranking, by hand, and the command that prints them."""

import json
import math

import pytest
from django.core.management import CommandError, call_command

from search.evaluation import mean, ndcg, recall, reciprocal_rank

GRADES = {"a": 3, "b": 2, "c": 1}


def test_the_best_order_is_worth_one():
    assert ndcg(["a", "b", "c"], GRADES) == pytest.approx(1)
    assert ndcg(["a", "b", "c", "x", "y"], GRADES) == pytest.approx(1)


def test_a_worse_order_is_worth_what_the_formula_says():
    ideal = 7 + 3 / math.log2(3) + 1 / 2
    assert ndcg(["x", "a"], GRADES) == pytest.approx(7 / math.log2(3) / ideal)
    assert ndcg(["x"] * 10 + ["a"], GRADES) == 0


def test_recall_and_rank_count_useful_answers_only():
    assert recall(["c", "a"], GRADES) == 0.5
    assert reciprocal_rank(["c", "a"], GRADES) == 0.5
    assert reciprocal_rank(["x"], GRADES) == 0
    assert recall(["c"], {"c": 1}) is None
    assert reciprocal_rank(["c"], {"c": 1}) is None


def test_a_query_without_answer_has_no_measure():
    assert ndcg(["a"], {}) is None
    assert mean([None, 1.0, 0.0]) == 0.5
    assert mean([None]) is None


@pytest.fixture
def files(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return {
        "queries": write(
            "queries.csv", "qid,query,category\nq1,vélo,exact\nq2,zythologie,none\nq3,velos,typo\n"
        ),
        "qrels": write("qrels.csv", "qid,slug,grade\nq1,1,3\nq3,1,3\nq3,2,1\n"),
        "posts": write("posts.csv", "slug\n1\n2\n3\n"),
        "synonyms": write("synonyms.txt", "vélo, bicyclette\n"),
    }


def evaluate(capsys, files, **options):
    call_command(
        "evaluate_search", "--json", queries=files["queries"], qrels=files["qrels"], **options
    )
    return json.loads(capsys.readouterr().out)


def test_the_command_measures_what_search_finds(add, files, capsys):
    add("Le vélo", "Un vélo.")
    add("La bicyclette", "Une roue.")
    add("Autre chose")
    found = evaluate(capsys, files)
    assert (found["queries"], found["ndcg@10"]) == (2, pytest.approx(0.966, abs=0.02))
    assert found["without_answer"] == [
        {"qid": "q2", "query": "zythologie", "answers": 0, "near": 0}
    ]
    assert found["missing"] == []
    better = evaluate(capsys, files, synonyms=files["synonyms"])
    assert better["ndcg@10"] == pytest.approx(1)


def test_the_command_says_what_is_wrong(add, files, tmp_path):
    with pytest.raises(CommandError, match="import its posts"):
        call_command("evaluate_search", queries=files["queries"], qrels=files["qrels"])
    add("Le vélo")
    with pytest.raises(CommandError, match="no column"):
        call_command("evaluate_search", queries=files["posts"], qrels=files["qrels"])
    with pytest.raises(CommandError, match="absent"):
        call_command("evaluate_search", queries=tmp_path / "absent.csv", qrels=files["qrels"])
