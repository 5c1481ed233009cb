"""What people type into the application, right and wrong, question by question."""

from datetime import date, timedelta

from portal.db import today
from portal.domain.applying.application import Company, Idea, LegalStatus, NeedsAnswer, Precept
from portal.domain.choices import (
    Education,
    Heard,
    Home,
    Interpreter,
    Marital,
    Messenger,
    Need,
    Reply,
    TravelWish,
)
from portal.domain.dates import PartOfDate
from portal.domain.people import Gender, Paper, PaperPlace

NEXT_YEAR = date(today().year + 1, 5, 1)


def typed_day(name, day):
    """A date as three fields."""
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


# What is typed, and what is kept of it.
GOOD = [
    ("language", {"language": "uz", "interpreter": "y"}, {"language": "uz", "interpreter": True}),
    ("language", {"language": "und"}, {"language": "und", "interpreter": False}),
    (
        "name",
        {"given_names": " ამინა ", "family_name": "Юсупова"},
        {"given_names": "ამინა", "family_name": "Юсупова"},
    ),
    (
        "birth",
        {"born_on-day": "٢٧", "born_on-month": "٣", "born_on-year": "٢٠٠٢"},
        {"born_on": date(2002, 3, 27)},
    ),
    (
        "person",
        {"gender": "not_stated", "citizenship": "UZ"},
        {"gender": Gender.NOT_STATED, "citizenship": "UZ"},
    ),
    (
        "contact",
        {"phone": "5123 4567", "email": "", "other_contact": ""},
        {"phone": "+37251234567", "email": None, "other_contact": None},
    ),
    ("contact", {"other_contact": "Telegram @amina"}, {"phone": None, "other_contact": "Telegram @amina"}),
    ("status", {"status": "dont_know"}, {"status": LegalStatus.DONT_KNOW}),
    (
        "precept",
        {
            "precept": "with_deadline",
            "precept_deadline-day": "1",
            "precept_deadline-month": "12",
            "precept_deadline-year": "2026",
        },
        {"precept": Precept.WITH_DEADLINE, "precept_deadline": date(2026, 12, 1)},
    ),
    ("precept", {"precept": "with_deadline"}, {"precept": Precept.WITH_DEADLINE, "precept_deadline": None}),
    (
        "precept",
        {"precept": "none", "precept_deadline-day": "31", "precept_deadline-month": "2"},
        {"precept": Precept.NONE, "precept_deadline": None},
    ),
    ("country", {"country": "GE", "place": "Batumi"}, {"country": "GE", "place": "Batumi"}),
    ("company", {"company": "family"}, {"company": Company.FAMILY}),
    (
        "papers",
        {"paper": "passport", "paper_place": "police"},
        {"paper": Paper.PASSPORT, "paper_place": PaperPlace.POLICE},
    ),
    ("papers", {}, {"paper": None, "paper_place": None}),
    (
        "needs",
        {"needs": "yes", "needs_words": "Insulin\r\ntwice a day"},
        {"needs": NeedsAnswer.YES, "needs_words": "Insulin\ntwice a day"},
    ),
    ("needs", {"needs": "no", "needs_words": "Insulin"}, {"needs": NeedsAnswer.NO, "needs_words": None}),
    (
        "ideas",
        {"ideas": ["job", "training"], "ideas_words": ""},
        {"ideas": {Idea.JOB, Idea.TRAINING}, "ideas_words": None},
    ),
    (
        "language",
        {"language": "ar", "interpreter": "y", "interpreter_gender": "woman"},
        {"interpreter_gender": Interpreter.WOMAN},
    ),
    ("language", {"language": "ar", "interpreter_gender": "woman"}, {"interpreter_gender": None}),
    (
        "other-names",
        {"original_name": "أمينة يوسفوفا", "other_names": "Karimova"},
        {"original_name": "أمينة يوسفوفا", "other_names": "Karimova"},
    ),
    (
        "birth",
        {"born_on-day": "", "born_on-month": "", "born_on-year": "٢٠٠٢"},
        {"born_on": PartOfDate(2002)},
    ),
    ("birth", {"born_on-month": "3", "born_on-year": "2002"}, {"born_on": PartOfDate(2002, 3)}),
    (
        "birthplace",
        {"birth_country": "UZ", "birth_place": "Buxoro"},
        {"birth_country": "UZ", "birth_place": "Buxoro"},
    ),
    ("person", {"gender": "female", "citizenship": "XX"}, {"citizenship": "XX"}),
    (
        "citizenships",
        {"second_citizenship": "GE", "third_citizenship": ""},
        {"second_citizenship": "GE", "third_citizenship": None},
    ),
    ("marital", {"marital": "not_stated"}, {"marital": Marital.NOT_STATED}),
    ("contact", {"phone": "(٥١٢٣) ٤٥-٦٧"}, {"phone": "+37251234567"}),
    (
        "more-contact",
        {"messengers": ["viber", "whatsapp"], "second_phone": "\u00a0+998 90 123\u200945\u200967 "},
        {"messengers": {Messenger.VIBER, Messenger.WHATSAPP}, "second_phone": "+998901234567"},
    ),
    (
        "safe-contact",
        {"safe_to_call": "no", "safe_to_write": "dont_know", "safe_hours": "после 18"},
        {"safe_to_call": Reply.NO, "safe_to_write": Reply.DONT_KNOW, "safe_hours": "после 18"},
    ),
    ("home", {"home": "none", "address": "Kopli 1"}, {"home": Home.NONE, "address": None}),
    ("home", {"home": "address", "address": "Kopli 1"}, {"home": Home.ADDRESS, "address": "Kopli 1"}),
    (
        "emergency",
        {"emergency_name": "Зухра", "emergency_phone": "+998 90 765 43 21", "emergency_relation": "mother"},
        {"emergency_name": "Зухра", "emergency_phone": "+998907654321", "emergency_relation": "mother"},
    ),
    ("arrival", {"arrived_on-year": "2023"}, {"arrived_on": PartOfDate(2023)}),
    ("appeal", {"appeal": "dont_know"}, {"appeal": Reply.DONT_KNOW}),
    (
        "detention",
        {"detained": "yes", "detained_at": "Soodevahe"},
        {"detained": Reply.YES, "detained_at": "Soodevahe"},
    ),
    ("detention", {"detained": "no", "detained_at": "x"}, {"detained": Reply.NO, "detained_at": None}),
    ("pending", {"pending": "in_person"}, {"pending": Reply.IN_PERSON}),
    (
        "earlier",
        {"earlier_return": "yes", "earlier_return_on-year": "2019", "earlier_return_from": "PL"},
        {
            "earlier_return": Reply.YES,
            "earlier_return_on": PartOfDate(2019),
            "earlier_return_from": "PL",
        },
    ),
    ("earlier", {"earlier_return": "no", "earlier_return_on-month": "13"}, {"earlier_return_on": None}),
    ("heard", {"heard_from": "internet"}, {"heard_from": Heard.INTERNET}),
    ("right-to-live", {"right_to_live": "yes"}, {"right_to_live": Reply.YES}),
    (
        "waiting",
        {"somebody_waiting": "yes", "waiting_words": "мама"},
        {"somebody_waiting": Reply.YES, "waiting_words": "мама"},
    ),
    ("dates", {"travel_wish": "soon"}, {"travel_wish": TravelWish.SOON, "travel_from": None}),
    (
        "dates",
        {"travel_wish": "dates", **typed_day("travel_from", NEXT_YEAR)},
        {"travel_wish": TravelWish.DATES, "travel_from": NEXT_YEAR, "travel_until": None},
    ),
    ("fear", {"fear": "in_person", "fear_words": "x"}, {"fear": Reply.IN_PERSON, "fear_words": None}),
    (
        "paper-details",
        {"paper_number": "FA 1234567", "paper_country": "UZ", **typed_day("paper_expires", NEXT_YEAR)},
        {"paper_number": "FA 1234567", "paper_country": "UZ", "paper_expires": NEXT_YEAR},
    ),
    ("loss", {"loss_reported": "no"}, {"loss_reported": Reply.NO}),
    (
        "needs",
        {"needs": "yes", "needs_kinds": ["medicine", "walking"]},
        {"needs": NeedsAnswer.YES, "needs_kinds": {Need.MEDICINE, Need.WALKING}},
    ),
    (
        "airport",
        {"airport_help": "yes", "airport_help_words": "wheelchair"},
        {"airport_help": Reply.YES, "airport_help_words": "wheelchair"},
    ),
    ("place-to-stay", {"place_to_stay": "yes"}, {"place_to_stay": Reply.YES}),
    ("safe-alone", {"safe_alone": "no"}, {"safe_alone": Reply.NO}),
    (
        "forced",
        {"forced": "yes", "forced_words": "I worked 🙁 without pay"},
        {"forced": Reply.YES, "forced_words": "I worked 🙁 without pay"},
    ),
    ("education", {"education": "vocational"}, {"education": Education.VOCATIONAL}),
    (
        "work",
        {"work_words": "Пекарня", "skills_words": "Sewing"},
        {"work_words": "Пекарня", "skills_words": "Sewing"},
    ),
    ("spoken", {"spoken": "Oʻzbekcha, русский"}, {"spoken": "Oʻzbekcha, русский"}),
]

