"""Seminars of the demo: a series of six with partners, one that is called off, one still being written."""

from __future__ import annotations

from eventhub.demo import campus, partners
from eventhub.demo.shapes import MONDAY, THURSDAY, WEDNESDAY, DemoEvent, Line, Text, both, in_weeks
from eventhub.events.rules import Format, Kind, SessionKind

SERIES_SLUG = "partners-seminar"
SERIES_TITLE = both("Partners’ Seminar", "Партнёрский семинар")
SERIES_SUMMARY = both(
    "Every Wednesday a research group of a partner university shows what it works on, and what it would like to "
    "work on together.",
    "Каждую среду исследовательская группа одного из вузов-партнёров рассказывает, чем занимается и над чем хотела "
    "бы работать вместе.",
)
_TEA = both("Questions and tea", "Вопросы и чай")


def _talk(title: Text, speaker: str, partner: str) -> tuple[Line, ...]:
    return (
        Line(title=title, starts="16:00", ends="17:00", room=campus.ROOM_237, speakers=((speaker, partner),)),
        Line(title=_TEA, starts="17:00", ends="17:30", room=campus.ROOM_237, kind=SessionKind.SOCIAL),
    )


def _seminar(
    number: int, slug: str, partner: str, speaker: str, *, title: Text, summary: Text, description: Text,
    topics: tuple[str, ...], accent: str, places: int = 40, guests: int = 8, format: Format = Format.HYBRID,
) -> DemoEvent:  # fmt: skip
    return DemoEvent(
        slug=slug,
        kind=Kind.SEMINAR,
        title=title,
        summary=summary,
        description=description,
        host=partners.host(partner),
        day=in_weeks(number, WEDNESDAY),
        starts="16:00",
        ends="17:30",
        topics=topics,
        accent=accent,
        languages=("en",),
        format=format,
        venue=campus.MAIN,
        places=places,
        lines=_talk(title, speaker, partner),
        guests=guests,
        series=True,
    )


