"""The commonest color founds a cluster, and near colors join it."""

from __future__ import annotations

import numpy as np

from spriteloom.editing.colors import cluster_colors, cluster_means

COLORS = np.array([[10.0, 10.0], [0.0, 0.0], [12.0, 9.0], [100.0, 0.0], [15.0, 10.0]])
NUMBER = np.array([50, 60, 2, 1, 3])


def test_colors_join_the_nearest_commoner_one_within_reach():
    assert cluster_colors(COLORS, NUMBER, 3).tolist() == [1, 0, 1, 3, 2]
    assert cluster_colors(COLORS, NUMBER, 5).tolist() == [1, 0, 1, 2, 1]


def test_once_there_are_enough_the_rest_joins_the_nearest():
    assert cluster_colors(COLORS, NUMBER, 3, most=2).tolist() == [1, 0, 1, 1, 1]


def test_means():
    assert cluster_means(COLORS, np.array([0, 0, 1, 1, 2])).tolist() == [[5, 5], [56, 4.5], [15, 10]]
