"""The made-up people of the demonstration: nobody of this name returned from anywhere."""

from dataclasses import dataclass
from datetime import date

from portal.db import today
from portal.domain.cases import CaseState as S
from portal.domain.people import Gender
from portal.domain.permissions import Role

PASSWORD = "practice makes perfect"  # noqa: S105 - everybody's in the demonstration, and printed


@dataclass(frozen=True)
class Staff:
    """Somebody who works with cases; `organisation` is the index of a partner organisation."""

    login: str
    name: str
    role: Role
    language: str
    organisation: int | None = None


@dataclass(frozen=True)
class Migrant:
    """Somebody who may return, and how far the case has come. `extra` names what else happened."""

    login: str
    given_names: str
    family_name: str
    gender: Gender
    born_on: date
    country: str
    language: str
    state: S
    extra: str = ""
    original_name: str = ""
    speaks: str = ""
    """A language the portal has no pages in; `language` is that of the pages."""


ORGANISATIONS = (
    ("Return and Reintegration Office Tashkent", "UZ", "12 Navoi Street, Tashkent", "+998 71 200 00 00"),
    ("Homecoming Centre Tbilisi", "GE", "5 Kostava Street, Tbilisi", "+995 32 200 00 00"),
)

STAFF = (
    Staff("clara", "Clara Tamm", Role.COUNSELLOR, "en"),
    Staff("kalle", "Kalle Mets", Role.COUNSELLOR, "et"),
    Staff("aino", "Aino Kask", Role.APPROVER, "et"),
    Staff("liis", "Liis Rebane", Role.APPROVER, "en"),
    Staff("petros", "Petros Karimov", Role.PARTNER, "ru", 0),
    Staff("nino", "Nino Beridze", Role.PARTNER, "en", 1),
    Staff("mart", "Mart Saar", Role.MANAGER, "et"),
    Staff("olga", "Olga Lepik", Role.AUDITOR, "ru"),
)

THIS_YEAR = today().year

F, M = Gender.FEMALE, Gender.MALE

