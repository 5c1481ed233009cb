"""Every address of the portal and who gets in: what is not in this table does not exist."""

import pytest
from flask import Flask
from werkzeug.routing import Rule

from portal.domain.cases import CaseState
from portal.domain.permissions import Role
from portal.web.doors import safe_next

ANYONE = None
STAFF = {Role.COUNSELLOR, Role.APPROVER}
SENDERS = {Role.MIGRANT, Role.PARTNER, *STAFF}

# Part of the house: who gets in, and every address in it.
ROOMS: dict[str, tuple[set[Role] | None, str]] = {
    "": (ANYONE, "root"),
    "public": (ANYONE, "home page"),
    "guide": (ANYONE, "answer ask choose_papers papers"),
    "verify": (ANYONE, "ask look_up tell"),
    "health": (ANYONE, "live ready"),
    "entrance": (
        ANYONE,
        "ask_recovery ask_sheet check_code check_passkey check_password check_second_passkey claim "
        "closed code find_request find_request_now finish_recovery finish_recovery_now frozen "
        "invitation join leave make_account passkey_options prove prove_passkey recover register "
        "rested set_up set_up_options show_request sign_in sign_out stop_recovery stop_recovery_now "
        "use_claim",
    ),
    "account": (
        set(Role),
        "add_passkey add_totp ask_close ask_codes ask_remove ask_sharing begin_totp "
        "check_confirmation choose_contact choose_language choose_password close confirm drop_kept "
        "edit_factor end_device end_others factors fetch_file freeze helpers make_codes mark_read my_data "
        "new_passkey new_request new_totp news not_me overview passkey_options prepare_file "
        "remove_factor rename_factor send_request set_contact set_language set_password set_sharing "
        "show_kept show_recovery stay stop_recovery test_contact",
    ),
    "access": (
        {*STAFF, Role.PARTNER, Role.MANAGER},
        "approve approve_sheet ask_freeze ask_sheet freeze index make_code new_sheet of_case "
        "print_sheet refuse refuse_sheet show_recovery show_sheet stop vouch vouch_here "
        "vouch_here_now vouch_staff vouch_staff_now",
    ),
    "migrant": (
        {Role.MIGRANT},
        "answer_asked appointments arrival ask_review asked calendar cancel_appointment "
        "confirm_decision decide_sharing decision heard_nothing history journey keep review "
        "say_arrived share sharing standing stop stop_now stopped take_slot take_up talk words",
    ),
    "application": (
        {Role.MIGRANT},
        "add_member adults ask ask_member change_member check family give_code keep keep_member "
        "keep_paper member name_supporter new_member overview paper receipt remove_member send sign start "
        "supporter",
    ),
    "documents": (
        {Role.MIGRANT},
        "add_page drop_pages drop_unfinished keep move_page overview pages preview remove_page send "
        "send_now send_pages show show_page take_again",
    ),
    "letters": ({Role.MIGRANT}, "download overview"),
    "afterwards": ({Role.MIGRANT}, "allow_photos give_opinion plan_file questions remove_photo show"),
    "plan": (
        {Role.MIGRANT},
        "agree ask_amendment ask_change confirm milestone payment report send_photo show tell_problem "
        "version",
    ),
    "counsellor": (
        STAFF,
        "accept_document add_leg add_note add_task answer_care_task answer_departure answer_inquiry "
        "answer_request approve_claim ask_claim ask_correction ask_reason assess_again "
        "begin_application break_glass cancel_appointment change_correction choose_bulk compare "
        "copy_document decide decisions document_page document_preview download_letter "
        "edit_correction end_agreement end_leg end_meeting fetch_list finish_task give_code "
        "hand_over mark_seen move_view my_slots my_work new_agreement new_application new_correction "
        "new_hand_over new_scan note_talk offer_slot open_requests plan_talk preview_letter "
        "print_eu_sheet print_report queue raise_care record_agreement record_session refer "
        "reject_document remove_view rename_view requests_of_case save_assessment save_view "
        "search_cases send_scan set_meeting set_paper settle_appointment show_afterwards "
        "show_application show_assessment show_bulk show_care show_care_task show_case show_changes "
        "show_checks show_claim show_counselling show_document show_documents show_eu_sheet "
        "show_found show_history show_journey show_plan show_plan_version show_request show_travel "
        "show_views show_work start_bulk take_back_correction take_case take_from_queue take_milestone_step "
        "take_payment_step take_plan_step take_referral_step take_report_step take_slot_back "
        "take_step take_talk_step tell_apart tick verify write_note",
    ),
    "assisted": (
        STAFF,
        "add_member ask ask_member change_member check family given keep keep_member keep_paper "
        "member name_supporter new_member overview paper remove_member send sign stop supporter "
        "write_given",
    ),
    "partner": (
        {Role.PARTNER},
        "accept add_line add_page add_payment add_photo add_step amend arrive ask_amendment "
        "ask_departure ask_survey cases change_line change_step check_table confirm_proof decline "
        "drop_pages edit_line edit_objectives edit_rate edit_step end_link evidence_page make_link "
        "move_page new_line new_payment new_plan new_step new_table new_update pages photo_picture "
        "plan_talk print_report proof_page refuse_proof remove_page remove_part report "
        "request_payment save_objectives save_rate save_report send_evidence send_pages send_paper "
        "send_quotation send_update shared_page show_case show_evidence show_links show_milestone "
        "show_payment show_photo show_photos show_plan show_proof show_quotation show_referral "
        "show_report show_shared show_talks show_update show_version "
        "start_plan take_step take_talk_step write_table",
    ),
    "manage": ({Role.MANAGER, Role.AUDITOR}, "overview show_journal verify_journal"),
    "people": (
        {Role.MANAGER},
        "add_organisation add_package ask_deactivation cancel_invitation change_organisation "
        "change_package change_rights deactivate edit_organisation edit_package edit_rights invite "
        "invite_again new_invitation new_organisation new_package organisations reactivate search "
        "show_invitation show_packages show_person staff",
    ),
    "post": ({Role.MANAGER}, "dead retry"),
    "uploads": (SENDERS, "append create describe overridden show terminate"),
    "family": ({Role.FAMILY}, "agree refuse show take_back"),
    "supplier": (ANYONE, "ask enter send sent"),
}

