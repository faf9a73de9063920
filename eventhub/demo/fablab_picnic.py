"""FabLabPicnik of the demo: twenty stands in three areas, and eight workshops with places to book."""

from __future__ import annotations

from eventhub.demo import campus, partners
from eventhub.demo.shapes import SATURDAY, DemoEvent, Line, Part, Text, both, next_after
from eventhub.events.rules import Kind, SessionKind

_TOUCH, _BUILD, _GROW = "Touch", "Build", "Grow"

# Area, maker, title, what one does there.
_STANDS: tuple[tuple[str, str, Text, Text], ...] = (
    (_TOUCH, "Анна Примерова", both("The singing saw", "Поющая пила"), both("Draw the bow, bend the blade, hit a note.", "Ведите смычок, гните полотно, попадите в ноту.")),
    (_TOUCH, "Max Mustermann", both("A wall of gears", "Стена шестерёнок"), both("Add a wheel and see whether it still turns.", "Добавьте колесо и посмотрите, крутится ли.")),
    (_TOUCH, "王示例", both("Shadow theatre of sensors", "Теневой театр на датчиках"), both("Your hand is the puppet, a camera plays the music.", "Рука — кукла, а музыку играет камера.")),
    (_TOUCH, "Giulia Esempio", both("Chairs out of cardboard", "Стулья из картона"), both("Sit first, then believe.", "Сначала сядьте, потом поверите.")),
    (_TOUCH, "Иван Небывалов", both("Lightning in a jar", "Молния в банке"), both("A small Tesla coil behind a large glass.", "Маленькая катушка Теслы за большим стеклом.")),
    (_TOUCH, "João Exemplo", both("A drum machine of buckets", "Драм-машина из вёдер"), both("Eight buckets, eight magnets, one beat.", "Восемь вёдер, восемь магнитов, один ритм.")),
    (_TOUCH, "Zoë Sample", both("Letters from a plotter", "Письма плоттером"), both("Dictate a line and take it home in ink.", "Продиктуйте строку и заберите её чернилами.")),
    (_BUILD, "Сергей Шаблонов", both("A bridge of spaghetti", "Мост из спагетти"), both("Which one carries a kettle?", "Какой удержит чайник?")),
    (_BUILD, "Lukas Beispiel", both("Cast your own coin", "Отлейте свою монету"), both("Tin, sand and a steady hand.", "Олово, песок и твёрдая рука.")),
    (_BUILD, "Matti Malli", both("Birch-bark boxes", "Берестяные короба"), both("Fold, lock, no glue.", "Сложить, защёлкнуть — без клея.")),
    (_BUILD, "Елена Макетова", both("A tram of your own", "Свой трамвай"), both("Paint it, put it on the rails, ring the bell.", "Раскрасьте, поставьте на рельсы, звоните.")),
    (_BUILD, "Ravi Namuna", both("Toys from bicycle parts", "Игрушки из велодеталей"), both("Chains become snakes.", "Цепи становятся змеями.")),
    (_BUILD, "Jordi Exemple", both("Kites for no wind", "Змеи для безветрия"), both("They fly when you walk.", "Летают, когда вы идёте.")),
    (_BUILD, "Пётр Выдумкин", both("Radio in an hour", "Радио за час"), both("Six parts and a potato.", "Шесть деталей и картофелина.")),
    (_GROW, "Asha Udaharan", both("A garden in a pipe", "Огород в трубе"), both("Lettuce that waters itself.", "Салат, который поливает себя сам.")),
    (_GROW, "Aino Esimerkki", both("Bees with a balance", "Пчёлы на весах"), both("What a hive weighs at noon.", "Сколько весит улей в полдень.")),
    (_GROW, "Ольга Вымыслова", both("Paper from grass", "Бумага из травы"), both("Mow, cook, press, write.", "Скосить, сварить, отжать, написать.")),
    (_GROW, "Minji Yesi", both("Dyes from the kitchen", "Краски с кухни"), both("Onion, beetroot, red cabbage.", "Лук, свёкла, красная капуста.")),
    (_GROW, "Алексей Тестов", both("A weather station for a balcony", "Метеостанция на балкон"), both("Your balcony joins the map.", "Ваш балкон появится на карте.")),
    (_GROW, "Hal Specimen", both("Repair café", "Ремонтное кафе"), both("Bring what is broken, repair it together.", "Принесите сломанное, починим вместе.")),
)  # fmt: skip

