"""Conferences of the demo: one that runs today, one of three days, one that does not take registrations yet."""

from __future__ import annotations

from eventhub.demo import campus, partners
from eventhub.demo.shapes import THURSDAY, TUESDAY, DemoEvent, Line, Part, both, in_days, in_weeks
from eventhub.events.rules import Format, Kind, SessionKind

# The door can be tried on these.
RUNNING_NOW = ("partners-forum",)

_COFFEE = both("Coffee", "Кофе")
_TWINS = "Digital twins"
_FACTORIES = "Learning factories"

FORUM = DemoEvent(
    slug="partners-forum",
    kind=Kind.CONFERENCE,
    title=both("Partners’ Forum", "Форум партнёров"),
    summary=both(
        "Three days in which universities and companies agree on what to do together next year.",
        "Три дня, за которые вузы и компании договариваются, чем займутся вместе в следующем году.",
    ),
    description=both(
        "The forum has no papers. It has tables: each partner brings *one* thing that it needs and *one* thing that "
        "it can give.\n\n- **first day:** who is here, in two minutes each\n- **second day:** tables and visits to "
        "laboratories\n- **third day:** what was agreed, written down and signed\n\nBadges are handed out at both "
        "doors. Please have your ticket ready, on the phone or on paper.",
        "На форуме нет докладов. Есть столы: каждый партнёр привозит *одно*, что ему нужно, и *одно*, что он может "
        "дать.\n\n- **первый день:** кто приехал, по две минуты на каждого\n- **второй день:** столы и визиты в "
        "лаборатории\n- **третий день:** о чём договорились — на бумаге и с подписями\n\nБейджи выдаём у обоих "
        "входов. Приготовьте, пожалуйста, билет — в телефоне или на бумаге.",
    ),
    host=partners.OFFICE,
    day=in_days(-1),
    days=3,
    starts="09:00",
    ends="18:00",
    topics=("business", "manufacturing", "digital"),
    accent="green",
    venue=campus.RESEARCH,
    places=200,
    guests=30,
    gates=(both("Main entrance", "Главный вход"), both("Entrance from the park", "Вход из парка")),
    meals=(both("Lunch", "Обед"),),
    lines=(
        Line(
            title=both("Who is here", "Кто приехал"), starts="10:00", ends="12:30", kind=SessionKind.PLENARY,
            room=campus.BLUE_HALL, speakers=(("Ольга Вымыслова", partners.SPBPU), ("Hal Specimen", partners.CITY)),
            summary=both(
                "Forty partners, two minutes each, one bell.", "Сорок партнёров, по две минуты, один звонок."
            ),
        ),
        Line(
            title=both("Double degrees: what worked", "Двойные дипломы: что получилось"), starts="14:00",
            ends="16:00", room="Seminar room A", speakers=(("Sophie Musterbauer", partners.GRAZ),),
        ),
        Line(
            title=both("Tables of needs and gifts", "Столы: что нужно и что можем дать"), day=1, starts="09:30",
            ends="12:30", kind=SessionKind.WORKSHOP, room=campus.BLUE_HALL, places=80,
        ),
        Line(
            title=both("A visit to the open laboratory", "Визит в открытую лабораторию"), day=1, starts="14:00",
            ends="15:30", kind=SessionKind.WORKSHOP, room=campus.GREEN_LAB, places=24, language="ru",
        ),
        Line(
            title=both("Evening walk through the park", "Вечерняя прогулка по парку"), day=1, starts="17:00",
            ends="18:00", kind=SessionKind.SOCIAL,
        ),
        Line(
            title=both("Signed and sealed", "Подписано и скреплено"), day=2, starts="10:00", ends="12:00",
            kind=SessionKind.PLENARY, room=campus.BLUE_HALL, speakers=(("Пётр Выдумкин", partners.SPBPU),),
        ),
    ),
)  # fmt: skip

