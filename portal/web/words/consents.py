"""Words for consents: what a person has read, declares or permits. Whoever changes a text raises its version.

The notice is three things: what it says in short, its text here, and the programme page `privacy`.
"""

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.domain.applying.consents import Purpose

PURPOSES = {
    Purpose.NOTICE: _l("Privacy notice read"),
    Purpose.VOLUNTARY: _l("Own free decision"),
    Purpose.TRUTH: _l("True answers"),
    Purpose.PROCESSING: _l("Use of data for the application"),
    Purpose.PARTNER: _l("Sharing with a partner organisation"),
    Purpose.EMBASSY: _l("Sharing with the embassy"),
    Purpose.CARRIER: _l("Sharing with the airline"),
    Purpose.PHOTO: _l("Photos and story"),
    Purpose.TALK_PHOTOS: _l("Photos of visits and talks"),
}

TEXTS = {
    Purpose.NOTICE: _l(
        "I have read what the programme does with my data: what it asks and why, who sees it, "
        "how it is kept, and what I can do. "
        "This says only that I have read it. What I allow, I decide later, one thing at a time."
    ),
    Purpose.VOLUNTARY: _l(
        "I have decided myself that I want to return to the country that I name in this application. "
        "Nobody has forced me. I have received information, and I could ask questions. "
        "If I have asked for asylum or have protection in Estonia, I know that my return can change this, "
        "and that I can take independent advice first. "
        "I know that I can change my mind at any time before I leave Estonia, without giving a reason."
    ),
    Purpose.TRUTH: _l(
        "What I write in this application is true, as far as I know. "
        "I may leave out what is not required, and tell it to my counsellor later. "
        "If something changes, I will tell my counsellor."
    ),
    Purpose.PROCESSING: _l(
        "The programme may use the data and documents that I give here, to decide about my application, "
        "to prepare my journey and to help me after my return. "
        "This includes data about the family members who travel with me and, "
        "only if I choose to give it, information about health. "
        "The counsellors who work on my case can see it. "
        "I can see my data and who opened my file, and I can ask for mistakes to be corrected. "
        "I can take this consent back. Then it may not be possible to help me any further."
    ),
    Purpose.PARTNER: _l(
        "The programme may share data with a partner organisation in the country I return to, "
        "so that it can help me there. "
        "Before that, I will be told which organisation it is and what it will see, "
        "and I will be asked again. "
        "It will not see my legal status in Estonia, decisions that I must leave, "
        "or my answers about health and safety. "
        "I can take this consent back at any time. From then on nothing more is shared."
    ),
    Purpose.EMBASSY: _l(
        "The programme may give the embassy or consulate of my country the data it needs "
        "to make a passport or another travel document for me, and nothing else. "
        "I can take this consent back at any time. From then on nothing more is shared."
    ),
    Purpose.CARRIER: _l(
        "The programme may give the airline or another transport company the data it needs "
        "for my ticket and for help on the way, and nothing else. "
        "I can take this consent back at any time. From then on nothing more is shared."
    ),
    Purpose.PHOTO: _l(
        "The programme may publish photos of me and my story, for example on its website. "
        "This is my free choice. If I say no, I get the same help. "
        "I can take this consent back at any time. From then on nothing new is published; "
        "what is already public cannot always be taken away."
    ),
    Purpose.TALK_PHOTOS: _l(
        "The partner organisation may take photos when we meet or talk, for example of my shop or my home, "
        "and keep them here, to show how the support is used. "
        "Only I, the partner organisation and the people who work on my case see them. "
        "Nobody publishes them. "
        "This is my free choice. If I say no, I get the same help. "
        "I can take this consent back at any time. From then on the partner organisation does not see "
        "the photos any more, no report lists them, and nobody may take new ones."
    ),
}

NOTICE_IN_SHORT = (
    _l("We ask only for what is needed to help you. What is not required, you can leave out."),
    _l("Your counsellor sees your answers, and the colleagues who decide about your case."),
    _l("A partner organisation, the embassy or the airline gets something only after you agree."),
    _l("The police have no account here. You can read who opened your file."),
    _l("You can see your data, get a copy, have mistakes corrected, and complain."),
)


def consent_text(purpose: Purpose) -> LazyString:
    """The full text that a person agrees to, in the first person."""
    return TEXTS[purpose]
