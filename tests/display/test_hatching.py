"""Hatching of wijken: within borders, at equal distances, in the directions of their class. Borders are made up."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.path import Path
from test_svg import area, laid_out

from analysis.display import maps, svg
from analysis.display.maps import LESS, MORE, SAME, UNKNOWN
from analysis.display.svg import NARROW, SIZES

BAY = np.array([[0, 0], [9, 0], [9, 9], [0, 9], [0, 7], [7, 7], [7, 2], [0, 2], [0, 0]], dtype=float)
ISLAND = np.array([[2, 3], [5, 3], [5, 6], [2, 6], [2, 3]], dtype=float)
DIRECTIONS = {MORE: {45}, LESS: {0}, SAME: set(), UNKNOWN: {45, 135}}


def ends(path):
    """Both ends of the lines of a hatching: parts of a path that are not closed."""
    assert set(path.codes[::2]) <= {Path.MOVETO} and set(path.codes[1::2]) <= {Path.LINETO}
    return path.vertices[::2], path.vertices[1::2]


def drawn_lines(patch):
    """The hatching of a wijk in units of the drawing, without its border."""
    kept = np.flatnonzero(patch.get_path().codes == Path.CLOSEPOLY)[-1] + 1
    starts, stops = ends(Path(patch.get_path().vertices[kept:], patch.get_path().codes[kept:]))
    return patch.get_transform().transform(starts), patch.get_transform().transform(stops)


def directions(patch):
    starts, stops = drawn_lines(patch)
    return {int(angle) for angle in np.degrees(np.arctan2(*(stops - starts).T[::-1])).round() % 180}


@pytest.mark.parametrize("angle", [0, 45, -45])
def test_lines_stay_within_a_border_with_a_bay_and_fill_it(angle):
    starts, stops = ends(svg.hatching([BAY], angle, 0.1))
    for part in (0.01, 0.25, 0.5, 0.75, 0.99):
        assert Path(BAY).contains_points(starts + part * (stops - starts), radius=1e-9).all()
    assert 0.1 * np.linalg.norm(stops - starts, axis=1).sum() == pytest.approx(81 - 35, rel=0.02)


def test_every_part_of_a_wijk_is_hatched_and_the_water_between_is_not():
    starts, stops = ends(svg.hatching([BAY, ISLAND], 0, 0.7))
    assert 0.7 * np.linalg.norm(stops - starts, axis=1).sum() == pytest.approx(81 - 35 + 9, rel=0.05)
    between = [(a, b) for a, b in zip(starts, stops, strict=True) if 3 < a[1] < 6]
    assert {(round(a[0]), round(b[0])) for a, b in between} == {(2, 5), (7, 9)}


def test_a_line_through_corners_ends_at_the_border():
    diamond = np.array([[0, 0], [2, 2], [4, 0], [2, -2], [0, 0]], dtype=float)
    starts, stops = ends(svg.hatching([diamond], 0, 1))
    long = stops[:, 0] > starts[:, 0]
    assert starts[long].tolist() == [[1, -1], [0, 0], [1, 1]]
    assert stops[long].tolist() == [[3, -1], [4, 0], [3, 1]]


def test_lines_run_on_in_the_wijk_beside_it():
    west, east_of_it = (svg.hatching([np.add(ISLAND, (east, 0))], 45, 0.4).vertices for east in (0, 3))
    crossings = [ends[np.isclose(ends[:, 0], 5), 1] for ends in (west, east_of_it)]
    assert len(crossings[0]) and np.allclose(*map(np.sort, crossings))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_each_class_has_its_own_directions_on_the_map_and_in_the_legend(size):
    draw = area()
    drawing = laid_out(draw, size)
    kinds = [maps.kind(wijk) for wijk in draw.args[0]]
    assert set(kinds) == set(DIRECTIONS)
    assert [directions(patch) for patch in drawing.axes[0].patches] == [DIRECTIONS[name] for name in kinds]
    assert [directions(patch) for patch in drawing.legends[0].get_patches()] == list(DIRECTIONS.values())


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_lines_lie_as_far_apart_on_every_map_as_in_its_legend(size):
    drawing = laid_out(area(), size)
    (key,) = {patch for patch in drawing.legends[0].get_patches() if directions(patch) == {0}}
    less = next(patch for patch in drawing.axes[0].patches if directions(patch) == {0})
    apart = [np.diff(np.unique(drawn_lines(patch)[0][:, 1].round(3))) for patch in (key, less)]
    assert np.allclose(apart[0], 6) and np.allclose(apart[1], 6, rtol=0.1)


def test_lines_of_a_key_stay_within_its_box():
    for key in svg.draw_at_size(area(), NARROW).legends[0].get_patches():
        around = key.get_path().vertices[:5]
        assert (key.get_path().vertices >= around.min(axis=0) - 1e-9).all()
        assert (key.get_path().vertices <= around.max(axis=0) + 1e-9).all()


def test_a_wijk_too_small_to_be_seen_is_no_trouble():
    shapes = dict(area().args[0])
    unknown = next(wijk for wijk in shapes if maps.kind(wijk) == UNKNOWN)
    dot = (np.array([[0, 0], [1, 0], [1, 1], [0, 0]]) * 1e-6 + [6, 53]).tolist()
    shapes[replace(unknown, code="WK196999")] = {"type": "Polygon", "coordinates": [dot]}
    assert len(svg.draw_at_size(lambda size: maps.draw(shapes, size), NARROW).axes[0].patches) == len(shapes)
