"""Buildings and rooms of the campus, by their public names."""

from __future__ import annotations

from eventhub.demo.shapes import DemoRoom, DemoVenue, both

CITY = both("St. Petersburg", "Санкт-Петербург")
MAIN = "Main Building"
RESEARCH = "Technopolis Polytech"
FABLAB = "Fab Lab Polytech"
PARK = "Polytechnic Park"
SCIENTISTS = "House of Scientists in Lesnoye"

WHITE_HALL = "White Hall"
ROOM_118 = "Lecture hall 118"
ROOM_237 = "Room 237"
ROOM_346 = "Room 346"
BLUE_HALL = "Blue Hall"
GREEN_LAB = "Open laboratory, 2nd floor"
WORKSHOP = "Machine workshop"
ELECTRONICS = "Electronics table"
DIGITAL = "Digital fabrication hall"
MEADOW = "Great meadow"
STAGE = "Stage by the fountain"
PAVILION = "Tent pavilion"

_POLYTECHNICHESKAYA = both("29 Polytechnicheskaya Street", "Политехническая улица, 29")

VENUES = (
    DemoVenue(
        name=both(MAIN, "Главное здание"),
        address=_POLYTECHNICHESKAYA,
        rooms=(
            DemoRoom(name=both(WHITE_HALL, "Белый зал"), seats=700),
            DemoRoom(name=both(ROOM_118, "Аудитория 118"), seats=120),
            DemoRoom(name=both(ROOM_237, "Аудитория 237"), seats=60),
            DemoRoom(name=both(ROOM_346, "Аудитория 346"), seats=40),
        ),
    ),
    DemoVenue(
        name=both(RESEARCH, "Технополис Политех"),
        address=both("29 Polytechnicheskaya Street, research building", "Политехническая улица, 29, научно-исследовательский корпус"),
        rooms=(
            DemoRoom(name=both(BLUE_HALL, "Синий зал"), seats=220),
            DemoRoom(name=both("Seminar room A", "Переговорная А"), seats=40),
            DemoRoom(name=both("Seminar room B", "Переговорная Б"), seats=40),
            DemoRoom(name=both(GREEN_LAB, "Открытая лаборатория, 2-й этаж"), seats=24),
        ),
    ),
    DemoVenue(
        name=both(FABLAB, "Фаблаб Политех"),
        address=_POLYTECHNICHESKAYA,
        rooms=(
            DemoRoom(name=both(WORKSHOP, "Станочная мастерская"), seats=16),
            DemoRoom(name=both(ELECTRONICS, "Стол электроники"), seats=12),
            DemoRoom(name=both(DIGITAL, "Зал цифрового производства"), seats=20),
        ),
    ),
    DemoVenue(
        name=both(PARK, "Парк Политехнического университета"),
        address=_POLYTECHNICHESKAYA,
        rooms=(
            DemoRoom(name=both(MEADOW, "Большая поляна")),
            DemoRoom(name=both(STAGE, "Сцена у фонтана")),
            DemoRoom(name=both(PAVILION, "Шатёр")),
        ),
    ),
    DemoVenue(
        name=both(SCIENTISTS, "Дом учёных в Лесном"),
        address=_POLYTECHNICHESKAYA,
        rooms=(DemoRoom(name=both("Oak hall", "Дубовый зал"), seats=90),),
    ),
)  # fmt: skip