DIGITAL_ENGINEERING = DemoEvent(
    slug="digital-engineering",
    kind=Kind.CONFERENCE,
    title=both("Digital Engineering and Its Workshop", "Цифровой инжиниринг и его мастерская"),
    summary=both(
        "A conference that starts with a machine and ends with its model: three days, two tracks, one factory visit.",
        "Конференция, которая начинается со станка и заканчивается его моделью: три дня, две секции, один завод.",
    ),
    description=both(
        "Most papers about digital twins never met the machine that they describe. Here every talk has to name one, "
        "with its serial number and the error between model and measurement.\n\n### Two tracks\n\n- **Digital "
        "twins:** models that are corrected while the machine runs\n- **Learning factories:** how students learn on "
        "real lines without stopping them\n\n### The third day\n\nA visit to the machine halls, in four groups of "
        "fifteen. Choose your group when you register.\n\nThe languages are English and Russian; the plenary talks "
        "are interpreted.",
        "Большинство статей о цифровых двойниках никогда не видели станка, который описывают. Здесь каждый доклад "
        "обязан его назвать — с серийным номером и с погрешностью между моделью и измерением.\n\n### Две секции\n\n"
        "- **Цифровые двойники:** модели, которые уточняются, пока станок работает\n- **Учебные фабрики:** как "
        "студенты учатся на настоящих линиях, не останавливая их\n\n### Третий день\n\nВизит в машинные залы, "
        "четыре группы по пятнадцать человек. Выберите группу при регистрации.\n\nЯзыки — английский и русский; "
        "пленарные доклады переводятся.",
    ),
    host=partners.host(partners.STUTTGART),
    day=in_weeks(5, TUESDAY),
    days=3,
    starts="09:30",
    ends="18:00",
    topics=("digital", "manufacturing", "ai"),
    accent="indigo",
    format=Format.HYBRID,
    venue=campus.MAIN,
    places=240,
    guests=20,
    price=both("Free for speakers and partners; others pay 3,000 ₽", "Докладчикам и партнёрам бесплатно, остальным 3000 ₽"),
    parts=(
        Part(title=both(_TWINS, "Цифровые двойники")),
        Part(title=both(_FACTORIES, "Учебные фабрики")),
    ),
    gates=(both("White Hall", "Белый зал"),),
    lines=(
        Line(
            title=both("Opening", "Открытие"), starts="10:00", ends="10:30", kind=SessionKind.PLENARY,
            room=campus.WHITE_HALL, speakers=(("Анна Примерова", partners.SPBPU),), language="ru",
        ),
        Line(
            title=both("The model that apologised", "Модель, которая извинилась"), starts="10:30", ends="11:30",
            kind=SessionKind.PLENARY, room=campus.WHITE_HALL, speakers=(("Greta Probe", partners.STUTTGART),),
            summary=both(
                "What a twin should do when it notices that it is wrong.",
                "Что должен делать двойник, заметив, что ошибается.",
            ),
        ),
        Line(title=_COFFEE, starts="11:30", ends="12:00", kind=SessionKind.SOCIAL),
        Line(
            title=both("A gearbox and its twelve sensors", "Редуктор и его двенадцать датчиков"), starts="12:00",
            ends="12:40", section=_TWINS, room=campus.ROOM_118, speakers=(("Jonas Musterfrau", partners.STUTTGART),),
        ),
        Line(
            title=both("A line that forgives beginners", "Линия, которая прощает новичков"), starts="12:00",
            ends="12:40", section=_FACTORIES, room=campus.ROOM_237, speakers=(("Resi Muster", partners.GRAZ),),
        ),
        Line(
            title=both("Ten thousand hours of one pump", "Десять тысяч часов одного насоса"), starts="12:40",
            ends="13:20", section=_TWINS, room=campus.ROOM_118, speakers=(("赵试验", partners.TSINGHUA),),
        ),
        Line(
            title=both("Marks for maintenance", "Оценки за обслуживание"), starts="12:40", ends="13:20",
            section=_FACTORIES, room=campus.ROOM_237, speakers=(("Tom Placeholder", partners.CITY),),
        ),
        Line(
            title=both("Small data, honest data", "Малые данные, честные данные"), day=1, starts="10:00", ends="11:00",
            kind=SessionKind.PLENARY, room=campus.WHITE_HALL, speakers=(("周模板", partners.TSINGHUA),),
        ),
        Line(
            title=both("Who owns a model?", "Кому принадлежит модель?"), day=1, starts="11:30", ends="12:30",
            section=_TWINS, room=campus.ROOM_118, speakers=(("Zoë Sample", partners.CITY),),
        ),
        Line(
            title=both("A factory in a shipping container", "Фабрика в контейнере"), day=1, starts="11:30",
            ends="12:30", section=_FACTORIES, room=campus.ROOM_237, speakers=(("Íñigo Prueba", partners.VALENCIA),),
        ),
        Line(
            title=both("Dinner in the House of Scientists", "Ужин в Доме учёных"), day=1, starts="18:00",
            ends="18:30", kind=SessionKind.SOCIAL,
            summary=both("Meeting point at the White Hall.", "Сбор у Белого зала."),
        ),
        *(
            Line(
                title=both(f"Machine halls, group {number}", f"Машинные залы, группа {number}"), day=2, starts=starts,
                ends=ends, kind=SessionKind.WORKSHOP, places=15, language=language,
                summary=both("Closed shoes, please.", "Пожалуйста, в закрытой обуви."),
            )
            for number, starts, ends, language in (
                (1, "10:00", "11:30", "en"), (2, "10:00", "11:30", "ru"),
                (3, "12:00", "13:30", "en"), (4, "12:00", "13:30", "ru"),
            )
        ),
        Line(
            title=both("What we measured, what we believed", "Что измерили и во что верили"), day=2, starts="15:00",
            ends="16:30", kind=SessionKind.PLENARY, room=campus.WHITE_HALL,
            speakers=(("Erika Mustermann", partners.HANNOVER), ("李测试", partners.ZHEJIANG)),
        ),
    ),
)  # fmt: skip