WHO = {
    Role.MIGRANT: "giorgi",
    Role.FAMILY: "laylo",
    Role.COUNSELLOR: "kalle",
    Role.APPROVER: "aino",
    Role.PARTNER: "nino",
    Role.MANAGER: "mart",
    Role.AUDITOR: "olga",
}

GOOD_VALUES = {
    "language": "en",
    "key": "what",
    "token": "unknown",
    "sign": "unknown",
    "question": "name",
    "what": "consents",
    "about": "document",
    "step": "take",
    "item": "ticket",
    "verb": "offer",
    "kind": "correct",
    "side": "departure",
    "result": "held",
    "way": "book",
    "decision": "accepted",
    "size": "small",
}


def test_every_address_stands_in_the_table(app: Flask):
    listed = {f"{room}.{name}".lstrip(".") for room, (_, names) in ROOMS.items() for name in names.split()}

    assert {rule.endpoint for rule in app.url_map.iter_rules()} == listed


def addresses(app: Flask, reference: str) -> list[tuple[str, str, str]]:
    """(room, method, address) of every rule, pointing at a case that is a stranger's."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                found.append((rule.endpoint.rpartition(".")[0], method, _filled(rule, reference)))
    return found


def _filled(rule: Rule, reference: str) -> str:
    values = dict.fromkeys(rule.arguments, 1) | {"reference": reference} | GOOD_VALUES
    if "answer" in rule.arguments:
        values["answer"] = "stop" if "referral_id" in rule.arguments else "received"
    built = rule.build({name: value for name, value in values.items() if name in rule.arguments})
    assert built is not None, rule
    return built[1]


@pytest.mark.parametrize("role", Role)
def test_each_role_enters_its_own_rooms_and_sees_no_stranger(app, cast, session, enter, role):
    case = cast.case(CaseState.REINTEGRATION)
    reference = case.reference
    browser = enter(getattr(cast, WHO[role]))
    wrong = []

    for room, method, address in addresses(app, reference):
        roles, _ = ROOMS[room]
        if address.endswith(("/sign-out", "/not-me", "/account/close")) or roles is ANYONE:
            continue
        status = browser.open(address, method=method).status_code
        if role not in roles and status != 404:
            wrong.append((status, method, address))
        seen = "AVR" in address and status not in (404, *APPROVER_SEES[role])
        if role in roles and (status >= 500 or seen):
            wrong.append((status, method, address))

    assert wrong == []


# An approver sees every case; what the empty forms of this test ask for is refused. A counsellor is led to
# the page that asks why a colleague's case is opened (tests/pages/test_counsellor_opening.py).
APPROVER_SEES: dict[Role, set[int]] = {role: set() for role in Role} | {
    Role.APPROVER: {200, 303, 405, 409, 415, 422},
    Role.COUNSELLOR: {200, 303, 422},
}


def test_nobody_enters_without_signing_in(app, client, cast):
    reference = cast.case(CaseState.REINTEGRATION).reference
    wrong = []

    for room, method, address in addresses(app, reference):
        roles, _ = ROOMS[room]
        if roles is ANYONE:
            continue
        answer = client.open(address, method=method)
        sent_to_the_door = answer.status_code in (302, 303) and "/sign-in" in answer.location
        if not sent_to_the_door and answer.status_code != 401:
            wrong.append((answer.status_code, method, address))

    assert wrong == []


@pytest.mark.parametrize(
    "address",
    [
        "//example.org",
        "https://example.org",
        "/\\example.org",
        "/\t/example.org",
        "/a\nb",
        "javascript:1",
        "",
    ],
)
def test_after_signing_in_nobody_is_sent_to_another_host(app, cast, enter, address):
    cast.amina  # noqa: B018 - makes her
    with enter(cast.amina) as browser:
        browser.get("/en/my/")

        assert safe_next(address) == "/en/my/"