SOON = today() + timedelta(days=2)
NO_DATE, NO_YEAR = "This is not a date.", "Check the year."
IN_LETTERS = "Write the name in letters, without pictures or signs."
NO_MORE = "This country does not exist any more. Choose the country as it is called today."
FILL_IN, CHOOSE, FROM_LIST = "Fill this in.", "Choose one.", "Choose from the list."

# What is typed, what is told about it, and what of it must still be there.
BAD = [
    ("language", {}, CHOOSE, ""),
    ("language", {"language": "xx", "interpreter": "y"}, FROM_LIST, "checked"),
    ("name", {"given_names": "", "family_name": "Юсупова"}, FILL_IN, 'value="Юсупова"'),
    ("name", {"given_names": "\x00", "family_name": "Юсупова"}, FILL_IN, 'value="Юсупова"'),
    ("name", {"given_names": "x" * 5000, "family_name": "y"}, "at most 100 characters", "x" * 5000),
    ("name", {"given_names[]": "Amina", "family_name[]": "Y"}, FILL_IN, ""),
    (
        "birth",
        {"born_on-day": "31", "born_on-month": "2", "born_on-year": "2002"},
        NO_DATE,
        'value="31"',
    ),
    ("birth", {"born_on-day": "27", "born_on-month": "", "born_on-year": "2002"}, NO_DATE, 'value="2002"'),
    (
        "birth",
        {
            "born_on-day": str(SOON.day),
            "born_on-month": str(SOON.month),
            "born_on-year": str(SOON.year),
        },
        NO_YEAR,
        f'value="{SOON.year}"',
    ),
    ("birth", {"born_on-day": "1" * 5000}, NO_DATE, 'value="1111111111"'),
    ("birth", {"born_on": "2002-03-27"}, FILL_IN, ""),
    ("birth", {"born_on-month": "13", "born_on-year": "2002"}, "If you do not know the day", 'value="13"'),
    ("birth", {"born_on-day": "27"}, "If you do not know the day", 'value="27"'),
    ("birth", {"born_on-year": "1850"}, NO_YEAR, 'value="1850"'),
    ("birth", {"born_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("birth", {"born_on-day": "29", "born_on-month": "2", "born_on-year": "2001"}, NO_DATE, 'value="29"'),
    ("name", {"given_names": "x" * 200, "family_name": "y"}, "Use at most 100 characters.", "x" * 200),
    ("name", {"given_names": "Amina 🌸", "family_name": "Y"}, IN_LETTERS, 'value="Amina 🌸"'),
    ("name", {"given_names": "Amina", "family_name": "---"}, "A name has letters.", 'value="---"'),
    ("other-names", {"original_name": "☀", "other_names": "Karimova"}, IN_LETTERS, 'value="Karimova"'),
    ("person", {"gender": "female", "citizenship": "SU"}, NO_MORE, "checked"),
    ("birthplace", {"birth_country": "YU", "birth_place": "Niš"}, NO_MORE, 'value="Niš"'),
    ("country", {"country": "AN", "place": "Batumi"}, NO_MORE, 'value="Batumi"'),
    ("emergency", {"emergency_phone": "90 123 45 67"}, "Write the number with +", 'value="90 123 45 67"'),
    ("earlier", {"earlier_return": "yes", "earlier_return_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("arrival", {"arrived_on-year": "2999"}, NO_YEAR, 'value="2999"'),
    ("detention", {"detained": "dont_know", "detained_at": "x"}, CHOOSE, 'value="x"'),
    ("dates", {"travel_wish": "dates", **typed_day("travel_from", date(2020, 1, 1))}, "in the past", "2020"),
    (
        "dates",
        {
            "travel_wish": "dates",
            **typed_day("travel_from", NEXT_YEAR),
            **typed_day("travel_until", today() + timedelta(days=1)),
        },
        "This day is before the first one.",
        f'value="{NEXT_YEAR.year}"',
    ),
    ("person", {"gender": "robot", "citizenship": "UZ"}, CHOOSE, '<option selected value="UZ">'),
    ("person", {"gender": "other", "citizenship": "ZZZ"}, FROM_LIST, "checked"),
    ("contact", {}, "at least one way to reach you", ""),
    ("contact", {"phone": "soon", "email": "a@b"}, "This is not a phone number.", 'value="soon"'),
    ("status", {"status": "citizen"}, CHOOSE, ""),
    ("precept", {}, CHOOSE, ""),
    (
        "precept",
        {"precept": "with_deadline", "precept_deadline-day": "31", "precept_deadline-month": "2"},
        NO_DATE,
        'value="31"',
    ),
    ("country", {"country": "Atlantis", "place": "Batumi"}, FROM_LIST, 'value="Batumi"'),
    ("company", {"company": "friends"}, CHOOSE, ""),
    ("papers", {"paper": "library_card"}, CHOOSE, ""),
    ("needs", {"needs": "maybe", "needs_words": "Insulin"}, CHOOSE, "Insulin"),
    ("needs", {"needs": "yes", "needs_words": "y" * 5000}, "at most 4000 characters", "y" * 5000),
    ("ideas", {"ideas": ["job", "crime"], "ideas_words": "Sewing"}, FROM_LIST, "Sewing"),
    ("decision", {"voluntary": "y"}, "Tick this box", "checked"),
    ("consents", {"partner": "y"}, "Tick this box", "checked"),
]
