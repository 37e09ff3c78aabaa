"""What seeds the calendar: the package's published years, and the law's own days of a year not yet arranged."""

from collections.abc import Iterator
from datetime import date

import chinese_calendar.constants as package

from apps.rules.calendars import DayRow

FIRST_YEAR, LAST_YEAR = 2004, 2026  # what chinesecalendar 1.11.0 holds
SOURCE = "chinesecalendar 1.11.0"

# Notices of the General Office of the State Council; a year that is missing here has its number left empty.
NOTICES = {
    2021: "国办发明电〔2020〕27号",
    2022: "国办发明电〔2021〕11号",
    2023: "国办发明电〔2022〕16号",
    2024: "国办发明电〔2023〕7号",
    2025: "国办发明电〔2024〕12号",
    2026: "国办发明电〔2025〕7号",
}

NAMES = {
    "New Year's Day": ("元旦", "New Year's Day"),
    "Spring Festival": ("春节", "Spring Festival"),
    "Tomb-sweeping Day": ("清明节", "Qingming Festival"),
    "Labour Day": ("劳动节", "Labour Day"),
    "Dragon Boat Festival": ("端午节", "Dragon Boat Festival"),
    "Mid-autumn Festival": ("中秋节", "Mid-Autumn Festival"),
    "National Day": ("国庆节", "National Day"),
    "Anti-Fascist 70th Day": (
        "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日",
        "Victory in the War of Resistance and the Anti-Fascist War, 70th anniversary",
    ),
}

# 全国年节及纪念日放假办法 as amended 2024-11-10: thirteen days; those of the moon are given per year.
MOON_DAYS = {
    2027: {
        "Spring Festival": (date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 8)),
        "Tomb-sweeping Day": (date(2027, 4, 5),),
        "Dragon Boat Festival": (date(2027, 6, 9),),
        "Mid-autumn Festival": (date(2027, 9, 15),),
    }
}
SUN_DAYS = {"New Year's Day": ((1, 1),), "Labour Day": ((5, 1), (5, 2)), "National Day": ((10, 1), (10, 2), (10, 3))}


def published_days(year: int) -> Iterator[DayRow]:
    """Days of the year that differ from their weekday, as arranged."""
    for works, days in ((False, package.holidays), (True, package.workdays)):
        for day, name in days.items():
            if day.year == year:
                yield DayRow(day, works, *NAMES[str(name)])


def statutory_days(year: int) -> Iterator[DayRow]:
    """The law's own days of rest in a year whose arrangement is not published; without moved weekends."""
    for name, days in SUN_DAYS.items():
        yield from (DayRow(date(year, month, day), False, *NAMES[name]) for month, day in days)
    for name, moon in MOON_DAYS.get(year, {}).items():
        yield from (DayRow(day, False, *NAMES[name]) for day in moon)
