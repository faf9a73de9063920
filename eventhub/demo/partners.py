"""The university, its ten strategic partners and the WC2 network, by the names that they use in public."""

from __future__ import annotations

from eventhub.demo.shapes import both

UNIVERSITY = both(
    "Peter the Great St. Petersburg Polytechnic University",
    "Санкт-Петербургский политехнический университет Петра Великого",
)
OFFICE = both(
    "International office of the Polytechnic University", "Международная служба Политехнического университета"
)
WC2 = both("WC2 University Network", "Сеть университетов WC2")

HANNOVER = "Leibniz Universität Hannover"
STUTTGART = "Universität Stuttgart"
BERLIN = "Technische Universität Berlin"
GRAZ = "Technische Universität Graz"
VALENCIA = "Universitat Politècnica de València"
MILAN = "Politecnico di Milano"
LUT = "LUT University"
CITY = "City St George’s, University of London"
TSINGHUA = "Tsinghua University"
ZHEJIANG = "Zhejiang University"
STRATEGIC = (HANNOVER, STUTTGART, BERLIN, GRAZ, VALENCIA, MILAN, LUT, CITY, TSINGHUA, ZHEJIANG)

SPBPU = UNIVERSITY["en"]
SEOUL = "Seoul National University"
DELHI = "University of Delhi"
SAO_PAULO = "Universidade de São Paulo"
CAIRO = "Cairo University"

NAMES_IN_RUSSIAN = {
    HANNOVER: "Ганноверский университет имени Лейбница",
    STUTTGART: "Штутгартский университет",
    BERLIN: "Берлинский технический университет",
    GRAZ: "Грацский технический университет",
    VALENCIA: "Политехнический университет Валенсии",
    MILAN: "Миланский технический университет",
    LUT: "Университет LUT",
    CITY: "Лондонский университет Сити — Сент-Джорджес",
    TSINGHUA: "Университет Цинхуа",
    ZHEJIANG: "Чжэцзянский университет",
    SEOUL: "Сеульский национальный университет",
    DELHI: "Делийский университет",
    SAO_PAULO: "Университет Сан-Паулу",
    CAIRO: "Каирский университет",
}


KNOWN = (*STRATEGIC, SEOUL, DELHI, SAO_PAULO, CAIRO)
COUNTRIES = {
    SPBPU: "RU",
    HANNOVER: "DE",
    STUTTGART: "DE",
    BERLIN: "DE",
    GRAZ: "AT",
    VALENCIA: "ES",
    MILAN: "IT",
    LUT: "FI",
    CITY: "GB",
    TSINGHUA: "CN",
    ZHEJIANG: "CN",
    SEOUL: "KR",
    DELHI: "IN",
    SAO_PAULO: "BR",
    CAIRO: "EG",
}


def named(partner: str) -> dict[str, str]:
    """The partner's name in both languages."""
    return both(partner, NAMES_IN_RUSSIAN[partner])


def host(partner: str) -> dict[str, str]:
    """The partner as a host, together with the university."""
    return both(
        f"{UNIVERSITY['en']} with {partner}",
        f"{UNIVERSITY['ru']}, партнёр: {NAMES_IN_RUSSIAN[partner]}",
    )