# From, to, room, language, places, from which age on, whether with an adult, title, who may come.
_WORKSHOPS: tuple[tuple[str, str, str, str, int, int | None, bool, Text, Text], ...] = (
    ("11:30", "12:30", campus.PAVILION, "ru", 12, 8, True, both("Soldering for families", "Пайка для всей семьи"), both("From 8 years on, with an adult.", "С 8 лет, вместе со взрослым.")),
    ("11:30", "13:00", campus.STAGE, "en", 15, 10, False, both("Draw with code", "Рисуем кодом"), both("From 10 years on.", "С 10 лет.")),
    ("13:00", "14:00", campus.PAVILION, "ru", 12, 10, False, both("First 3D print", "Первая 3D-печать"), both("From 10 years on.", "С 10 лет.")),
    ("13:00", "14:30", campus.MEADOW, "ru", 20, None, False, both("Rockets of water", "Водяные ракеты"), both("Any age; you will get wet.", "Любой возраст; вы намокнете.")),
    ("14:30", "15:30", campus.PAVILION, "en", 12, 12, False, both("Sew a light into a sleeve", "Вшиваем свет в рукав"), both("From 12 years on.", "С 12 лет.")),
    ("14:30", "16:00", campus.STAGE, "ru", 10, 14, False, both("Laser-cut lantern", "Фонарь на лазерном резаке"), both("From 14 years on.", "С 14 лет.")),
    ("16:00", "17:00", campus.PAVILION, "ru", 12, 12, False, both("Take a phone apart", "Разбираем телефон"), both("From 12 years on.", "С 12 лет.")),
    ("16:30", "17:30", campus.MEADOW, "en", 20, 6, True, both("Robot football", "Робофутбол"), both("From 6 years on, with an adult.", "С 6 лет, вместе со взрослым.")),
)  # fmt: skip


def _stand(area: str, maker: str, title: Text, summary: Text) -> Line:
    return Line(
        title=title, starts="11:00", ends="19:00", kind=SessionKind.STAND, room=campus.MEADOW, section=area,
        language="ru", summary=summary, speakers=((maker, ""),),
    )  # fmt: skip


def _workshop(
    starts: str,
    ends: str,
    room: str,
    language: str,
    places: int,
    age: int | None,
    with_adult: bool,
    title: Text,
    summary: Text,
) -> Line:
    return Line(
        title=title, starts=starts, ends=ends, kind=SessionKind.WORKSHOP, room=room, language=language,
        summary=summary, places=places, age_min=age, adult_required=with_adult,
    )  # fmt: skip


FABLAB_PICNIC = DemoEvent(
    slug="fablab-picnik",
    kind=Kind.FABLAB_PICNIK,
    title=both("FabLabPicnik", "FabLabPicnik"),
    summary=both(
        "A festival of makers under the open sky: twenty stands to touch and eight workshops for all ages.",
        "Фестиваль мейкеров под открытым небом: двадцать стендов, где всё можно трогать, и восемь мастер-классов.",
    ),
    description=both(
        "Fab Lab Polytech carries its machines out into the park. You may touch everything, and take home what you "
        "have made.\n\n- Stands are open **from 11 to 19**; no ticket for a single stand is needed\n- Workshops have "
        "few places: choose them when you register\n- Children under 14 come with an adult\n\nIn the rain the "
        "workshops move into the tent and the stands into the Main Building; the tickets stay valid.",
        "Фаблаб Политех выносит станки в парк. Трогать можно всё, а сделанное — унести домой.\n\n- Стенды открыты "
        "**с 11 до 19**; отдельный билет на стенд не нужен\n- На мастер-классах мало мест: выберите их при "
        "регистрации\n- Дети до 14 лет приходят со взрослым\n\nВ дождь мастер-классы переезжают в шатёр, стенды — в "
        "Главное здание; билеты остаются в силе.",
    ),
    host=both("Fab Lab Polytech", "Фаблаб Политех"),
    day=next_after(5, 24, SATURDAY),
    starts="11:00",
    ends="19:00",
    topics=("making", "arts"),
    accent="orange",
    venue=campus.PARK,
    places=1500,
    takes_parties=True,
    guests=36,
    parts=(
        Part(title=both(_TOUCH, "Потрогать")),
        Part(title=both(_BUILD, "Построить")),
        Part(title=both(_GROW, "Вырастить")),
    ),
    checks_sessions=True,
    gates=(both("Gate by the metro", "Вход от метро"), both("Gate by the Main Building", "Вход от Главного здания")),
    lines=(
        *(_workshop(*one) for one in _WORKSHOPS),
        *(_stand(*one) for one in _STANDS),
        Line(
            title=both("Parade of inventions", "Парад изобретений"), starts="18:00", ends="18:45",
            kind=SessionKind.SOCIAL, room=campus.STAGE, speakers=(("Helmi Esimerkki", partners.LUT),),
            summary=both("Everything that rolls, walks or flies.", "Всё, что катится, ходит или летает."),
        ),
    ),
)  # fmt: skip
