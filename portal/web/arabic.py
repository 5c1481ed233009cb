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
    # The plan to keep: web/dossiers/plan.py
    "My plan": "خطتي",
    "State of the plan": "حالة الخطة",
    "Use it until": "يُستخدم حتى",
    "What I want to reach": "ما أريد تحقيقه",
    "Money": "المال",
    "Agreed": "المتفق عليه",
    "At most": "الحد الأقصى",
    "Paid": "المدفوع",
    "Still to come": "المتبقي",
    "1 %(currency)s = %(amount)s on %(day)s (%(source)s)": "%(currency)s 1 = %(amount)s "
    "بتاريخ %(day)s (%(source)s)",
    "What is bought or paid": "ما يُشترى أو يُدفع",
    "What": "البند",
    "From whom": "من أين",
    "How it is given": "طريقة التقديم",
    "Amount": "المبلغ",
    "Not decided yet": "لم يُحدَّد بعد",
    "As goods or services": "سلع أو خدمات",
    "Paid directly to the seller": "يُدفع مباشرة إلى البائع",
    "Paid back after a receipt": "يُسدَّد بعد تقديم الإيصال",
    "In cash": "نقدًا",
    "Steps": "الخطوات",
    "By which day": "حتى تاريخ",
    "State": "الحالة",
    "Payments": "الدفعات",
    "For what": "مقابل ماذا",
    "Small business": "مشروع صغير",
    "Finding a job": "إيجاد عمل",
    "School or studies": "المدرسة أو الدراسة",
    "Job training": "التدريب المهني",
    "Housing": "السكن",
    "Medical help": "المساعدة الطبية",
    "Emotional and social support": "الدعم النفسي والاجتماعي",
    "Legal help and documents": "المساعدة القانونية والوثائق",
    "First needs after arrival": "الاحتياجات الأولى بعد الوصول",
    "Community activities": "أنشطة مجتمعية",
    "Needs discussed": "نوقشت الاحتياجات",
    "Price offer received": "استُلم عرض السعر",
    "Goods delivered": "سُلِّمت السلع",
    "Service started": "بدأت الخدمة",
    "Training started": "بدأ التدريب",
    "Training completed": "اكتمل التدريب",
    "Registered at school": "تم التسجيل في المدرسة",
    "Job started": "بدأ العمل",
    "Business registered": "سُجِّل المشروع",
    "Business running": "المشروع قائم",
    "Place to live found": "وُجد مكان للسكن",
    "Medical treatment done": "اكتمل العلاج الطبي",
    "Another step": "خطوة أخرى",
    "Being written": "قيد الكتابة",
    "Your turn": "بانتظار جوابك",
    "You agreed": "تمت موافقتك",
    "Waiting for approval": "تنتظر الاعتماد",
    "Approved": "معتمدة",
    "To be changed": "تحتاج إلى تعديل",
    "Not approved": "لم تُعتمد",
    "Replaced by a later version": "حلّت محلها نسخة لاحقة",
    "Given up": "تُركت",
    "Planned": "مخطط لها",
    "Reported, waiting for confirmation": "أُبلغ عنها وتنتظر التأكيد",
    "Confirmed": "مؤكدة",
    "Something is missing": "ينقص شيء",
    "Missed": "لم تتم في موعدها",
    "No longer needed": "لم تعد مطلوبة",
    "Requested": "طُلبت",
    "Checked, waiting for approval": "رُوجعت وتنتظر الاعتماد",
    "Has it arrived?": "هل وصلت؟",
    "Received": "استُلمت",
    "Not received": "لم تُستلم",
    "Problem": "توجد مشكلة",
}