SEMINARS = (
    _seminar(
        1, "hydrogen-from-surplus-wind", partners.LUT, "Aino Esimerkki",
        topics=("energy", "environment"), accent="teal", guests=12,
        title=both("Hydrogen from surplus wind", "Водород из избытка ветра"),
        summary=both(
            "When the wind blows at night nobody needs the current. What does it cost to keep it as hydrogen?",
            "Ночью ветер дует, а ток никому не нужен. Во что обойдётся сохранить его в виде водорода?",
        ),
        description=both(
            "An electrolyser that runs only when current is cheap stands idle most of the year. The talk compares "
            "three ways out: a **smaller machine**, a **shared grid connection**, and **heat** sold to the "
            "neighbours.\n\nYou will see the measurements of one windy winter and the spreadsheet behind the figures. "
            "Bring your own assumptions: we change them together and look at what breaks.",
            "Электролизёр, который работает только при дешёвом токе, большую часть года простаивает. В докладе "
            "сравниваются три выхода: **машина поменьше**, **общее подключение к сети** и **тепло**, проданное "
            "соседям.\n\nВы увидите измерения одной ветреной зимы и таблицу, по которой всё посчитано. Приходите со "
            "своими допущениями: изменим их вместе и посмотрим, что сломается.",
        ),
    ),
    _seminar(
        2, "printing-metal-that-lasts", partners.GRAZ, "Lukas Beispiel",
        topics=("manufacturing", "materials"), accent="orange",
        title=both("Printing metal that lasts", "Как напечатать долговечный металл"),
        summary=both(
            "Why printed parts crack where cast ones do not, and how a slower laser helps.",
            "Почему напечатанные детали трескаются там, где литые держатся, и чем помогает медленный лазер.",
        ),
        description=both(
            "Layer by layer the metal melts and cools a thousand times; the stress stays inside. The group measured "
            "two hundred samples and found that the *path* of the laser matters more than its power.\n\n"
            "After the talk the samples go round, cracks included.",
            "Слой за слоем металл тысячи раз плавится и остывает, а напряжения остаются внутри. Группа измерила "
            "двести образцов и выяснила: *путь* лазера важнее его мощности.\n\n"
            "После доклада образцы пустим по рядам — вместе с трещинами.",
        ),
    ),
    _seminar(
        3, "designed-to-be-repaired", partners.MILAN, "Giulia Esempio",
        topics=("arts", "manufacturing"), accent="magenta",
        title=both("Designed to be repaired", "Спроектировано для ремонта"),
        summary=both(
            "A kettle, a lamp and a bicycle light that open with one screwdriver, and what they cost to make.",
            "Чайник, лампа и велофонарь, которые открываются одной отвёрткой, и сколько стоит их сделать.",
        ),
        description=both(
            "Students of design and of engineering took apart sixty broken things and drew three of them anew. The "
            "talk is about glue, hidden screws and the moment in which a company says yes.",
            "Студенты-дизайнеры и студенты-инженеры разобрали шестьдесят сломанных вещей и три из них спроектировали "
            "заново. Речь пойдёт о клее, спрятанных винтах и о том, когда компания говорит «да».",
        ),
    ),
    _seminar(
        4, "a-robot-hand-that-asks", partners.ZHEJIANG, "陈虚构",
        topics=("ai", "digital"), accent="violet", guests=10,
        title=both("A robot hand that asks before it grips", "Рука робота, которая спрашивает, прежде чем взять"),
        summary=both(
            "Learning to grip is easy; learning when not to is the work of three years.",
            "Научить хватать легко; научить вовремя не хватать — работа на три года.",
        ),
        description=both(
            "The hand has fourteen cheap sensors and one question: *am I sure?* When it is not, it moves a little, "
            "feels, and asks again. The talk shows the training data, the failures that taught most, and a live "
            "connection to the laboratory.",
            "У руки четырнадцать дешёвых датчиков и один вопрос: *уверена ли я?* Если нет, она чуть сдвигается, "
            "ощупывает предмет и спрашивает снова. В докладе — обучающие данные, самые поучительные неудачи и "
            "прямое включение из лаборатории.",
        ),
    ),
    _seminar(
        5, "concrete-that-heals", partners.VALENCIA, "Lucía Ejemplo",
        topics=("materials", "urban"), accent="olive", places=12, guests=12, format=Format.ON_SITE,
        title=both("Concrete that heals its own cracks", "Бетон, который сам залечивает трещины"),
        summary=both(
            "A hands-on seminar for twelve: you break a beam, wait, and measure what has grown back.",
            "Практический семинар на двенадцать человек: сломайте балку, подождите и измерьте, что наросло.",
        ),
        description=both(
            "Limestone-making bacteria sleep in the concrete until water comes through a crack. Each pair of "
            "participants gets a beam, a press and a microscope.\n\n- closed shoes are needed\n- gloves and glasses "
            "are given out",
            "Бактерии, образующие известняк, спят в бетоне, пока в трещину не попадёт вода. Каждая пара участников "
            "получит балку, пресс и микроскоп.\n\n- нужна закрытая обувь\n- перчатки и очки выдаём",
        ),
    ),
    _seminar(
        6, "measuring-with-light", partners.HANNOVER, "Max Mustermann",
        topics=("physics", "digital"), accent="sky", guests=6,
        title=both("Measuring a machine with light", "Измерить станок светом"),
        summary=both(
            "A laser, a mirror and a corner: how to find a hair’s breadth of error in a ten-tonne machine.",
            "Лазер, зеркало и угол: как найти погрешность в толщину волоса у станка весом десять тонн.",
        ),
        description=both(
            "Two universities that have worked together since 1984 compare how they calibrate machine tools. The "
            "second half is a walk to the machine hall with the instrument in hand.",
            "Два университета, сотрудничающие с 1984 года, сравнивают, как они калибруют станки. Вторая половина — "
            "прогулка в машинный зал с прибором в руках.",
        ),
    ),
    DemoEvent(
        slug="quiet-trams",
        kind=Kind.SEMINAR,
        title=both("Quiet trams in old streets", "Тихие трамваи на старых улицах"),
        summary=both(
            "Where the noise of a tram is born, and which three metres of rail to change first.",
            "Где рождается шум трамвая и какие три метра рельса менять первыми.",
        ),
        description=both(
            "A study of one curve in Berlin and one in St. Petersburg, with microphones on the wheel, on the rail "
            "and in a bedroom on the third floor.",
            "Исследование одной кривой в Берлине и одной в Санкт-Петербурге: микрофоны на колесе, на рельсе и в "
            "спальне на третьем этаже.",
        ),
        host=partners.host(partners.BERLIN),
        day=in_weeks(2, THURSDAY),
        starts="15:00",
        ends="16:30",
        topics=("transport", "urban"),
        accent="red",
        languages=("en",),
        venue=campus.MAIN,
        places=60,
        guests=5,
        lines=(
            Line(
                title=both("Quiet trams in old streets", "Тихие трамваи на старых улицах"),
                starts="15:00", ends="16:30", room=campus.ROOM_346, speakers=(("Frieda Vorlage", partners.BERLIN),),
            ),
        ),
        cancelled=both(
            "The speaker can’t travel on this date. We are looking for another one and write to everybody who "
            "had registered.",
            "Докладчик не может приехать в этот день. Мы ищем другую дату и напишем всем, кто зарегистрировался.",
        ),
    ),
    DemoEvent(
        slug="how-to-write-a-joint-proposal",
        kind=Kind.SEMINAR,
        title=both("How to write a joint proposal", "Как написать совместную заявку"),
        summary=both(
            "Two offices, one budget: the table that saves a month of letters.",
            "Две службы, один бюджет: таблица, которая экономит месяц переписки.",
        ),
        description=both("A working meeting of project offices.", "Рабочая встреча проектных служб."),
        host=partners.OFFICE,
        day=in_weeks(6, MONDAY),
        starts="14:00",
        ends="15:30",
        topics=("business",),
        accent="indigo",
        format=Format.ONLINE,
        is_draft=True,
    ),
)  # fmt: skip
