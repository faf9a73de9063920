"""The Week of Science of the demo: four institutes with three sections each."""

from __future__ import annotations

from eventhub.demo import campus, partners
from eventhub.demo.shapes import MONDAY, DemoEvent, Line, Part, Text, both, in_weeks
from eventhub.events.rules import Kind, SessionKind

_INSTITUTES = (
    Part(
        title=both("Institute of Energy", "Институт энергетики"),
        parts=(
            both("Heat and power stations", "Тепловые электростанции и теплотехника"),
            both("Electric grids", "Электрические сети"),
            both("Hydrogen and storage", "Водород и накопители"),
        ),
    ),
    Part(
        title=both("Institute of Machinery, Materials and Transport", "Институт машиностроения, материалов и транспорта"),
        parts=(
            both("Welding and additive technology", "Сварка и аддитивные технологии"),
            both("Robots and mechatronics", "Роботы и мехатроника"),
            both("Rail and road vehicles", "Рельсовый и автомобильный транспорт"),
        ),
    ),
    Part(
        title=both("Institute of Computer Science", "Институт компьютерных наук"),
        parts=(
            both("Machine learning", "Машинное обучение"),
            both("Security of systems", "Безопасность систем"),
            both("Graphics and human–machine dialogue", "Графика и диалог человека с машиной"),
        ),
    ),
    Part(
        title=both("Institute of Humanities", "Гуманитарный институт"),
        parts=(
            both("Languages and translation", "Языки и перевод"),
            both("History of engineering", "История инженерного дела"),
            both("Society and technology", "Общество и технологии"),
        ),
    ),
)  # fmt: skip

# Section, day, room, speaker, title: one paper of each section stands for the rest until the call closes.
_PAPERS: tuple[tuple[str, int, str, str, Text], ...] = (
    ("Heat and power stations", 1, campus.ROOM_118, "Иван Небывалов", both("A boiler that listens to the weather", "Котёл, который слушает погоду")),
    ("Electric grids", 1, campus.ROOM_237, "Мария Тестова", both("Blackout in a model city", "Блэкаут в модельном городе")),
    ("Hydrogen and storage", 1, campus.ROOM_346, "Дмитрий Примеров", both("How many cycles has a cheap battery?", "Сколько циклов у дешёвого аккумулятора?")),
    ("Welding and additive technology", 2, campus.ROOM_118, "Сергей Шаблонов", both("A seam under the microscope", "Шов под микроскопом")),
    ("Robots and mechatronics", 2, campus.ROOM_237, "Елена Макетова", both("A robot for the narrow corridor", "Робот для узкого коридора")),
    ("Rail and road vehicles", 2, campus.ROOM_346, "Алексей Тестов", both("Braking on wet leaves", "Торможение на мокрых листьях")),
    ("Machine learning", 3, campus.ROOM_118, "Joon Gasang", both("Teaching with a thousand wrong labels", "Обучение на тысяче неверных меток")),
    ("Security of systems", 3, campus.ROOM_237, "Пётр Выдумкин", both("What a door lock says on the radio", "О чём дверной замок говорит по радио")),
    ("Graphics and human–machine dialogue", 3, campus.ROOM_346, "Chiara Campione", both("Buttons for cold fingers", "Кнопки для замёрзших пальцев")),
    ("Languages and translation", 4, campus.ROOM_118, "سارة تجربة", both("Engineering words that don’t travel", "Инженерные слова, которые не переводятся")),
    ("History of engineering", 4, campus.ROOM_237, "Татьяна Небылицына", both("The forgotten tram of 1914", "Забытый трамвай 1914 года")),
    ("Society and technology", 4, campus.ROOM_346, "عمر نموذج", both("Who repairs the village pump?", "Кто чинит деревенский насос?")),
)  # fmt: skip


def _paper(section: str, day: int, room: str, speaker: str, title: Text) -> Line:
    homes = {"Joon Gasang": partners.SEOUL, "Chiara Campione": partners.MILAN}
    home = homes.get(speaker, partners.SPBPU if speaker[0] < "؀" else partners.CAIRO)
    is_english = home != partners.SPBPU
    return Line(
        title=title, day=day, starts="10:00", ends="13:00", kind=SessionKind.SECTION, room=room, section=section,
        language="en" if is_english else "ru", speakers=((speaker, home),),
    )  # fmt: skip


SCIENCE_WEEK = DemoEvent(
    slug="week-of-science",
    kind=Kind.WEEK_OF_SCIENCE,
    title=both("Week of Science", "Неделя науки"),
    summary=both(
        "The student conference of all institutes: twelve sections, plenary lectures and open laboratories.",
        "Студенческая конференция всех институтов: двенадцать секций, пленарные лекции и открытые лаборатории.",
    ),
    description=both(
        "For one week the timetable gives way. Students of every year, from here and from partner universities, show "
        "what they have found, to people who will ask.\n\n- **Ten minutes** for a talk, five for questions\n- **A "
        "jury** in every section, with a word for each author and not for the winners alone\n- **Open "
        "laboratories** on Friday afternoon; choose yours when you register\n\nListeners are welcome in every "
        "section.",
        "На одну неделю расписание уступает место. Студенты всех курсов, свои и из вузов-партнёров, показывают, что "
        "нашли, тем, кто станет спрашивать.\n\n- **Десять минут** на доклад, пять на вопросы\n- **Жюри** в каждой "
        "секции — со словом для каждого автора, а не только для победителей\n- **Открытые лаборатории** в пятницу "
        "днём; выберите свою при регистрации\n\nСлушателям рады во всех секциях.",
    ),
    host=partners.UNIVERSITY,
    day=in_weeks(7, MONDAY),
    days=5,
    starts="10:00",
    ends="18:00",
    topics=("energy", "manufacturing", "ai", "humanities"),
    accent="violet",
    venue=campus.MAIN,
    guests=24,
    parts=_INSTITUTES,
    gates=(both("White Hall", "Белый зал"), both("Main staircase", "Главная лестница")),
    lines=(
        Line(
            title=both("Opening plenary: questions that stayed open", "Пленарное заседание: открытые вопросы"),
            starts="10:00", ends="12:00", kind=SessionKind.PLENARY, room=campus.WHITE_HALL, language="ru",
            speakers=(("Ольга Вымыслова", partners.SPBPU), ("黄假设", partners.TSINGHUA)),
        ),
        Line(
            title=both("Lecture: one experiment, three nations", "Лекция: один опыт, три страны"), starts="14:00",
            ends="15:30", kind=SessionKind.LECTURE, room=campus.WHITE_HALL, speakers=(("Käthe Beispiel", partners.BERLIN),),
        ),
        *(_paper(*one) for one in _PAPERS),
        Line(
            title=both("Open laboratory: a wind tunnel", "Открытая лаборатория: аэродинамическая труба"), day=4,
            starts="14:30", ends="16:00", kind=SessionKind.WORKSHOP, places=15, section="Institute of Energy",
        ),
        Line(
            title=both("Open laboratory: a robot cell", "Открытая лаборатория: роботизированная ячейка"), day=4,
            starts="14:30", ends="16:00", kind=SessionKind.WORKSHOP, places=12,
            section="Institute of Machinery, Materials and Transport",
        ),
        Line(
            title=both("Awards", "Награждение"), day=4, starts="16:30", ends="17:30", kind=SessionKind.PLENARY,
            room=campus.WHITE_HALL, language="ru",
        ),
    ),
)  # fmt: skip
