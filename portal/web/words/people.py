"""Words for people: gender, family, and the travel documents they hold."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.domain.people import Gender, Paper, PaperPlace, Relation

GENDERS = {
    Gender.FEMALE: lazy_pgettext("gender", "Female"),
    Gender.MALE: lazy_pgettext("gender", "Male"),
    Gender.OTHER: lazy_pgettext("gender", "Other"),
    Gender.NOT_STATED: lazy_pgettext("gender", "Prefer not to say"),
}

RELATIONS = {
    Relation.PARTNER: _l("Husband, wife or partner"),
    Relation.CHILD: lazy_pgettext("family", "Child"),
    Relation.PARENT: lazy_pgettext("family", "Father or mother"),
    Relation.SIBLING: lazy_pgettext("family", "Brother or sister"),
    Relation.OTHER: lazy_pgettext("family", "Other family member"),
}

PAPERS = {
    Paper.PASSPORT: _l("Passport"),
    Paper.NATIONAL_ID: _l("Identity card"),
    Paper.LAISSEZ_PASSER: _l("Return certificate (laissez-passer)"),
    Paper.OTHER: _l("Another document"),
    Paper.NONE: _l("No document"),
    Paper.DONT_KNOW: lazy_pgettext("travel document", "Not known"),
}

PAPER_PLACES = {
    PaperPlace.WITH_ME: lazy_pgettext("where a document is", "With me"),
    PaperPlace.POLICE: lazy_pgettext("where a document is", "With the police or border guard"),
    PaperPlace.EMBASSY: lazy_pgettext("where a document is", "At an embassy"),
    PaperPlace.SOMEBODY: lazy_pgettext("where a document is", "With somebody else"),
    PaperPlace.LOST: lazy_pgettext("where a document is", "Lost or stolen"),
    PaperPlace.DONT_KNOW: lazy_pgettext("where a document is", "Not known"),
}
