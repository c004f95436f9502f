"""When a night is due: once, after missed nights too, over clock changes and summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.timetable import Timetable

SHANGHAI = Timetable(2, ZoneInfo("Asia/Shanghai"))
BERLIN = Timetable(2, ZoneInfo("Europe/Berlin"))


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "done", "due"),
    [
        ("2015-01-21T02:00", None, date(2015, 1, 21)),  # the first night
        ("2015-01-21T01:59", None, date(2015, 1, 20)),  # started before the hour: the night before is due
        ("2015-01-21T01:59", date(2015, 1, 20), None),
        ("2015-01-21T02:00", date(2015, 1, 20), date(2015, 1, 21)),
        ("2015-01-21T03:00", date(2015, 1, 21), None),  # done: not again
        ("2015-01-21T14:30", date(2015, 1, 20), date(2015, 1, 21)),  # down at two, up in the afternoon
        ("2015-01-24T09:00", date(2015, 1, 20), date(2015, 1, 24)),  # off for three nights: once
        ("2015-01-21T02:00", date(2015, 1, 22), None),  # a clock set back by less than a day
        ("2015-01-21T02:00", date(2030, 1, 1), date(2015, 1, 21)),  # a clock that was years ahead
    ],
)
def test_a_night_is_due_until_it_is_done(now: str, done: date | None, due: date | None) -> None:
    assert SHANGHAI.due(at(now), done) == due


def test_the_hour_that_summer_time_skips_is_the_one_after_it() -> None:
    assert BERLIN.due(at("2015-03-29T01:59", "Europe/Berlin"), date(2015, 3, 28)) is None
    assert BERLIN.due(at("2015-03-29T03:00", "Europe/Berlin"), date(2015, 3, 28)) == date(2015, 3, 29)


def test_the_hour_that_comes_twice_is_one_night() -> None:
    first = datetime(2015, 10, 25, 0, 30, tzinfo=UTC)  # 2:30 summer time
    again = first + timedelta(hours=1)  # 2:30 winter time
    assert BERLIN.due(first, date(2015, 10, 24)) == date(2015, 10, 25)
    assert BERLIN.due(again, date(2015, 10, 25)) is None


@given(
    st.integers(1_400_000_000, 1_900_000_000),
    st.integers(0, 23),
    st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
)
def test_after_it_is_done_nothing_is_due_until_the_next_night_begins(second: int, hour: int, zone: str) -> None:
    table, now = Timetable(hour, ZoneInfo(zone)), datetime.fromtimestamp(second, UTC)
    night = table.due(now, None)
    assert night is not None
    assert table.due(now, night) is None
    begins = table.next_after(now, night)
    assert now < begins <= now + timedelta(hours=26)
    assert table.due(begins - timedelta(seconds=1), night) is None
    assert table.due(begins, night) == night + timedelta(days=1)
