"""The table of an application: pre-check, then the whole examination here, or the mirror of the province's."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.applications.checklist import CHECKLIST
from apps.applications.effects import (
    apply_answer,
    drop_mirrored_notice,
    drop_proposal,
    drop_province_number,
    enter_mirrored,
    enter_right,
    give_back,
    keep_proposal,
    keep_province_number,
    letter_context,
    make_row,
    mirror_notice,
    note_looked_up,
    number_first,
    province_due,
    take_over,
    take_proposed_items,
)
from apps.applications.forms import (
    MirroredForm,
    ProposalForm,
    ProvinceCertificateForm,
    ProvinceCorrectionForm,
    ProvinceNumberForm,
)
from apps.applications.guards import (
    evidence_founds,
    is_asked_here,
    is_local,
    is_provincial,
    is_unclaimed,
    name_not_taken,
    notice_not_provisional,
    upheld,
)
from apps.applications.items import correctable
from apps.applications.models import Application
from apps.notices.objecting import (
    end_objections,
    no_objection_blocks,
    reopen_objections,
    silence_proposed,
)
from apps.notices.publishing import NOTICE_CLOCK, NOTICE_STATES, notice_moves
from apps.verifications.guards import must_be_verified
from apps.workflow.forms import CommentForm, CorrectionForm, ReasonForm, SecondCorrectionForm
from apps.workflow.people import APPLICANT, CITY_CLERK, CLERKS, CLOCK, DECIDERS, ENTERING, REVIEWERS
from apps.workflow.review import nothing, recall, rectification, unlocking
from apps.workflow.rounds import complete_items, first_round, reason_given, second_round
from apps.workflow.states import NEW, STAYS, ClockSpec, Kind, Move, State, letter, states

STATES = (
    State("pre_check", _("To be pre-checked"), _("In pre-check"), "waiting", next=_("the office pre-checks it")),
    State("returned", _("Returned by the pre-check"), _("Returned"), "attention", next=_("the applicant mends it")),
    State("passed", _("Pre-check passed"), _("Pre-check passed"), "attention", next=_("it is filed with the province and its number entered")),
    State("examining", _("To be examined"), _("Under examination"), "waiting", next=_("the examiner")),
    State("correction", _("Correction asked"), _("Correction asked"), "attention", next=_("the applicant answers")),
    State("again_proposed", _("Second correction proposed"), _("Under examination"), "waiting", next=_("the section chief approves it or not")),
    State("examined", _("Examined, to be decided"), _("Under examination"), "waiting", next=_("an official who did not examine decides")),
    State("approved", _("To be published"), _("Under examination"), "waiting", next=_("a clerk drafts the notice")),
    *NOTICE_STATES,
    State("registered", _("Registered"), _("Registered"), "good", open=False),
    State("refused", _("Registration refused"), _("Not registered"), "bad", open=False),
    State("terminated", _("Procedure ended: no reply to an objection"), _("Procedure ended"), "bad", open=False),
    State("withdrawn", _("Withdrawn"), _("Withdrawn by the applicant"), "ended", open=False),
    State("deemed_withdrawn", _("Deemed withdrawn"), _("Deemed withdrawn"), "ended", open=False),
)  # fmt: skip

FILERS = APPLICANT | ENTERING
MIRRORERS = CLERKS | REVIEWERS
MIRROR = {"when": is_provincial, "form": MirroredForm, "tag": "mirror"}
LIMIT = {"remind_before": "remind_before", "remind_after": "remind_after"}

KIND = Kind(
    name="application",
    label=_("Application for registration"),
    model=Application,
    states=STATES,
    letter_context=letter_context,
    checklist=CHECKLIST,
    correctable=correctable,
    clocks=(
        ClockSpec("pre_check", _("pre-check"), "pre_check_days", **LIMIT),
        ClockSpec("examination", _("examination"), "review_days", **LIMIT),
        ClockSpec(
            "reply", _("answer to the correction notice"), "correction_reply_days", audience="applicant",
            on_expiry="lapse", from_service=True, remind_before="remind_before",
        ),
        ClockSpec(
            "province_reply", _("answer to the province's correction notice"), "correction_reply_days",
            audience="applicant", remind_before="remind_before",
        ),
        ClockSpec("decision", _("decision after the examination"), "decision_days", **LIMIT),
        NOTICE_CLOCK,
        ClockSpec("registration", _("registration after the notice"), "registration_days", **LIMIT),
    ),
    moves=(
        Move(
            "file", _("File"), _("filed the application"), NEW, "pre_check", APPLICANT | CLERKS,
            checks=(must_be_verified, evidence_founds, name_not_taken), effects=(number_first, make_row),
            starts=("pre_check",), tag="file", letters=letter("application.received", "applicant", "co_applicant"), snapshot=True,
        ),
        Move(
            "return_pre_check", _("Return for correction"), _("returned it in the pre-check"), states("pre_check"),
            "returned", REVIEWERS, form=CorrectionForm, checks=(complete_items,), stops=("pre_check",),
            letters=letter("application.returned"), tag="examine", undo=nothing,
        ),
        Move(
            "refile", _("Send the answer"), _("sent the mended application"), states("returned"), "pre_check",
            FILERS, effects=(apply_answer,), starts=("pre_check",), tag="file", tone="primary",
            letters=letter("case.answered"), snapshot=True,
        ),
        Move(
            "pass_pre_check", _("Pass to examination"), _("passed the pre-check"), states("pre_check"), "examining",
            REVIEWERS, form=CommentForm, when=is_local, stops=("pre_check",), starts=("examination",), tag="pre_check",
            barred=("file", "enter"), tone="primary", letters=letter("application.passed"), undo=nothing,
        ),
        Move(
            "pass_to_province", _("Pass; to be filed with the province"), _("passed the pre-check"),
            states("pre_check"), "passed", REVIEWERS, form=CommentForm, when=is_provincial, stops=("pre_check",),
            tag="pre_check", barred=("file", "enter"), tone="primary", letters=letter("application.to_province"),
            undo=nothing,
        ),
        Move(
            "ask_correction", _("Return for correction"), _("returned it for correction"), states("examining"),
            "correction", CITY_CLERK, form=CorrectionForm, when=is_local, guards=(first_round,),
            checks=(complete_items,), stops=("examination",), starts=("reply",), tag="examine",
            letters=letter("case.correction"), undo=nothing,
        ),
        Move(
            "propose_again", _("Propose a second correction"), _("proposed a second correction"), states("examining"),
            "again_proposed", CITY_CLERK, form=SecondCorrectionForm, when=is_local, guards=(second_round,),
            checks=(complete_items, reason_given), tag="examine", silent="a proposal is internal", undo=nothing,
        ),
        Move(
            "ask_again", _("Approve the second correction"), _("approved a second correction"), states("again_proposed"),
            "correction", DECIDERS, form=CommentForm, when=is_local, effects=(take_proposed_items,),
            stops=("examination",), starts=("reply",), tag="approve_again", barred=("examine",), tone="primary",
            letters=letter("case.correction"), undo=nothing,
        ),
        Move(
            "refuse_again", _("Refuse the second correction"), _("refused a second correction: decide on the file"),
            states("again_proposed"), "examining", DECIDERS, form=ReasonForm, when=is_local, tag="approve_again",
            barred=("examine",), silent="an internal step", undo=nothing,
        ),
        Move(
            "answer", _("Send the answer"), _("answered the correction notice"), states("correction"), "examining",
            FILERS, when=is_local, effects=(apply_answer,), stops=("reply",), starts=("examination",),
            tag="file", tone="primary", letters=letter("case.answered"), snapshot=True,
        ),
        recall("examining", CITY_CLERK | DECIDERS, when=is_local),
        *unlocking(states("returned", "correction"), FILERS, REVIEWERS, when=is_asked_here),
        Move(
            "lapse", _("Deem withdrawn"), _("deemed withdrawn: no answer in time"), states("correction"),
            "deemed_withdrawn", CLOCK, letters=letter("case.lapsed"), undo=nothing,
        ),
        Move(
            "propose", _("Propose"), _("examined it and proposed a decision"), states("examining"), "examined",
            CITY_CLERK, form=ProposalForm, when=is_local, effects=(keep_proposal,), stops=("examination",),
            starts=("decision",), tag="examine", tone="primary", silent="a proposal is internal", undo=drop_proposal,
        ),
        Move(
            "send_back", _("Back to the examiner"), _("sent it back to the examiner"), states("examined"), "examining",
            DECIDERS, form=ReasonForm, effects=(drop_proposal,), stops=("decision",), starts=("examination",),
            silent="an internal step", undo=nothing,
        ),
        Move(
            "approve", _("Approve for public notice"), _("approved it for public notice"), states("examined"),
            "approved", DECIDERS, form=CommentForm, stops=("decision",), tag="decide", barred=("examine",),
            tone="primary", letters=letter("application.approved"), snapshot=True, undo=nothing,
        ),
        Move(
            "refuse", _("Refuse registration"), _("refused registration"), states("examined"), "refused", DECIDERS,
            form=ReasonForm, stops=("decision",), tag="decide", barred=("examine",), tone="danger",
            letters=letter("application.refused"), snapshot=True, undo=nothing,
        ),
        *notice_moves("approved", after=("registration",)),
        Move(
            "refuse_on_objection", _("Refuse on the objection"), _("refused registration on an upheld objection"),
            states("in_notice", "notice_closed"), "refused", DECIDERS, form=ReasonForm, when=is_local,
            guards=(upheld,), effects=(end_objections,), tag="decide", barred=("examine",), tone="danger",
            letters=letter("application.refused"), snapshot=True, undo=reopen_objections,
        ),
        Move(
            "terminate", _("End the procedure"), _("ended the procedure: an objection was left without a reply"),
            states("in_notice", "notice_closed"), "terminated", DECIDERS, form=ReasonForm, when=is_local,
            guards=(silence_proposed,), effects=(end_objections,), tag="decide", barred=("examine",), tone="danger",
            letters=letter("application.terminated"), snapshot=True, undo=reopen_objections,
        ),
        Move(
            "register", _("Register"), _("registered it"), states("notice_closed"), "registered", DECIDERS,
            form=CommentForm, when=is_local, guards=(no_objection_blocks, notice_not_provisional),
            effects=(enter_right,), stops=("registration",), tag="decide", barred=("examine",), tone="primary",
            letters=letter("application.registered"), snapshot=True,
        ),
        Move(
            "withdraw", _("Withdraw"), _("withdrew the application"),
            states("pre_check", "returned", "passed", "examining", "again_proposed", "correction", "examined", "approved", "notice_drafted", "in_notice", "notice_closed"),
            "withdrawn", APPLICANT, form=CommentForm, effects=(end_objections,), tone="danger",
            letters=letter("case.withdrawn"), undo=reopen_objections,
        ),
        Move(
            "claim", _("Take over"), _("took over the application that the office had entered"),
            states(*(state.name for state in STATES)), STAYS, APPLICANT, when=is_unclaimed, effects=(take_over,),
            undo=give_back, tone="primary", silent="the page says it at once",
        ),
        Move(
            "enter_number", _("Enter the province's number"), _("entered the province's number"), states("passed"),
            "examining", APPLICANT | MIRRORERS, form=ProvinceNumberForm, when=is_provincial,
            effects=(keep_province_number, note_looked_up), starts=("examination",), tag="mirror", tone="primary",
            letters=letter("application.mirrored"), undo=drop_province_number,
        ),
        Move(
            "mirror_correction", _("The province asks for correction"), _("noted the province's correction notice"),
            states("examining"), "correction", MIRRORERS, form=ProvinceCorrectionForm, when=is_provincial,
            effects=(province_due, note_looked_up), stops=("examination",), starts=("province_reply",), tag="mirror",
            letters=letter("application.province_correction"), undo=nothing,
        ),
        Move(
            "mirror_answer", _("Answered on the province's platform"), _("noted the answer given to the province"),
            states("correction"), "examining", APPLICANT | MIRRORERS, stops=("province_reply",),
            starts=("examination",), tone="primary", letters=letter("application.mirrored"), effects=(note_looked_up,),
            undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_notice", _("In notice with the province"), _("noted the province's public notice"),
            states("examining"), "in_notice", MIRRORERS, effects=(mirror_notice, note_looked_up), stops=("examination",),
            starts=("notice",), tone="primary", letters=letter("application.mirrored"), undo=drop_mirrored_notice, **MIRROR,
        ),
        Move(
            "mirror_registered", _("Registered by the province"), _("noted the province's registration"),
            states("examining", "in_notice", "notice_closed"), "registered", MIRRORERS, form=ProvinceCertificateForm,
            when=is_provincial, effects=(enter_mirrored, note_looked_up), tag="mirror", tone="primary",
            letters=letter("application.registered"), snapshot=True,
        ),
        Move(
            "mirror_refused", _("Refused by the province"), _("noted the province's refusal"),
            states("examining", "correction", "in_notice", "notice_closed"), "refused", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), effects=(note_looked_up,),
            undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_withdrawn", _("Withdrawn with the province"), _("noted the withdrawal with the province"),
            states("examining", "correction", "in_notice", "notice_closed"), "withdrawn", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), effects=(note_looked_up,),
            undo=nothing, **MIRROR,
        ),
        Move(
            "mirror_lapsed", _("Deemed withdrawn by the province"), _("noted that the province deems it withdrawn"),
            states("correction"), "deemed_withdrawn", MIRRORERS, tone="danger",
            letters=letter("application.mirrored"), effects=(note_looked_up,),
            undo=nothing, **MIRROR,
        ),
        *rectification(STATES),
    ),
    series="申",
)  # fmt: skip
