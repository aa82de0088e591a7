"""What the elements of a form say of a date and time, and which one they mean together.

Of elements that say the same the last one counts. Those of the ISO calendar count only where no
other element is of a date, and a day of the week counts for nothing.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/format-elements
Source: https://github.com/google/zetasql/blob/master/zetasql/public/functions/parse_date_time.cc
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field

from ml_api_kit.gcp_accessor.local.bigquery.library.scalars.registry import SqlError

_WEEKS = {"U": calendar.SUNDAY, "W": calendar.MONDAY}
_WEEKDAYS = "Aauw"


@dataclass(slots=True)
class CivilParts:
    """The parts of a date and time that were read so far; those that were not are of 1970."""

    since_1900: int = 70
    """The year, counted from 1900; within its century where that `is_of_century`."""
    century: int = 0
    is_of_century: bool = False
    has_century: bool = False
    """Whether the century was read, and not only follows from a year of two digits."""
    month: int = 1
    day: int = 1
    hour: int = 0
    is_of_twelve: bool = False
    is_pm: bool = False
    minute: int = 0
    second: int = 0
    micro: int = 0
    zone: str | None = None
    epoch: int | None = None
    """Seconds since 1970, before which nothing else counts."""
    place: int = 0
    """How many elements of the form were read."""
    days: list[tuple[str, int, int]] = field(default_factory=list)
    """Elements that name a day by weeks or days of a year: their letter, number and place."""
    last: dict[str, int] = field(default_factory=dict)
    """The place of the last element that said the `year`, the `month` or the `day`."""
    is_of_dates: bool = False
    """Whether an element was of a date, and not of the ISO calendar."""

    def say(self, *names: str) -> None:
        """Note that the element read last says these parts of a date."""
        self.is_of_dates = True
        for name in names:
            self.last[name] = self.place

    def read_century(self, value: int) -> None:
        """Take a century, such as 20."""
        if not self.is_of_century:
            self.since_1900 = 0
        self.century, self.is_of_century, self.has_century = value, True, True

    def read_short_year(self, value: int) -> None:
        """Take a year of two digits, of the century that was read, or of 1969 to 2068."""
        self.since_1900, self.is_of_century = value, True
        if not self.has_century:
            self.century = 20 if value < 69 else 19

    def civil(self) -> dt.datetime:
        """The date and time.

        Raises SqlError: when there is none, or BigQuery takes no such elements together.
        """
        try:
            if self.epoch is not None:
                return dt.datetime(1970, 1, 1) + dt.timedelta(seconds=self.epoch)
            hour = self.hour + (12 if self.is_of_twelve and self.is_pm else 0)
            if self.second < 60:
                time = dt.time(hour, self.minute, self.second, self.micro)
                return dt.datetime.combine(self._date(), time)
            # A leap second is the beginning of the next minute.
            last = dt.datetime.combine(self._date(), dt.time(hour, self.minute, 59))
            return last + dt.timedelta(seconds=1)
        except (ValueError, OverflowError) as error:
            raise SqlError("Out-of-range datetime field in parsing function") from error

    def _date(self) -> dt.date:
        if not self.is_of_dates and any(letter in "Gg" for letter, *_ in self.days):
            return self._iso_date()
        year = self.since_1900 + (self.century * 100 if self.is_of_century else 1900)
        found, place = self._named_day(year)
        if found is None:
            return dt.date(year, self.month, self.day)

        def latest(name: str, value: int, named: int) -> int:
            return named if self.last.get(name, -1) < place else value

        return dt.date(
            latest("year", year, found.year),
            latest("month", self.month, found.month),
            latest("day", self.day, found.day),
        )

    def _named_day(self, year: int) -> tuple[dt.date | None, int]:
        """The day that is named by its number or its week, and the place of what names it."""
        week, day, weekday = map(self._last_of, ("UW", "j", _WEEKDAYS))
        if day >= 0 and (day > week or weekday < 0):
            _, number, place = self.days[day]
            if number == 366 and not calendar.isleap(year):
                raise SqlError(f"Year {year} has 365 days, but the specified day of year was 366")
            return dt.date(year, 1, 1) + dt.timedelta(days=number - 1), place
        if week < 0:
            return None, -1
        if weekday >= 0:
            raise SqlError("Weekday parse elements are not supported yet")
        letter, number, place = self.days[week]
        return _first_of_week(year, number, _WEEKS[letter]), place

    def _iso_date(self) -> dt.date:
        """The day of the ISO calendar, of which BigQuery reads no weeks."""
        letter, number, _ = self.days[self._last_of("Gg")]
        century = 0 if letter == "G" else 2000 if number <= 68 else 1900
        year = number + century
        week, day, weekday = map(self._last_of, ("V", "J", _WEEKDAYS))
        is_week = week >= 0 and (day < 0 or (day < week and weekday >= 0))
        if is_week:
            raise SqlError("ISO parse elements are not supported yet")
        first = dt.date.fromisocalendar(year, 1, 1)
        if day < 0:
            return first
        number = self.days[day][1]
        length = (dt.date(year, 12, 28) - first).days // 7 * 7 + 7
        if number > length:
            raise SqlError(
                f"ISO Year {year} has {length} days, but the specified day of year was {number}"
            )
        return first + dt.timedelta(days=number - 1)

    def _last_of(self, letters: str) -> int:
        """The index of the last element of these letters; -1 when there is none."""
        places = [at for at, (letter, *_) in enumerate(self.days) if letter in letters]
        return places[-1] if places else -1


def _first_of_week(year: int, week: int, weekday: int) -> dt.date:
    """The first day of a week, of which 1 begins with the first such day of the week in a year.

    Raises SqlError: when the year has no such week; it has a week 0 unless week 1 begins it.
    """
    start, end = dt.date(year, 1, 1), dt.date(year, 12, 31)
    first = start + dt.timedelta(days=(weekday - start.weekday()) % 7)
    least = 0 if first > start else 1
    if not least <= week <= (end - first).days // 7 + 1:
        raise SqlError(f"Week number {week} is invalid for year {year}")
    return first + dt.timedelta(days=(week - 1) * 7)
