"""One name in many scripts and spellings: which are found, and which must not be taken for each other.

Of each pair the left is kept in a case and the right is typed. With `~` only the sound is alike:
such cases are shown when nobody is written like this, and the page says so.
"""

import pytest

from portal.domain import search

FOUND = """
# Russian
Иванова = ivanova | Иванова = IWANOWA | Иванова = Iwan | Ivanova = Иванова | Ольга Иванова = ivanova olga
Юсупова = Iusupova | Yulia = Юлия | Julia = Юлия | Дмитрий = Dmitrii | Dmitriy = Дмитрий | Фёдор = Fedor
Fyodor = Фёдор | Щербаков = Shcherbakov | Tschernow = Чернов | Žukov = Жуков | Kseniia = Ксения | Цой = Tsoi
Алексей = Alexey | Aleksei = Alexei | Соловьёв = Soloviev | Елена = Yelena
# Ukrainian, Moldovan
Сергій = Serhii | Сергій = Sergiy | Ющенко = Iushchenko | Чебан = Ceban | Victor = Виктор
Munteanu = Мунтяну ~
# Georgian
გიორგი = giorgi | Giorgi = გიორგი | გიორგი = Гиорги | Giorgi = Georgi | Kvaratskhelia = კვარაცხელია
ჭიღვარია = Chighvaria | Mchedlishvili = მჭედლიშვილი
ყიფიანი = Kipiani | Beridze = ბერიძე
Джапаридзе = Japaridze
# Uzbek, Tajik, Kyrgyz, Kazakh: Latin and Cyrillic
Xurshid = Хуршид | Хуршид = xurshid | Khurshid = Xurshid | Oʻtkir = Ўткир | Ўткир = O'tkir
Otkir = Oʻtkir
G‘ofur = Ғофур | Shahnoza = Шаҳноза | Шахноза = Shahnoza | Qodirova = Қодирова | Кадырова = Qodirova ~
Жамол = Jamol | Jamshid = Джамшид | Rahimov = Рахимов | Raximov = Rahimov | Бобур = Babur ~
Yuldasheva = Юлдашева
Нұрсұлтан = Nursultan | Өмүрбек = Omurbek | Dilfuza = Дилфуза
# Arabic, Persian, Dari
محمد = Muhammad | Mohammed = محمد | محمد = Мухаммад | Mohamed = Muhammad ~ | فاطمة = Fatima
Fatimah = فاطمة
يوسف = Yusuf | Youssef = يوسف | الحسن = Hassan | عبد الرحمن = Abdulrahman | Abdul Rahman = عبدالرحمن
Abdelrahman = Abdul Rahman | خديجة = Khadija | عثمان = Osman | Uthman = عثمان | قاسم = Qasem | Walid = وليد
نوید = Navid | Maryam = مریم | زهره = Zohreh
# Amharic, Tigrinya
ተስፋዬ = Tesfaye | Tesfaye = ተስፋዬ | አበበ = Abebe | ገብረ መድኅን = Gebre Medhin ~ | ሰላም = Selam | ዮሐንስ = Yohannes ~
# Turkish, Azerbaijani, Estonian, Armenian, Hebrew
Əliyev = Алиев ~ | Aliyev = Алиев | Şahin = Шахин | Õunapuu = Ounapuu | Müller = Mueller | Pärn = Paern
Արմեն = Armen | Anne-Mai = anne mai | יוסף = Yosef
"""

APART = """
# One letter makes another person
Ivanova = Ivanenko | Petrova = Petrenko | Иванов = Иваненко | Ivanov = Ivanova ~
Marina = Mariana ~ | Karina = Katrina
Иван = Игорь | Olga = Oleg ~ | Anna = Hanna | Irina = Marina | Лариса = Марина | Kalle = Malle
Mart = Marta ~
Daler = Diler Rahimov | Rustam = Rustem Akhmedov | Алиев = Салиев | Karimov = Rahimov | Каримов = Саримов
Sobirov = Nosirov | Азимова = Хакимова | Umarov = Amonov | Ergashev = Ergeshova ~ | Shukurov = Sharipov
# A word more, an ending, a middle
Olga Ivanova = olga petrova | Ivanova = vanova | Ivanova = ivanovax ~
Amina Yusupova = amina karimova | Ali = Alisher
Li = Lian | Abdurahmon = rahmon | Kobakhidze = bakhidze
# Across scripts
გიორგი = Grigol | Giorgi = გრიგოლ | თამარი = Tatia | ნინო = Nona Beridze | ბერიძე = Berishvili
Lomidze = ლომიშვილი
Иванова = ივანიძე | Хуршид = Rashid | Ўткир = Botir | Жамол = Kamol | Шаҳноза = Shahlo | Ғофур = Zafar
Қодирова = Sodiqova | Qodirova = Nodirova | Oʻtkir = Otabek | Нұрсұлтан = Nurbolat | Bekzod = Бехруз
محمد = Ahmad | محمد = Hamid | Muhammad = احمد | فاطمة = Farida | يوسف = Yunus | Yusuf = يونس
خديجة = Halima
عثمان = Sulayman | Hassan = حليم | عبد الرحمن = Abdulkarim | Abdullah = عبد الكريم | قاسم = Karim
زهرا = Zaynab
ተስፋዬ = Tadesse | Tesfaye = ታደሰ | አበበ = Alemu | ሰላም = Salomon | Haile = ኃይሉ ለማ | Kebede = ከበደች
Արմեն = Arman Sargsyan | Əliyev = Quliyev | Müller = Möller Karl | יוסף = Yaakov | Šahin = Şaban
"""


def pairs(text: str) -> list[tuple[str, str, bool]]:
    """(kept, typed, whether only the sound decides)."""
    lines = [line for line in text.strip().splitlines() if not line.startswith("#")]
    found = []
    for pair in " | ".join(lines).split(" | "):
        kept, typed = pair.split(" = ")
        found.append((kept.strip(), typed.removesuffix("~").strip(), typed.endswith("~")))
    return found


def finds(kept: str, typed: str, *, similar: bool) -> bool:
    """Whether a case of this name has a key for each word that was typed."""
    keys, question = search.keys([kept]).keys(), search.asked(typed)
    return bool(question) and all((each.similar if similar else each.exact) & keys for each in question)


@pytest.mark.parametrize(("kept", "typed", "by_sound"), pairs(FOUND))
def test_a_name_is_found_in_another_script_or_spelling(keyring, kept, typed, by_sound):
    assert (finds(kept, typed, similar=False), finds(kept, typed, similar=True)) == (not by_sound, True)


@pytest.mark.parametrize(("kept", "typed", "by_sound"), pairs(APART))
def test_another_name_is_not_found_and_few_sound_alike(keyring, kept, typed, by_sound):
    assert (finds(kept, typed, similar=False), finds(kept, typed, similar=True)) == (False, by_sound)


def test_the_tables_are_as_long_as_they_must_be():
    assert (len(pairs(FOUND)) >= 60, len([pair for pair in pairs(APART) if not pair[2]]) >= 60) == (
        True,
        True,
    )