WC2_SYMPOSIUM = DemoEvent(
    slug="wc2-symposium",
    kind=Kind.CONFERENCE,
    title=both("WC2 Symposium: A University and Its City", "Симпозиум WC2: университет и его город"),
    summary=both(
        "Universities from the hearts of ten great cities compare what they owe their neighbours.",
        "Университеты из центра десяти больших городов сравнивают, что они должны своим соседям.",
    ),
    description=both(
        "WC2 brings together universities that stand in the middle of world cities. The symposium follows its five "
        "clubs: transport, global health, business, eco-campus and global cultures.\n\nOn site in St. Petersburg, "
        "with a live connection for those who save the flight. **Registration opens soon;** the calendar entry is "
        "there already and keeps itself up to date.",
        "WC2 объединяет университеты, стоящие в центре мировых городов. Симпозиум повторяет устройство пяти клубов "
        "сети: транспорт, здоровье, бизнес, экокампус и культуры мира.\n\nОчно в Санкт-Петербурге и с трансляцией "
        "для тех, кто решил не лететь. **Регистрация скоро откроется,** а запись в календаре уже есть и обновляется "
        "сама.",
    ),
    host=partners.WC2,
    day=in_weeks(14, THURSDAY),
    days=2,
    starts="10:00",
    ends="17:30",
    topics=("urban", "transport", "environment", "humanities"),
    accent="magenta",
    languages=("en",),
    format=Format.HYBRID,
    venue=campus.SCIENTISTS,
    places=90,
    opens=12,
    lines=(
        Line(
            title=both("Ten cities at one table", "Десять городов за одним столом"), starts="10:30", ends="12:00",
            kind=SessionKind.PLENARY, room="Oak hall",
            speakers=(("Conceição Amostra", partners.SAO_PAULO), ("Meera Udaharan", partners.DELHI)),
        ),
        Line(
            title=both("The last tram home", "Последний трамвай домой"), starts="13:30", ends="14:30",
            room="Oak hall", speakers=(("Otto Muster", partners.BERLIN),),
            summary=both("Transport club: night lines and those who need them.", "Клуб транспорта: ночные линии и те, кому они нужны."),
        ),
        Line(
            title=both("A campus that counts its water", "Кампус, который считает воду"), starts="15:00",
            ends="16:00", room="Oak hall", speakers=(("Minji Yesi", partners.SEOUL),),
        ),
        Line(
            title=both("Clinics without walls", "Клиники без стен"), day=1, starts="10:00", ends="11:30",
            room="Oak hall", speakers=(("Asha Udaharan", partners.DELHI),),
        ),
        Line(
            title=both("Whose stories does a city tell?", "Чьи истории рассказывает город?"), day=1, starts="12:00",
            ends="13:30", room="Oak hall", speakers=(("Ada Example", partners.CITY), ("Mario Prova", partners.MILAN)),
        ),
    ),
)  # fmt: skip

CONFERENCES = (FORUM, DIGITAL_ENGINEERING, WC2_SYMPOSIUM)
