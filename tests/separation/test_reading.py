from fractions import Fraction

import pytest

from symnn.core.errors import DomainError, ParseError
from symnn.separation import read_points
from symnn.separation.points import points_of
from symnn.separation.reading import DATA, parse_points

HELP = "a number such as 2, -0.5, 1e-3 or 1/3"


def message(text, **options):
    with pytest.raises((ParseError, DomainError)) as caught:
        parse_points(text, source="p.csv", **options)
    return str(caught.value)


def test_a_header_is_optional_and_any_two_labels_do():
    with_header = parse_points("a,b,kind\n0,0,no\n1,1,yes\n")
    without = parse_points("0,0,no\n1,1,yes\n")
    assert with_header.coordinates == without.coordinates
    assert (with_header.axes, without.axes) == (("a", "b"), ("x1", "x2"))
    assert without.classes == ("yes", "no")


def test_the_greater_number_is_class_one_and_positive_chooses():
    assert parse_points("0,0,1\n1,1,-1\n").classes == ("-1", "1")
    assert parse_points("0,0,1\n1,1,-1\n", positive="-1").classes == ("1", "-1")


def test_semicolons_bring_decimal_commas_and_tabs_work():
    assert parse_points("0,5;1;a\n2;3;b\n").coordinates[0] == (Fraction(1, 2), Fraction(1))
    assert parse_points("0\t1\ta\n2\t3\tb\n").coordinates[1] == (2, 3)


def test_numbers_are_exact():
    points = parse_points("0.1,1/3,a\n-1e-3,.5,b\n")
    assert points.coordinates == (
        (Fraction(1, 10), Fraction(1, 3)),
        (Fraction(-1, 1000), Fraction(1, 2)),
    )


def test_repeated_points_are_merged_and_counted():
    points = parse_points("0,0,a\n1,1,b\n0.0,0,a\n")
    assert (len(points), points.repeats) == (2, (2, 1))


def test_an_empty_file():
    assert message("\n  \n") == (
        "p.csv\n  expected: one line per point: x1, x2, ..., label\n  found: an empty file\n"
        "  fix: write at least two points of two classes"
    )


def test_a_header_alone():
    assert message("x1,x2,label\n") == (
        "p.csv\n  expected: points below the header\n  found: no line of numbers\n"
        "  fix: write at least two points of two classes"
    )


@pytest.mark.parametrize("cell", ["nan", "abc", "inf", "", "1,2"[:1] + "x", "0x10", "1e999", "1/0"])
def test_text_or_nan_in_a_coordinate(cell):
    assert message(f"x1,x2,label\n0,0,a\n1,{cell},b\n") == (
        f"p.csv, line 3, column 2 (x2)\n  expected: {HELP}\n  found: '{cell}'\n"
        "  fix: correct this cell, or leave the point out"
    )


def test_nan_in_the_first_line_is_no_header():
    assert message("nan,nan,a\n1,2,b\n").startswith("p.csv, line 1, column 1 (x1)\n")


def test_a_ragged_line():
    assert message("0,0,a\n1,b\n") == (
        "p.csv, line 2\n  expected: 3 columns, coordinates then label\n  found: 2 columns\n"
        "  fix: separate the columns with commas and give every line the same number"
    )


def test_a_single_column():
    assert message("1\n2\n") == (
        "p.csv, line 1\n  expected: 2 columns, coordinates then label\n  found: 1 column\n"
        "  fix: separate the columns with commas and give every line the same number"
    )


def test_contradictory_labels_on_equal_points():
    assert message("x1,x2,label\n1,2,a\n0,0,b\n1.0,2,b\n") == (
        "p.csv, line 2 and line 4\n  expected: one label for equal points\n"
        "  found: (1, 2) is 'a' and 'b'\n"
        "  fix: correct a label or remove one of the points: no network can satisfy both"
    )


def test_fewer_than_two_classes():
    assert message("0,0,a\n1,1,a\n") == (
        "p.csv\n  expected: points of two classes\n  found: only 'a'\n"
        "  fix: add points of the other class"
    )


def test_more_than_two_classes_are_offered_one_against_the_rest():
    text = "0,0,a\n1,1,b\n2,2,c\n"
    assert message(text) == (
        "p.csv\n  expected: two classes\n  found: 3: 'a', 'b', 'c'\n"
        "  fix: solve one class against the rest: symnn design POINTS.csv --positive 'a', "
        "or design(..., positive='a'), once per class"
    )
    assert parse_points(text, positive="b").classes == ("not b", "b")


def test_an_unknown_positive_label():
    assert message("0,0,a\n1,1,b\n", positive="z") == (
        "p.csv, class 'z'\n  expected: one of 'a', 'b'\n  found: no such label\n"
        "  fix: choose a label that occurs"
    )


def test_numbers_beyond_reach():
    assert message("1e99,0,a\n0,0,b\n") == (
        "p.csv\n  expected: coordinates below 10^60, with a common denominator below it\n"
        "  found: up to 10^99, common denominator of 1 digits\n"
        "  fix: rescale the coordinates, or round them"
    )


def test_a_missing_file_and_one_that_is_no_text(tmp_path):
    with pytest.raises(ParseError) as caught:
        read_points(tmp_path / "none.csv")
    assert "found: No such file or directory" in str(caught.value)
    (tmp_path / "b.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ParseError) as caught:
        read_points(tmp_path / "b.csv")
    assert "found: text that is not UTF-8" in str(caught.value)


def test_arrays_of_unequal_length():
    with pytest.raises(DomainError) as caught:
        points_of([(0, 0), (1, 1)], [0])
    assert str(caught.value) == (
        "design\n  expected: N points of equal length and N labels\n"
        "  found: points of lengths [2], 2 points, 1 labels\n"
        "  fix: give one label per point and every point the same coordinates"
    )


def test_nan_in_an_array():
    with pytest.raises(ParseError) as caught:
        points_of([(0, 0), (1, float("nan"))], [0, 1])
    assert str(caught.value).startswith("design, point 1, coordinate x2\n")


def test_the_shipped_sets_are_stars_inside_a_ring_and_xor():
    stars, xor = read_points(DATA / "stars.csv"), read_points(DATA / "xor.csv")
    assert stars.classes == ("circle", "star") and 0 < sum(stars.labels) < len(stars)
    assert len(xor) == 4
