import functools
import json
import xml.etree.ElementTree as ET

import pytest

from symnn.core.errors import DomainError
from symnn.separation import design
from symnn.separation.drawing import draw_picture
from symnn.separation.drawing_network import network_picture
from symnn.separation.palette import COLOURS, UNIT_COLOURS, UNIT_DASHES, unit_style
from symnn.separation.section import default_points, describe, solve_question
from tests.separation.sets import XOR, row, scattered


@functools.cache
def default_answer(lang):
    return solve_question(lang=lang)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_default_question_is_answered_whole(lang):
    answer = default_answer(lang)
    assert answer["proved"] and answer["hidden_units"] == 3
    assert len(answer["given_note"]) > 40
    assert len(answer["equations"]["units"]) == 3
    assert all(r["right"] for r in answer["checks"])
    assert sum(r["points"] for r in answer["truth_table"]["rows"]) == len(answer["checks"])
    assert sum(not r["has_region"] for r in answer["truth_table"]["rows"]) == 1
    assert set(answer["variants"]) == {"sigmoid", "tanh", "relu", "skip", "existence"}
    for svg in ("picture", "network"):
        ET.fromstring(answer[svg][answer[svg].index("<svg") :])
        assert "var(--" in answer[svg + "_tokens"]
    json.dumps(answer)


def test_the_class_names_of_the_default_set_follow_the_language():
    assert default_points("stars", "fr").classes == ("rond", "étoile")


def test_an_unknown_default_set_raises():
    with pytest.raises(DomainError, match="expected: stars or xor"):
        default_points("moons")


def test_names_of_coordinates_reach_the_formulas_escaped():
    answer = solve_question(*XOR, names=["50%_a", "b"])
    assert r"\text{50\%\_a}" in answer["equations"]["units"][0]
    with pytest.raises(DomainError, match="expected: 2 names"):
        solve_question(*XOR, names=["a"])


def test_through_points_lie_on_their_lines():
    answer = default_answer("en")
    assert answer["units"][0]["half_plane"] == "x_{2} - 1 > 0"
    assert answer["units"][0]["through"] == ["(1, 1)", "(7, 1)"]


def test_points_in_space_have_no_picture_and_it_is_said():
    points = [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    answer = describe(design(points, [sum(p) % 2 for p in points]))
    assert answer["picture"] == "" and "3" in answer["picture_note"]


def test_the_same_points_give_the_same_bytes():
    first, second = (describe(design(*scattered(12, 1)), "fr") for _ in range(2))
    assert first == second


def test_pictures_carry_words_and_no_date():
    found = design(*row(4))
    for svg in (draw_picture(found, "fr"), network_picture(found.network, "fr").svg()):
        root = ET.fromstring(svg)
        assert root.get("role") == "img" and len(root.get("aria-label", "")) > 20
        assert "<dc:date>" not in svg


def test_hostile_class_names_are_escaped_in_pictures():
    found = design([(0, 0), (1, 1)], ['<script>"&$x^{', "b"])
    ET.fromstring(draw_picture(found))
    assert "<script>" not in draw_picture(found)


def test_units_differ_by_more_than_colour():
    styles = [unit_style(k) for k in range(len(UNIT_COLOURS) * len(UNIT_DASHES))]
    assert len(set(styles)) == len(styles)
    assert len({dash for _, dash in styles[:4]}) == 4
    assert set(UNIT_COLOURS) <= set(COLOURS.values())


def test_weights_stand_on_their_edges_apart_from_one_another():
    picture = network_picture(design(*row(5)).network)
    boxes = [m.box for m in picture.canvas.marks if m.of == "weight"]
    assert len(boxes) > 4
    assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[:k])
    assert picture.tikz().startswith("\\providecommand")
