"""The figure a minister reads, and the facts of the sentence above it."""

import json
import re
from datetime import date
from itertools import combinations, pairwise

import pandas as pd
import pytest

from cascade.figures import COLOURS, GREY, INK, FigureLabels, Finding, finding, people_given_oat

LABELS = FigureLabels(
    all_facilities="Alle Einrichtungen, Personen im Monat",
    each_facility="Jede Einrichtung, Personen im Monat",
    unknown_facility="Ort nicht erfasst",
    unnamed_facility="Einrichtung",
    other_facilities=lambda number: f"{number} weitere",
    month=lambda month: f"{month:%m}/{month:%y}",
    number=lambda number: f"{number:,}".replace(",", "."),
)


def frame(*lines: tuple[str, str | None, dict[str, int]], running: tuple[str, ...] = ()) -> pd.DataFrame:
    """A result frame of lines (facility key, name, people by month); `running` months had not ended."""
    rows = [
        {
            "measure": "people_given_oat",
            "month": pd.Timestamp(f"{month}-01"),
            "facility_key": key,
            "facility_name": name,
            "people": people,
            "complete": month not in running,
        }
        for key, name, counts in lines
        for month, people in counts.items()
    ]
    columns = ["measure", "month", "facility_key", "facility_name", "people", "complete"]
    return pd.DataFrame(rows, columns=columns).astype({"month": "datetime64[us]", "complete": bool})


def drawn(result: pd.DataFrame) -> dict:
    return json.loads(people_given_oat(result, LABELS))


def texts(figure: dict) -> list[str]:
    return [annotation["text"] for annotation in figure["layout"]["annotations"]]


YEAR = {f"2024-{month:02}": 1000 + month for month in range(1, 13)}


def test_each_facility_is_a_line_named_at_its_end_with_its_last_count():
    figure = drawn(
        frame(
            ("all", None, {"2025-02": 1500, "2025-03": 1234}),
            ("ab12", "North", {"2025-02": 900, "2025-03": 1200}),
            ("cd34", "South", {"2025-02": 610, "2025-03": 40}),
        )
    )
    assert [trace["y"] for trace in figure["data"]] == [[1500, 1234], [900, 1200], [610, 40]]
    assert figure["data"][1]["x"] == ["2025-02-01", "2025-03-01"]
    assert {"<b>1.234</b>", "1.200 North", "40 South"} <= set(texts(figure))
    ends = {text["text"]: text["font"]["color"] for text in figure["layout"]["annotations"]}
    assert ends["1.200 North"] == figure["data"][1]["line"]["color"]


def test_only_trace_types_of_the_basic_bundle_are_used():
    assert {trace["type"] for trace in drawn(frame(("all", None, YEAR)))["data"]} <= {"scatter", "bar", "pie"}


def test_counts_begin_at_zero_and_end_above_the_highest():
    figure = drawn(frame(("all", None, {"2025-03": 1000}), ("ab12", "North", {"2025-03": 7})))
    for axis, most in (("yaxis", 1000), ("yaxis2", 7)):
        first, last = figure["layout"][axis]["range"]
        assert first == 0
        assert last > most
        assert figure["layout"][axis]["tickvals"][0] == 0


def test_every_word_and_number_is_the_readers():
    figure = drawn(frame(("all", None, YEAR), ("unknown", None, YEAR), ("ab12cd", None, YEAR)))
    words = " ".join(texts(figure) + [text for trace in figure["data"] for text in trace["text"]])
    words = re.sub("</?b>", "", words)
    for said in (
        LABELS.all_facilities,
        LABELS.each_facility,
        LABELS.unknown_facility,
        LABELS.unnamed_facility,
    ):
        words = words.replace(said, "")
    left = re.findall(r"[^\W\d]{2,}", words)
    assert set(left) == {"ab"}
    assert figure["layout"]["xaxis"]["ticktext"][-1] == "12/24"
    assert "1.012 Ort nicht erfasst" in texts(figure)
    assert "title" not in figure["layout"]
    assert not any(trace["showlegend"] for trace in figure["data"])


def test_a_facility_without_a_name_is_called_by_the_begin_of_its_key():
    assert "3 Einrichtung ab12" in texts(drawn(frame(("ab12cd34", None, {"2025-03": 3}))))


def test_a_name_cannot_put_tags_into_the_figure():
    text = people_given_oat(frame(("ab12", "<a href='https://x'>North</a> & <b>", {"2025-03": 3})), LABELS)
    assert "<a" not in text
    assert "3 &lt;a href='https://x'&gt;North&lt;/a&gt; &amp; &lt;b&gt;" in texts(json.loads(text))


