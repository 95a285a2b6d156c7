"""The tree of units: paths, subtrees, namespaces, distances. Tables, no database."""

from __future__ import annotations

import pytest

from branches.tree import KINDS, KM_A_STEP, LENDING_KINDS, OrgTree, Unit
from kernel.errors import NotFound


def unit(org_id: int, code: str, kind: str, parent_id: int | None, **values: object) -> Unit:
    return Unit(id=org_id, code=code, name=code, kind=kind, parent_id=parent_id, **values)  # type: ignore[arg-type]


NETWORK, HUB, BRANCH, POINT, OTHER_HUB, OTHER_BRANCH = 1, 2, 3, 4, 5, 6
UNITS = (
    # children stand before their parents: the order in which rows come must not matter
    unit(POINT, "LX", "point", BRANCH),
    unit(BRANCH, "CG", "branch", HUB),
    unit(OTHER_BRANCH, "HY", "branch", OTHER_HUB),
    unit(OTHER_HUB, "YC", "hub", NETWORK, is_namespace=True),
    unit(HUB, "ZG", "hub", NETWORK),
    unit(NETWORK, "QX", "network", None),
)


@pytest.fixture
def tree() -> OrgTree:
    return OrgTree(UNITS)


@pytest.mark.parametrize(
    ("org_id", "path"),
    [
        (NETWORK, (NETWORK,)),
        (HUB, (HUB, NETWORK)),
        (POINT, (POINT, BRANCH, HUB, NETWORK)),
        (OTHER_BRANCH, (OTHER_BRANCH, OTHER_HUB, NETWORK)),
    ],
)
def test_a_path_leads_from_the_unit_up_to_the_network(tree: OrgTree, org_id: int, path: tuple[int, ...]) -> None:
    assert tree.path(org_id) == path
    assert tree.depth(org_id) == len(path) - 1


@pytest.mark.parametrize(
    ("org_id", "ancestor", "within"),
    [
        (POINT, POINT, True),
        (POINT, HUB, True),
        (HUB, POINT, False),
        (POINT, OTHER_HUB, False),
        (OTHER_BRANCH, NETWORK, True),
    ],
)
def test_a_unit_lies_within_itself_and_all_above_it(tree: OrgTree, org_id: int, ancestor: int, within: bool) -> None:
    assert tree.is_within(org_id, ancestor) is within
    assert (org_id in tree.subtree(ancestor)) is within


def test_units_are_listed_depth_first_and_by_code(tree: OrgTree) -> None:
    assert [one.code for one in tree.in_order] == ["QX", "YC", "HY", "ZG", "CG", "LX"]


def test_the_network_is_the_root(tree: OrgTree) -> None:
    assert tree.root is not None
    assert tree.root.code == "QX"
    assert OrgTree([]).root is None


def test_an_unknown_code_is_not_found(tree: OrgTree) -> None:
    with pytest.raises(NotFound) as caught:
        tree.unit("XX")
    assert caught.value.code == "org.not_found"


@pytest.mark.parametrize(
    ("org_id", "namespace"),
    [(POINT, NETWORK), (HUB, NETWORK), (OTHER_BRANCH, OTHER_HUB), (OTHER_HUB, OTHER_HUB), (NETWORK, NETWORK)],
)
def test_barcodes_are_unique_within_the_nearest_namespace(tree: OrgTree, org_id: int, namespace: int) -> None:
    assert tree.namespace(org_id) == namespace


def test_a_measured_distance_holds_both_ways_and_beats_the_map() -> None:
    places = OrgTree(
        [
            unit(1, "A", "network", None, lat=30.0, lon=120.0),
            unit(2, "B", "hub", 1, lat=30.0, lon=121.0),
        ],
        [(1, 2, 17.5)],
    )
    assert places.distance_km(1, 2) == places.distance_km(2, 1) == 17.5


def test_a_straight_line_is_taken_where_nobody_measured() -> None:
    places = OrgTree([unit(1, "A", "network", None, lat=30.0, lon=120.0), unit(2, "B", "hub", 1, lat=31.0, lon=120.0)])
    assert places.distance_km(1, 2) == pytest.approx(111.19, abs=0.05)  # one degree of latitude
    assert places.distance_km(1, 1) == 0


@pytest.mark.parametrize(
    ("a", "b", "steps"), [(POINT, BRANCH, 1), (POINT, HUB, 2), (HUB, OTHER_HUB, 2), (POINT, OTHER_BRANCH, 5)]
)
def test_steps_in_the_tree_stand_in_for_unknown_places(tree: OrgTree, a: int, b: int, steps: int) -> None:
    assert tree.distance_km(a, b) == tree.distance_km(b, a) == steps * KM_A_STEP


def test_the_equator_and_the_zero_meridian_are_places_too() -> None:
    places = OrgTree([unit(1, "A", "network", None, lat=0.0, lon=0.0), unit(2, "B", "hub", 1, lat=0.0, lon=1.0)])
    assert places.distance_km(1, 2) == pytest.approx(111.19, abs=0.05)


def test_stores_and_the_network_itself_do_not_lend() -> None:
    assert KINDS.keys() - LENDING_KINDS == {"network", "store"}
