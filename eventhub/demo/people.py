"""Sixty people from twelve countries who do not exist: their surnames say so in their own languages."""

from __future__ import annotations

from eventhub.demo import partners
from eventhub.demo.shapes import Person

# (country, language of letters, organisation): surnames are words for example, sample, test, model or fiction.
_NAMES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("RU", "ru", partners.SPBPU, (
        "Анна Примерова", "Пётр Выдумкин", "Мария Тестова", "Иван Небывалов", "Ольга Вымыслова",
        "Сергей Шаблонов", "Елена Макетова", "Дмитрий Примеров", "Татьяна Небылицына", "Алексей Тестов",
    )),
    ("CN", "en", partners.ZHEJIANG, ("王示例", "李测试", "张样本", "陈虚构", "刘范例")),
    ("CN", "en", partners.TSINGHUA, ("赵试验", "黄假设", "周模板", "吴样例", "Li Shili")),
    ("DE", "en", partners.HANNOVER, ("Erika Mustermann", "Max Mustermann", "Lena Beispiel")),
    ("DE", "en", partners.STUTTGART, ("Jonas Musterfrau", "Greta Probe", "Emil Beispiel")),
    ("DE", "en", partners.BERLIN, ("Frieda Vorlage", "Otto Muster", "Käthe Beispiel")),
    ("AT", "en", partners.GRAZ, ("Sophie Musterbauer", "Lukas Beispiel", "Resi Muster", "Franz Vorlage")),
    ("ES", "en", partners.VALENCIA, ("Lucía Ejemplo", "Íñigo Prueba", "Carmen Muestra", "Jordi Exemple")),
    ("IT", "en", partners.MILAN, ("Giulia Esempio", "Mario Prova", "Chiara Campione", "Nicolò Esempio")),
    ("FI", "en", partners.LUT, ("Aino Esimerkki", "Matti Malli", "Väinö Näyte", "Helmi Esimerkki")),
    ("GB", "en", partners.CITY, ("Ada Example", "Tom Placeholder", "Zoë Sample", "Hal Specimen")),
    ("BR", "en", partners.SAO_PAULO, ("João Exemplo", "Ana Modelo", "Conceição Amostra")),
    ("IN", "en", partners.DELHI, ("Asha Udaharan", "Ravi Namuna", "Meera Udaharan")),
    ("EG", "en", partners.CAIRO, ("ليلى مثال", "عمر نموذج", "سارة تجربة")),
    ("KR", "en", partners.SEOUL, ("Minji Yesi", "Joon Gasang")),
)  # fmt: skip

PEOPLE = tuple(
    Person(full_name=name, country=country, organisation=organisation, language=language)
    for country, language, organisation, names in _NAMES
    for name in names
)