def test_more_facilities_than_colours_share_one_label():
    many = [(f"{key:04}", f"F{key}", {"2025-03": 100 - key}) for key in range(len(COLOURS) + 3)]
    figure = drawn(frame(*many))
    assert "3 weitere" in texts(figure)
    assert [trace["line"]["color"] for trace in figure["data"]] == [*COLOURS, GREY, GREY, GREY]
    assert "93 F7" not in texts(figure)


def test_the_unknown_facility_is_always_named_and_dotted():
    many = [(f"{key:04}", f"F{key}", {"2025-03": 100 - key}) for key in range(len(COLOURS) + 3)]
    figure = drawn(frame(*many, ("unknown", None, {"2025-03": 1})))
    assert "1 Ort nicht erfasst" in texts(figure)
    assert figure["data"][-1]["line"]["dash"] == "dot"


def test_labels_at_one_month_do_not_overlap_and_stay_inside():
    close = [(f"{key:04}", f"F{key}", {"2025-03": 100 + key}) for key in range(6)]
    figure = drawn(frame(*close))
    heights = sorted(text["y"] for text in figure["layout"]["annotations"] if text.get("yref") == "y2")
    top = figure["layout"]["yaxis2"]["range"][1]
    low, high = figure["layout"]["yaxis2"]["domain"]
    pixels = figure["layout"]["height"] - figure["layout"]["margin"]["t"] - figure["layout"]["margin"]["b"]
    per_line = 15 / (pixels * (high - low)) * top
    assert min(upper - lower for lower, upper in pairwise(heights)) > per_line
    assert heights[-1] <= top
    assert heights[0] >= 0


def test_a_month_that_had_not_ended_and_an_unknown_month_are_not_drawn():
    result = frame(("all", None, {"2025-02": 5, "2025-03": 2}), running=("2025-03",))
    unknown_month = result.iloc[[0]].assign(month=pd.NaT, complete=False)
    figure = drawn(pd.concat([result, unknown_month]))
    assert figure["data"][0]["y"] == [5]


def test_no_line_is_drawn_across_a_month_without_a_row():
    figure = drawn(frame(("all", None, {"2025-01": 5, "2025-04": 2})))
    assert figure["data"][0]["x"] == ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    assert figure["data"][0]["y"] == [5, None, None, 2]
    assert figure["data"][0]["connectgaps"] is False


def test_an_empty_frame_is_an_empty_figure_and_no_finding():
    assert drawn(frame())["data"] == []
    assert finding(frame()) is None


def test_the_latest_month_is_always_named_on_the_axis():
    months = {f"{year}-{month:02}": 1 for year in (2023, 2024, 2025) for month in range(1, 13)}
    ticks = drawn(frame(("all", None, months)))["layout"]["xaxis"]
    assert ticks["ticktext"][-1] == "12/25"
    assert len(ticks["ticktext"]) <= 8


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [*COLOURS, INK, GREY])
def test_every_colour_of_text_is_4_and_a_half_to_one_on_white(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, blindness: str) -> tuple[float, float, float]:
    """The colour in CIELAB (D65) as someone with this colour blindness sees it."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    rgb = [
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0), 1) for row in BLINDNESS[blindness]
    ]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in to_xyz]
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (one / white for one, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("blindness", BLINDNESS)
def test_colours_are_told_apart_with_every_colour_blindness(blindness):
    for one, other in combinations(COLOURS, 2):
        near = (
            sum((a - b) ** 2 for a, b in zip(seen(one, blindness), seen(other, blindness), strict=True))
            ** 0.5
        )
        assert near > 15, (one, other, near)


def test_the_finding_is_the_latest_complete_month_with_its_changes():
    counts = {"2024-02": 90, "2025-01": 110, "2025-02": 100, "2025-03": 7}
    found = finding(frame(("all", None, counts), ("ab12", "North", counts), running=("2025-03",)))
    assert found == Finding(date(2025, 2, 1), 100, people_month_before=110, people_year_before=90)
    assert (found.change_on_month, found.change_on_year) == (100 - 110, 100 - 90)


def test_a_finding_in_january_looks_at_december():
    found = finding(frame(("all", None, {"2024-12": 5, "2025-01": 4})))
    assert (found.people_month_before, found.people_year_before) == (5, None)
    assert (found.change_on_month, found.change_on_year) == (-1, None)


def test_a_month_before_that_is_not_in_the_frame_is_not_zero():
    found = finding(frame(("all", None, {"2024-11": 5, "2025-01": 4})))
    assert found.people_month_before is None
    assert found.change_on_month is None
