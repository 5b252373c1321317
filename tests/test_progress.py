"""Loops report what is done, loops inside of them parts of it."""

from __future__ import annotations

from spriteloom.progress import listening, report, tracked


def test_a_loop_reports_after_each_item():
    heard: list[tuple[str, float, float]] = []
    with listening(lambda *words: heard.append(words)):
        assert list(tracked("ab", "spelling")) == ["a", "b"]
        assert list(tracked(iter("ab"), "reading")) == ["a", "b"]
        assert list(tracked(iter("ab"), "reading", 2)) == ["a", "b"]
    assert heard[:2] == [("spelling", 1, 2), ("spelling", 2, 2)]
    assert heard[2:4] == [("reading", 1, 0), ("reading", 2, 0)] and heard[4:] == [
        ("reading", 1, 2),
        ("reading", 2, 2),
    ]


def test_a_loop_inside_reports_parts_of_an_item():
    heard: list[float] = []
    with listening(lambda _, done, total: heard.append(done / total)):
        for _ in tracked(range(2), "groups"):
            for _ in tracked(range(4), "steps"):
                list(tracked(range(2), "parts"))
        report("more", 1, 2)
    assert heard[:-1] == sorted(heard[:-1]) and heard[0] == 1 / 16 and heard[-2:] == [1, 0.5]
    assert len(heard) == 2 * (4 * 3 + 1) + 1


def test_a_loop_that_ends_early_leaves_the_listener():
    heard: list[str] = []
    with listening(lambda stage, *_: heard.append(stage)):
        for item in tracked(range(9), "searching"):
            if item == 1:
                break
        report("after", 1, 1)
    assert heard == ["searching", "after"]


def test_reports_go_nowhere_by_default():
    assert list(tracked(range(3), "alone")) == [0, 1, 2]
    report("alone", 1, 1)
    with listening(lambda *_: None), listening(None):
        assert list(tracked(iter("xy"), "alone")) == ["x", "y"]
