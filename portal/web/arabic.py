"""What letters say in Arabic, by the English: there are no pages in it, so no catalogue of the portal has it.

A button is named as it stands on the page, where it is not Arabic: it has no words here.
"""

WORDS = {
    "Letter, %(day)s": "رسالة، %(day)s",
    "We received your application": "لقد استلمنا طلبك",
    "Name": "الاسم",
    "Case number": "رقم الملف",
    "Date and time": "التاريخ والوقت",
    "This letter shows that we received your application. It is a receipt. "
    "It is not a decision about your application.": "تُثبت هذه الرسالة أننا استلمنا طلبك. "
    "إنها إيصال استلام، وليست قرارًا بشأن طلبك.",
    "What happens next": "ماذا يحدث بعد ذلك",
    "A counsellor reads your application and contacts you.": "سيقرأ أحد المستشارين طلبك ويتواصل معك.",
    "A counsellor reads your application and contacts you by %(day)s. "
    "You do not have to do anything until then. If you do not hear from us, call us.": "سيقرأ أحد المستشارين "
    "طلبك ويتواصل معك في موعد أقصاه %(day)s. لا يلزمك فعل أي شيء حتى ذلك الحين. "
    "وإذا لم يصلك خبر منا، فيمكنك الاتصال بنا.",
    "You decide": "القرار لك",
    "To return is your own free choice. You can stop at any time before you leave Estonia. "
    "You do not have to say why. Open your case in the portal and press “%(button)s”, "
    "or tell a counsellor.": "العودة خيارك الحر. يمكنك إيقاف طلبك في أي وقت قبل مغادرة إستونيا، "
    "ولا يلزمك ذكر السبب. لذلك يمكنك فتح ملفك في البوابة والضغط على «%(button)s»، أو إخبار أحد المستشارين.",
    "Talk to a counsellor": "التحدث مع مستشار",
    "Call us, write to us or come to us. Say your case number.": "يمكنك الاتصال بنا أو الكتابة إلينا "
    "أو زيارتنا. يُرجى ذكر رقم ملفك.",
    "Is this letter genuine?": "هل هذه الرسالة أصلية؟",
    "Anyone can check this letter: scan the square picture, or open the address and type the code. "
    "The answer says what kind of letter it is and from which day. It says nothing about you. "
    "The portal made this letter, so it is not signed.": "يمكن لأي شخص التحقق من هذه الرسالة: "
    "بمسح الصورة المربعة، أو بفتح العنوان وكتابة الرمز. "
    "ويبيّن الجواب نوع الرسالة وتاريخها، ولا يذكر أي شيء عنك. "
    "أصدرت البوابة هذه الرسالة إلكترونيًا، ولذلك فهي غير موقّعة.",
    "Address": "العنوان",
    "Code": "الرمز",
    "Square picture (QR code) that holds this address and this code": "صورة مربعة (رمز QR) تتضمن هذا العنوان "
    "وهذا الرمز",
}
