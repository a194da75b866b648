"""Geometry of the charts."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopops.ui import charts, daystrip, scales
from shopops.ui.charts import BarChart, Day, Limit, LineChart, Pin, Series, Zone


def line(values, **kwargs):
    return LineChart("t", "l", [str(i) for i in range(len(values))], [Series("s", values)], **kwargs)


def points(drawing, index=0):
    return [tuple(map(float, each.split(","))) for each in drawing.series[0].lines[index].split()]


numbers = st.floats(-1e6, 1e6).filter(lambda x: x == 0 or abs(x) > 1e-6)


@given(st.lists(numbers | st.none(), min_size=1, max_size=60))
def test_every_point_is_inside_the_picture(values):
    drawing = charts.draw_lines(line(values))
    for series in drawing.series:
        for stretch in series.lines:
            for point in stretch.split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= 100
                assert -0.01 <= y <= 100.01


@given(st.lists(numbers, min_size=2, max_size=2, unique=True))
def test_higher_values_stand_higher(values):
    (_, first), (_, second) = points(charts.draw_lines(line(values)))
    assert (first > second) == (values[0] < values[1]) or abs(first - second) < 0.01


def test_a_gap_breaks_the_line():
    drawing = charts.draw_lines(line([1, 2, None, 4, None]))
    assert [len(stretch.split()) for stretch in drawing.series[0].lines] == [2, 2]  # a lonely point is a dot


def test_a_line_of_nothing_is_not_drawn():
    assert charts.draw_lines(line([None, None])).series == []
    assert charts.spark_points([]) == ([], "", "")
    assert charts.spark_points([None]) == ([], "", "")


def test_a_small_line_starts_where_something_is_known():
    assert charts.spark_points([None, None, 3, 4]) == charts.spark_points([3, 4])


def test_the_name_of_a_line_stands_clear_of_it_and_of_a_pin():
    falls, rises = line([9, 8, 1.0]), line([1, 8, 9], pins=[Pin(2, "a")])
    assert charts.draw_lines(line([1, 9, 5])).series[0].label_dy > 0
    assert charts.draw_lines(rises).series[0].label_dy == -16
    assert charts.draw_lines(falls).series[0].label_dy == -12, "no room below"


def test_limits_are_in_the_picture_and_no_tick_writes_over_their_name():
    drawing = charts.draw_lines(line([660, 690, 724], limits=[Limit(750, "Grade A", "above")]))
    (limit,) = drawing.limits
    assert 0 < float(limit.at) < 100
    assert all(abs(float(tick.at) - float(limit.at)) >= 8 for tick in drawing.ticks)
    assert drawing.good[0].height == limit.at


def test_pins_stand_on_the_line_and_are_numbered():
    drawing = charts.draw_lines(line([1, 5, 3], pins=[Pin(1, "a", "ok"), Pin(2, "b")], zones=[Zone(0, 1, "z")]))
    assert [(pin.number, pin.text) for pin in drawing.pins] == [(1, "a"), (2, "b")]
    assert (float(drawing.pins[0].x), float(drawing.pins[0].y)) == points(drawing)[1]
    assert drawing.zones[0][1] == "z"


def test_more_than_three_series_are_refused():
    with pytest.raises(ValueError, match="one to three"):
        LineChart("t", "l", ["a"], [Series(str(i), [1]) for i in range(4)])


def test_series_and_x_must_agree():
    with pytest.raises(ValueError, match="one value per x"):
        LineChart("t", "l", ["a", "b"], [Series("s", [1])])


def test_bars_start_at_zero_and_have_heights_in_proportion():
    bars = charts.draw_bars(BarChart("t", "l", ["a", "b", "c"], [10, 20, 0])).bars
    assert len(bars) == 2
    assert float(bars[1].height) == pytest.approx(2 * float(bars[0].height), abs=0.05)
    assert all(float(bar.y) + float(bar.height) == pytest.approx(100, abs=0.02) for bar in bars)
    with pytest.raises(ValueError, match="negative"):
        BarChart("t", "l", ["a"], [-1])


@given(st.floats(1e-6, 1e9))
def test_steps_are_round(spread):
    step = scales.nice_step(spread)
    assert f"{step:.6e}"[:3] in {"1.0", "2.0", "2.5", "5.0"}
    assert 2 <= spread / step <= 4.01


@pytest.mark.parametrize("count", [1, 2, 5, 6, 26, 60, 365])
def test_labels_below_the_axis_fit_a_phone(count):
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=i) for i in range(count)]
    labels = charts.x_labels(days, scales.x_positions(count))
    assert 1 <= len(labels) <= charts.MAX_LABELS
    assert not any("20" in label.text and len(label.text) > 6 for label in labels)  # no years


def test_days_of_a_service():
    today = dt.date(2026, 11, 24)
    tones = ["ok", "info", "caution", "danger", ""]
    bars = daystrip.day_bars([Day(today, tone, "Outage" if tone == "danger" else "") for tone in tones])
    assert [bar.cls for bar in bars] == ["", "info", "caution", "danger", "none"]
    assert all(bar.y + bar.height == daystrip.STRIP_HEIGHT for bar in bars)
    assert bars[3].text.endswith(": Outage")
