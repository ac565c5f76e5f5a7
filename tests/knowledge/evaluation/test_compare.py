import pytest

from knowledge.evaluation.compare import compare
from knowledge.evaluation.outcomes import Outcome, by_kind, means


def outcome(key: str, rank: float, kind: str = "") -> Outcome:
    return Outcome(key, f"query {key}", {"MRR": rank, "P@1": float(rank == 1)}, (), (), 1.0, kind)


def test_queries_are_paired_by_their_ids_and_ranked_by_what_they_won_and_lost() -> None:
    first = [outcome("a", 1.0), outcome("b", 0.2), outcome("c", 0.5), outcome("only here", 1.0)]
    second = [outcome("c", 0.25), outcome("b", 1.0), outcome("a", 1.0)]
    found = compare(first, second, "MRR")
    assert found.queries == 3
    assert [(change.id, change.difference) for change in found.won] == [("b", 0.8)]
    assert [(change.id, change.difference) for change in found.lost] == [("c", -0.25)]
    assert (found.verdict.better, found.verdict.worse) == (1, 1)
    assert found.verdict.first == pytest.approx(1.7 / 3)
    assert not found.verdict.significant


def test_only_the_largest_changes_are_listed() -> None:
    first = [outcome(str(number), 0.0) for number in range(20)]
    second = [outcome(str(number), number / 20) for number in range(20)]
    found = compare(first, second, "MRR", most=3)
    assert [change.id for change in found.won] == ["19", "18", "17"]
    assert found.verdict.significant


def test_settings_without_a_common_query_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="no query"):
        compare([outcome("a", 1.0)], [outcome("b", 1.0)], "MRR")


def test_means_are_taken_of_all_and_of_each_kind() -> None:
    measured = [outcome("a", 1.0, "typo"), outcome("b", 0.0, "kana"), outcome("c", 0.5, "typo")]
    assert means(measured)["MRR"] == 0.5
    assert list(by_kind(measured)) == ["kana", "typo"]
    assert means(by_kind(measured)["typo"])["MRR"] == 0.75
    assert means([]) == {}