MIGRANTS = (
    Migrant(
        "amina",
        "Amina",
        "Yusupova",
        F,
        date(2002, 3, 27),
        "UZ",
        "ru",
        S.NEEDS_INFO,
        original_name="Амина Юсупова",
    ),
    Migrant("daler", "Daler", "Rahimov", M, date(1990, 7, 2), "UZ", "ru", S.REINTEGRATION, "paid"),
    Migrant(
        "tamar",
        "Tamar",
        "Kobakhidze",
        F,
        date(1985, 1, 19),
        "GE",
        "en",
        S.ARRIVED,
        "plan_offered",
        "თამარ კობახიძე",
    ),
    Migrant("emeka", "Emeka", "Okonkwo", M, date(1996, 11, 5), "NG", "en", S.PREPARING, "referral_proposed"),
    Migrant("oksana", "Oksana", "Shevchuk", F, date(1979, 5, 30), "MD", "ru", S.DRAFT, "answered"),
    Migrant("aziz", "Aziz", "Nurmatov", M, date(1994, 9, 9), "UZ", "et", S.SUBMITTED, "document"),
    Migrant("p07", "Shahnoza", "Tosheva", F, date(1998, 2, 14), "UZ", "ru", S.DRAFT),
    Migrant("p08", "Levan", "Gelashvili", M, date(1988, 6, 1), "GE", "ru", S.DRAFT),
    Migrant("p09", "Chiamaka", "Eze", F, date(2000, 12, 12), "NG", "en", S.SUBMITTED),
    Migrant("p10", "Bobur", "Ergashev", M, date(1977, 4, 4), "UZ", "ru", S.SUBMITTED),
    Migrant("p11", "Ion", "Munteanu", M, date(1992, 8, 23), "MD", "ru", S.SUBMITTED, "document"),
    Migrant("p12", "Nargiza", "Saidova", F, date(1991, 10, 3), "UZ", "ru", S.IN_REVIEW, "document"),
    Migrant("p13", "Zurab", "Lomidze", M, date(1983, 3, 15), "GE", "en", S.IN_REVIEW, "asking"),
    Migrant("p14", "Adaeze", "Nwosu", F, date(1999, 7, 7), "NG", "en", S.IN_REVIEW, "rejected"),
    Migrant("p15", "Rustam", "Islomov", M, date(2001, 1, 1), "UZ", "ru", S.NEEDS_INFO),
    Migrant("p16", "Maia", "Tsereteli", F, date(1969, 9, 18), "GE", "en", S.NEEDS_INFO),
    Migrant("p17", "Victor", "Ceban", M, date(1987, 12, 30), "MD", "ru", S.PROPOSED),
    Migrant("p18", "Gulnora", "Azimova", F, date(1995, 5, 5), "UZ", "ru", S.PROPOSED),
    Migrant("p19", "Tunde", "Adeyemi", M, date(1984, 2, 28), "NG", "en", S.PROPOSED, "data_request"),
    Migrant("p20", "Irakli", "Chikovani", M, date(1997, 11, 11), "GE", "ru", S.PREPARING, "referral_sent"),
    Migrant("p21", "Dilfuza", "Qodirova", F, date(1982, 6, 16), "UZ", "ru", S.PREPARING, "referral_sent"),
    Migrant("p22", "Elena", "Rusu", F, date(1993, 4, 21), "MD", "et", S.PREPARING),
    Migrant("p23", "Sardor", "Mirzaev", M, date(1989, 8, 8), "UZ", "ru", S.READY_TO_TRAVEL),
    Migrant("p24", "Ngozi", "Obi", F, date(1990, 3, 3), "NG", "en", S.READY_TO_TRAVEL),
    Migrant("p25", "Giorgi", "Maisuradze", M, date(1981, 7, 27), "GE", "en", S.DEPARTED),
    Migrant("p26", "Feruza", "Hamidova", F, date(2003, 10, 10), "UZ", "ru", S.DEPARTED),
    Migrant("p27", "Jamshid", "Olimov", M, date(1986, 1, 31), "UZ", "ru", S.ARRIVED),
    Migrant("p28", "Natia", "Japaridze", F, date(1994, 2, 2), "GE", "ru", S.ARRIVED, "plan_submitted"),
    Migrant("p29", "Otabek", "Sobirov", M, date(1978, 5, 17), "UZ", "ru", S.REINTEGRATION),
    Migrant("p30", "Ketevan", "Dolidze", F, date(1996, 9, 29), "GE", "en", S.REINTEGRATION, "reported"),
    Migrant("p31", "Ulugbek", "Haydarov", M, date(1991, 12, 6), "UZ", "ru", S.REINTEGRATION, "not_received"),
    Migrant("p32", "Lali", "Kvaratskhelia", F, date(1975, 8, 13), "GE", "en", S.MONITORING, "followed_up"),
    Migrant("p33", "Mansur", "Tursunov", M, date(1998, 6, 24), "UZ", "ru", S.MONITORING, "followed_up"),
    Migrant("p34", "Zamira", "Boboeva", F, date(1980, 11, 20), "UZ", "ru", S.CLOSED),
    Migrant("p35", "Davit", "Mchedlishvili", M, date(1985, 3, 9), "GE", "en", S.CLOSED),
    Migrant("p36", "Blessing", "Okafor", F, date(1997, 1, 12), "NG", "en", S.WITHDRAWN),
    Migrant("p37", "Andrei", "Popa", M, date(1999, 4, 26), "MD", "ru", S.WITHDRAWN),
    Migrant("p38", "Karim", "Safarov", M, date(1983, 10, 28), "UZ", "ru", S.NOT_ELIGIBLE),
    Migrant("p39", "Salome", "Gvenetadze", F, date(2001, 7, 14), "GE", "ru", S.EXPIRED),
    Migrant("p40", "Sherzod", "Umarov", M, date(1992, 2, 8), "UZ", "et", S.NOT_ELIGIBLE),
    Migrant(
        "nodira", "Nodira", "Karimova", F, date(THIS_YEAR - 16, 1, 1), "UZ", "ru", S.IN_REVIEW, "document"
    ),
    Migrant("yusuf", "Yusuf", "Haddad", M, date(1990, 6, 3), "SY", "en", S.SUBMITTED, "", "يوسف حداد", "ar"),
    Migrant("p44", "Abebe", "Bekele", M, date(1993, 1, 8), "ET", "en", S.SUBMITTED, "", "አበበ በቀለ", "am"),
    Migrant("p41", "Barno", "Yuldasheva", F, date(1989, 9, 21), "UZ", "ru", S.ARRIVED, "plan_drafted"),
)

CHILDREN = {"oksana": ("Danylo",), "p21": ("Madina", "Timur"), "p30": ("Luka",)}
"""Who travels along, by the login of the parent."""
DAUGHTERS = {"Madina"}

HUSBANDS = {"p22": ("sergiu", "Sergiu")}
"""Adults who travel along: the login of their own sign-in and their name, by the login of who applies."""

PRECEPTS = {"p13": 9}
"""How many days are left in a decision to leave, by the login of who has one."""

ON_PAPER = ("Bakhyt", "Omarov", date(1951, 5, 3))
"""Who has no way in: a counsellor fills in from paper."""
