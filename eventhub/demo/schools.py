"""The schools of the demo: six modules in summer, three in winter."""

from __future__ import annotations

from eventhub.demo import campus, partners
from eventhub.demo.shapes import MONDAY, DemoEvent, Line, Text, both, next_after
from eventhub.events.rules import Kind, SessionKind


def _module(
    first: int,
    last: int,
    places: int,
    speaker: tuple[str, str],
    title: Text,
    summary: Text,
    language: str = "en",
) -> Line:
    return Line(
        title=title, day=first, until=last - first, starts="10:00", ends="16:00", kind=SessionKind.MODULE,
        places=places, speakers=(speaker,), summary=summary, language=language,
    )  # fmt: skip


SUMMER_SCHOOL = DemoEvent(
    slug="international-summer-school",
    kind=Kind.SUMMER_SCHOOL,
    title=both("International Polytechnic Summer School", "Международная политехническая летняя школа"),
    summary=both(
        "Three weeks, six modules, white nights: courses, laboratories and company visits for students of partner "
        "universities.",
        "Три недели, шесть модулей, белые ночи: занятия, лаборатории и визиты в компании для студентов вузов-"
        "партнёров.",
    ),
    description=both(
        "Choose **one module**; the company visits and the city are for everybody. A module has 60 hours of classes "
        "and ends with a project that you show on the last day.\n\n### What is included\n\n- tuition, laboratories "
        "and materials\n- company visits and two excursions\n- a certificate with hours and credits\n\n### What to "
        "know before\n\nStudents who need a visa register **three months ahead**: the invitation takes time. A "
        "place in the dormitory can be asked for after registration.",
        "Выберите **один модуль**; визиты в компании и город — для всех. В модуле 60 часов занятий, в конце — "
        "проект, который вы показываете в последний день.\n\n### Что входит\n\n- обучение, лаборатории и "
        "материалы\n- визиты в компании и две экскурсии\n- сертификат с часами и кредитами\n\n### Что знать "
        "заранее\n\nТем, кому нужна виза, лучше регистрироваться **за три месяца**: приглашение готовится не "
        "сразу. Место в общежитии можно запросить после регистрации.",
    ),
    host=partners.UNIVERSITY,
    day=next_after(7, 5, MONDAY),
    days=19,
    starts="09:30",
    ends="18:00",
    topics=("energy", "ai", "manufacturing", "humanities"),
    accent="green",
    languages=("en", "ru"),
    venue=campus.RESEARCH,
    places=140,
    guests=30,
    price=both("45,000 ₽ a module; free for nominees of partners within their quota", "45 000 ₽ за модуль; для номинантов вузов-партнёров в пределах квоты бесплатно"),
    lines=(
        Line(title=both("Welcome", "Встреча"), starts="09:30", ends="10:30", kind=SessionKind.SOCIAL, room=campus.BLUE_HALL),
        _module(1, 11, 25, ("Ольга Вымыслова", partners.SPBPU),
                both("Smart manufacturing", "Умное производство"),
                both("From a drawing to a part, and back from the part to its data.", "От чертежа к детали и обратно — от детали к её данным.")),
        _module(1, 11, 25, ("李测试", partners.ZHEJIANG),
                both("Machine learning for engineers", "Машинное обучение для инженеров"),
                both("Few data, noisy data, data with a cost.", "Данные малые, шумные и недешёвые.")),
        _module(1, 11, 20, ("Väinö Näyte", partners.LUT),
                both("Hydrogen energy", "Водородная энергетика"),
                both("Make it, store it, burn it, count it.", "Получить, сохранить, сжечь, посчитать.")),
        _module(7, 17, 20, ("Carmen Muestra", partners.VALENCIA),
                both("Building in the cold", "Строительство в холодном климате"),
                both("Foundations, frost and a model house that leaks.", "Фундаменты, мороз и модель дома, которая протекает.")),
        _module(7, 17, 25, ("Hal Specimen", partners.CITY),
                both("Starting up across borders", "Стартап через границу"),
                both("A team from three countries, a customer from a fourth.", "Команда из трёх стран, клиент из четвёртой.")),
        _module(7, 17, 25, ("Татьяна Небылицына", partners.SPBPU),
                both("Russian language and city", "Русский язык и город"),
                both("Mornings in class, afternoons in trams, courtyards and museums.", "Утром — класс, днём — трамваи, дворы и музеи."), "ru"),
        Line(title=both("Company visit", "Визит в компанию"), day=4, starts="16:30", ends="18:00", kind=SessionKind.SOCIAL),
        Line(title=both("Projects and certificates", "Проекты и сертификаты"), day=18, starts="14:00", ends="17:00",
             kind=SessionKind.PLENARY, room=campus.BLUE_HALL),
    ),
)  # fmt: skip

WINTER_SCHOOL = DemoEvent(
    slug="international-winter-school",
    kind=Kind.WINTER_SCHOOL,
    title=both("International Polytechnic Winter School", "Международная политехническая зимняя школа"),
    summary=both(
        "Two weeks, three modules and a frozen gulf: a short intensive course in the quietest time of the year.",
        "Две недели, три модуля и замёрзший залив: короткий интенсив в самое тихое время года.",
    ),
    description=both(
        "Small groups, warm laboratories, long evenings. Each module has **40 hours** and an examination that "
        "partner universities recognise.\n\nBring boots. We lend skates.",
        "Малые группы, тёплые лаборатории, длинные вечера. В каждом модуле **40 часов** и экзамен, который "
        "признают вузы-партнёры.\n\nВозьмите ботинки. Коньки одолжим.",
    ),
    host=partners.UNIVERSITY,
    day=next_after(1, 22, MONDAY),
    days=12,
    starts="09:30",
    ends="18:00",
    topics=("physics", "digital", "humanities"),
    accent="sky",
    languages=("en",),
    venue=campus.RESEARCH,
    places=60,
    guests=20,
    price=both("30,000 ₽ a module", "30 000 ₽ за модуль"),
    lines=(
        Line(title=both("Welcome and warm tea", "Встреча и горячий чай"), starts="09:30", ends="10:30",
             kind=SessionKind.SOCIAL, room=campus.BLUE_HALL),
        _module(1, 10, 20, ("Emil Beispiel", partners.STUTTGART),
                both("3D design and digital fabrication", "3D-дизайн и цифровое производство"),
                both("One object a day, the last one on skates.", "По предмету в день, последний — на коньках.")),
        _module(1, 10, 20, ("吴样例", partners.TSINGHUA),
                both("Plasma physics", "Физика плазмы"),
                both("The fourth state of matter, and how to keep it in.", "Четвёртое состояние вещества и как его удержать.")),
        _module(1, 10, 20, ("Анна Примерова", partners.SPBPU),
                both("Open your mind to Russia", "Открой для себя Россию"),
                both("History, economy and the language of the queue.", "История, экономика и язык очереди.")),
        Line(title=both("A walk on the ice of the gulf", "Прогулка по льду залива"), day=5, starts="17:00",
             ends="18:00", kind=SessionKind.SOCIAL,
             summary=both("Only if the ice is thick enough; else a museum.", "Если лёд достаточно толстый; иначе музей.")),
        Line(title=both("Examination and certificates", "Экзамен и сертификаты"), day=11, starts="10:00",
             ends="14:00", kind=SessionKind.PLENARY, room=campus.BLUE_HALL),
    ),
)  # fmt: skip

SCHOOLS = (SUMMER_SCHOOL, WINTER_SCHOOL)
