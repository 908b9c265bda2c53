// What each function of the API answers to each actor, written by hand from R1–R35, one line a call. Every call is one that the right
// actor may make just then, so that a refusal is about who asks and about nothing else. `others` are told NOT_FOUND, whoever may see the
// matter but has not the turn NOT_YOUR_TURN, whoever is not signed in 42501.
import { type Actor, actors } from './expected.ts';

/** `ok`: it works; `=x`: it answers x; `!X`: it is refused with X. */
export type Answers = Record<Actor, string>;
export interface Call {
  call: string;
  answers: Answers;
}

const offices: Actor[] = ['platform', 'department', 'finance'];
const both: Actor[] = ['firm', 'lab', ...offices];
const members: Actor[] = ['firm', 'otherFirm', 'lab', 'otherLab', 'body', 'otherBody'];

/** `otherwise` for everyone signed in, but for the named. */
function answer(call: string, otherwise: string, but: Record<string, Actor | Actor[]> = {}, anon = '!42501'): Call {
  const answers = Object.fromEntries(actors.map((a) => [a, a === 'anon' ? anon : otherwise])) as Answers;
  for (const [said, who] of Object.entries(but)) for (const a of [who].flat()) answers[a] = said;
  return { call, answers };
}
/** A step of the workflow: one actor's turn, in sight of `onlookers`. */
const turn = (call: string, doer: Actor, onlookers: Actor[]) =>
  answer(call, '!NOT_FOUND', { '!NOT_YOUR_TURN': onlookers, ok: doer });
const round = (action: string, doer: Actor, reason = 'null') =>
  turn(`advance_round($round, '${action}', ${reason}, $request)`, doer, offices);
const pack = (action: string, doer: Actor, reason = 'null') =>
  turn(`advance_paper_pack($pack, '${action}', ${reason}, $request)`, doer, ['lab', 'body', ...offices]);
const can = (entity: string, id: string, but: Record<string, Actor | Actor[]>) =>
  answer(
    `(select string_agg(a.action, ',' order by a.action) from public.available_actions('${entity}', ${id}) a)`,
    '=none',
    but,
  );
/** A step of a payment list. */
const list = (call: string) => turn(call, 'platform', ['department', 'finance']);
const contact = (order: string, who: Actor[]) =>
  answer(`(select coalesce(min(c.contact_name), 'none') from public.order_contact(${order}) c)`, '=none', {
    '=演示联系人': who,
  });
const service = (call: string) => answer(call, '!42501');
/** What stands in the way of nested reads: nobody's. */
const nobodys = ([to, from]: readonly [string, string]) => [
  service(`${to}(null::public.${from})`),
  service(`${from}(null::public.${to})`),
];
const why = "'演示理由'";

export const stages: Record<string, Call[]> = {
  start: [
    // For everyone, and for the edge functions alone.
    answer('today()', 'ok', {}, 'ok'),
    answer("working_day_after('2025-08-11', 5)", 'ok', {}, 'ok'),
    answer('year_missing(2026)', '=none'),
    ...(
      [
        ['policy_years', 'policy_parameters'],
        ['policy_years', 'pledges'],
        ['policy_years', 'fund_status'],
        ['policy_years', 'rounds'],
        ['notices', 'notice_items'],
        ['notices', 'rounds'],
        ['cities', 'organizations'],
        ['workflow_entities', 'workflow_states'],
        ['workflow_states', 'workflow_transitions'],
        ['organizations', 'organizations'],
        ['inquiries', 'published_inquiries'],
      ] as const
    ).flatMap(nobodys),
    service('health()'),
    service("verify_document($contract, 1, 'application/pdf', repeat('0', 64))"),
    service("reject_document($contract, 'FILE_DAMAGED')"),
    service('objects_to_remove()'),
    service('watch()'),
    service("due_alerts(array['webhook'])"),
    service("settle_alert('books', 'webhook', null)"),
    service("submit_objection('x', '演示', '演示', '演示演示演示演示演示', '')"),
    service("report_error('/', '演示演示演示演示演示', '')"),
    service("submit_inquiry('question', '演示演示', '演示演示演示演示演示', '', false)"),
    service("take_public_turn('verify', 'x', 'x', 1, 1)"),
    service("check_receipt('YY-00000-00000-00000-00000')"),
    service("verify_voucher('x', 'x')"),
    // R10, R20: one account, one organization; who belongs to none may register one.
    answer("register_organization('applicant', $profile)", 'ok', { '!ALREADY_MEMBER': members }),
    // R39: what one is can be chosen, and nothing else.
    answer("act_as('platform')", '!NOT_FOUND', { ok: 'platform' }),
    answer("act_as('organization', $firmOrg)", '!NOT_FOUND', { ok: 'firm' }),
    answer(
      "(select coalesce(string_agg(h.kind, ',' order by h.kind), 'none') from public.my_hats() h)",
      '=organization',
      {
        '=none': 'nobody',
        '=expert': ['expert', 'otherExpert'],
        '=platform': 'platform',
        '=department': 'department',
        '=finance': 'finance',
      },
    ),
    answer('(select count(*) from public.organization_details(array[$firmOrg]::bigint[]))', '=0', {
      '=1': ['firm', 'lab', ...offices],
    }),
    answer("create_document('contract', '演示.pdf', 100)", '!INPUT_INVALID', { ok: members }),
    // R2: an applicant's kinds are for applicants; the platform decides.
    answer('submit_certification($request, $certificate)', '!R1_KIND_REFUSED', { ok: ['firm', 'otherFirm'] }),
    turn('approve_certification($certification, $request)', 'platform', ['firm', ...offices]),
    turn(`return_certification($certification, ${why}, $request)`, 'platform', ['firm', ...offices]),
    // R4, R20: each side its own pledge.
    answer('claim_quota($request, $applicantPledge)', '!R4_NOT_APPLICANT', { ok: ['firm', 'otherFirm'] }),
    answer('sign_institution_pledge($request, $institutionPledge)', '!NOT_FOUND', { ok: ['lab', 'otherLab'] }),
    // R42: an account is the institution's, verified by the platform; neither the department nor the other side sees it.
    answer('file_payee_account($account, $request)', '!R42_NOT_INSTITUTION', {
      ok: 'lab',
      '!FILE_NOT_YOURS': 'otherLab',
    }),
    turn(`advance_payee_account($newAccount, 'approve', null, $request)`, 'platform', ['otherLab', 'finance']),
    turn(`advance_payee_account($newAccount, 'return', ${why}, $request)`, 'platform', ['otherLab', 'finance']),
    turn(`advance_payee_account($newAccount, 'withdraw', null, $request)`, 'otherLab', ['platform', 'finance']),
    can('payee_account', '$newAccount', { '=approve,return': 'platform', '=withdraw': 'otherLab' }),
    answer('payee_account_number($newAccount)', '!NOT_FOUND', { ok: ['otherLab', 'platform', 'finance'] }),
    // R38: who is registered without a code states one, or claims it with evidence; the platform decides.
    answer(`state_uscc('91410100MA9YAN0000', $request)`, '!USCC_NO_ORGANIZATION', {
      '!USCC_STATED': ['firm', 'otherFirm'],
      '!USCC_CERTIFIED': 'lab',
      '!USCC_CLAIM_OPEN': 'otherLab',
    }),
    answer('claim_uscc($claim, $request)', '!USCC_NO_ORGANIZATION', {
      '!USCC_STATED': ['firm', 'otherFirm'],
      ok: 'lab',
      '!USCC_CLAIM_OPEN': 'otherLab',
    }),
    turn(`decide_uscc_claim($newClaim, 'give', null, $request)`, 'platform', ['otherLab', 'department', 'finance']),
    turn(`decide_uscc_claim($newClaim, 'refuse', ${why}, $request)`, 'platform', ['otherLab', 'department', 'finance']),
    can('uscc_claim', '$newClaim', { '=give,refuse': 'platform' }),
    // R11
    answer('register_project($request, $project)', '!NOT_CERTIFIED', { ok: ['firm', 'otherFirm'] }),
    turn('approve_project($newProject, $request)', 'platform', ['firm', ...offices]),
    turn(`return_project($newProject, ${why}, $request)`, 'platform', ['firm', ...offices]),
    turn('resubmit_project($returnedProject, $project, $request)', 'firm', offices),
    // R21: content is reviewed, the switches are the institution's own.
    answer("add_resource('instrument', $resource, $request)", '!R20_NOT_READY', { ok: ['lab', 'otherLab'] }),
    turn("edit_resource('instrument', $instrument, $resource, $request)", 'lab', offices),
    turn("approve_resource('service', $newService, $request)", 'platform', ['lab', ...offices]),
    turn(`return_resource('service', $newService, ${why}, $request)`, 'platform', ['lab', ...offices]),
    answer("set_resource_switches('instrument', $instrument, false, false, $request)", '!NOT_FOUND', { ok: 'lab' }),
    // R12: a draft is nobody's but the applicant's; a project of another cannot be booked under.
    answer('save_order($request, null, $order)', '!NOT_FOUND', { ok: 'firm', '!R11_PROJECT_REQUIRED': 'otherFirm' }),
    answer('save_order($request, $draft, $order)', '!NOT_FOUND', { ok: 'firm' }),
    answer('order_figure($draft)', '=none', { ok: 'firm' }),
    turn('submit_order($draft, $figure, $request)', 'firm', []),
    turn('discard_order($draft, $request)', 'firm', []),
    can('order', '$draft', { '=discard,submit': 'firm' }),
    answer("next_step('order', $draft)", '!NOT_FOUND', { ok: 'firm' }),
    answer("(select count(*) from public.blocked_actions('order', $draft))", '!NOT_FOUND', { '=0': 'firm' }),
    answer("timeline('order', $draft)", '!NOT_FOUND', { ok: 'firm' }),
    // R38: the reviewers see all checks, each side its own case's, anybody else none.
    answer("(select count(*) > 0 from public.case_checks('order', $itemOrder))", '=false', {
      '=true': ['firm', ...offices],
    }),
    answer("(select count(*) > 0 from public.case_checks('redemption', $item))", '=false', {
      '=true': ['lab', ...offices],
    }),
    // R13, R19
    turn('accept_order($submitted, $request)', 'lab', both),
    turn(`decline_order($submitted, ${why}, $request)`, 'lab', both),
    turn('withdraw_order($submitted, $request)', 'firm', both),
    can('order', '$submitted', { '=withdraw': 'firm', '=accept,decline': 'lab' }),
    // R34: from acceptance on each side has the other's contact, and nobody else.
    contact('$submitted', []),
    contact('$inReview', ['firm', 'lab']),
    // R14, R15
    turn('approve_order($inReview, $request)', 'platform', both),
    turn(`return_order($inReview, ${why}, $request)`, 'platform', both),
    turn('withdraw_order($inReview, $request)', 'firm', both),
    turn('submit_order($returned, $figure, $request)', 'firm', both),
    can('order', '$inReview', { '=withdraw': 'firm', '=approve,return': 'platform' }),
    // R5: a lower figure is agreed to by the applicant alone.
    turn('agree_order($lowered, $request)', 'firm', both),
    turn('disagree_order($lowered, $request)', 'firm', both),
    // R16, R17, R19
    turn("deliver_order($approved, array[$result]::bigint[], '', $request)", 'lab', both),
    turn('withdraw_order($approved, $request)', 'firm', both),
    turn('pay_voucher($delivered, $request)', 'firm', both),
    turn(`dispute_order($delivered, ${why}, $request)`, 'firm', both),
    can('order', '$delivered', { '=dispute,pay': 'firm' }),
    turn("deliver_order($disputed, array[$result]::bigint[], '', $request)", 'lab', both),
    answer("rate_order($paid, 'institution', 5, '', $request)", '!NOT_FOUND', { ok: 'firm' }),
    // R23, R24: who holds the voucher redeems it.
    answer('submit_redemption($voucher, $papers, $request)', '!NOT_FOUND', { ok: 'lab' }),
    turn('pass_redemption($redemption, $request)', 'platform', both),
    turn(`return_redemption($redemption, ${why}, $request)`, 'platform', both),
    turn('supplement_redemption($returnedRedemption, $supplement, $request)', 'lab', both),
    can('redemption', '$redemption', { '=pass,return': 'platform' }),
    // R45: one of the platform proposes, another confirms; the offices read.
    answer("(select count(*) from public.correctable_decisions('order', $approved))", '=0', { '=1': 'platform' }),
    answer("(select count(*) > 0 from public.find_decided('高速轴承钢'))", '=false', { '=true': 'platform' }),
    answer('(select count(*) > 0 from public.rectification_list())', '=false', { '=true': offices }),
    answer('propose_rectification($decision, $rectify, $request)', '!NOT_FOUND', { ok: 'platform' }),
    turn(`advance_rectification($rectification, 'confirm', null, $request)`, 'platform', offices),
    turn(`advance_rectification($rectification, 'refuse', ${why}, $request)`, 'platform', offices),
    turn(`advance_rectification($ownRectification, 'withdraw', null, $request)`, 'platform', offices),
    can('rectification', '$rectification', { '=confirm,refuse': 'platform' }),
    can('rectification', '$ownRectification', { '=withdraw': 'platform' }),
    // R46: one person of the department suspends and lifts; the suspended one sees it.
    answer('suspend_organization($firmOrg, $suspension, $request)', '!NOT_FOUND', { ok: 'department' }),
    turn(`lift_suspension($suspended, ${why}, $request)`, 'department', ['lab', ...offices]),
    can('suspension', '$suspended', { '=lift': 'department' }),
    // R31, R32: one's own list, messages and proof; the whole export for the offices.
    answer('(select count(*) from public.my_tasks())', 'ok'),
    // R34: what is found is what one may read: the parties and the offices their order.
    answer(
      "(select count(*) > 0 from public.find_mine(coalesce((select o.order_no as no from public.orders o where o.id = $paid), '没有')))",
      '=false',
      { '=true': both },
    ),
    answer('mark_notifications_read(null)', 'ok'),
    answer("mute_notifications('told', true)", 'ok'),
    answer("record_proof('order', $paid)", '!NOT_FOUND', { ok: both }),
    answer('export_events(0, 1)', '!NOT_FOUND', { ok: offices }),
    answer('event_proof($event)', '!NOT_FOUND', { ok: both }),
    answer('audit_findings()', '!NOT_FOUND', { ok: offices }),
    answer('late_events()', '!NOT_FOUND', { ok: offices }),
    answer(`answer_correction($correction, ${why}, $request)`, '!NOT_FOUND', { ok: 'platform' }),
    // R53: a certified applicant posts, institutions with such a resource answer, the platform takes down.
    answer('post_need($newNeed, $request)', '!NOT_CERTIFIED', { ok: ['firm', 'otherFirm'] }),
    answer('renew_need($need, $request)', '!NOT_FOUND', { ok: 'firm' }),
    answer('close_need($need, $request)', '!NOT_FOUND', { ok: 'firm' }),
    answer(`take_down_need($need, ${why}, $request)`, '!NOT_FOUND', { ok: 'platform' }),
    answer('answer_need($need, \'{"body": "可以做"}\', $request)', '!NOT_FOUND', {
      ok: ['lab', 'otherLab'],
      '!R53_NOT_ASKED': 'firm',
    }),
    answer('reply_on_need($need, $labOrg, \'{"body": "请报价"}\', $request)', '!NOT_FOUND', {
      ok: ['firm', 'lab', 'otherLab'],
    }),
    answer(`answer_inquiry($inquiry, ${why}, true, $request)`, '!NOT_FOUND', { ok: 'platform' }),
  ],
  // R25–R30: the quarter, step by step.
  quarter_over: [round('close', 'platform')],
  listed: [round('open_review', 'platform')],
  // R40: before the statement the parties only; then the papers.
  assigned: [
    answer('(select count(*) from public.my_reviews())', '=0', { '=1': 'expert' }),
    answer('state_no_conflict(array[$item]::bigint[], $request)', '!R27_NOT_ASSIGNED', { ok: 'expert' }),
    answer(`declare_conflict($item, ${why}, $request)`, '!R27_NOT_ASSIGNED', { ok: 'expert' }),
    answer("next_step('order', $itemOrder)", '!NOT_FOUND', { ok: both }),
    answer("timeline('redemption', $item)", '!NOT_FOUND', { ok: both }),
    answer('save_vote_drafts(\'[{"redemption_id": $item}]\')', '!R27_NOT_ASSIGNED'),
    answer(`replace_expert($item, $expert, ${why}, $request)`, '!NOT_FOUND', { '!R40_NOT_OVERDUE': 'platform' }),
    answer(`add_expert($item, ${why}, $request)`, '!NOT_FOUND', { '!R40_PANEL_FULL': 'platform' }),
    answer(`postpone_review($item, ${why}, $request)`, '!NOT_FOUND', { ok: 'platform' }),
    answer('(select count(*) from public.review_progress($round))', '!NOT_FOUND', { '=3': 'platform' }),
  ],
  in_review: [
    answer('save_vote_drafts(\'[{"redemption_id": $item}]\')', '!R27_NOT_ASSIGNED', { ok: 'expert' }),
    answer(
      "cast_votes(jsonb_build_array(jsonb_build_object('redemption_id', $item, 'verdict', 'yes', 'reason', null)), $request)",
      '!R27_NOT_ASSIGNED',
      { ok: 'expert' },
    ),
    answer(`declare_conflict($item, ${why}, $request)`, '!R27_NOT_ASSIGNED', { ok: 'expert' }),
    answer("next_step('order', $itemOrder)", '!NOT_FOUND', { ok: [...both, 'expert'] }),
    answer("timeline('order', $itemOrder)", '!NOT_FOUND', { ok: [...both, 'expert'] }),
    answer("next_step('redemption', $item)", '!NOT_FOUND', { ok: [...both, 'expert'] }),
    answer("record_proof('order', $itemOrder)", '!NOT_FOUND', { ok: both }),
    answer("next_step('round', $round)", 'ok'),
  ],
  voted: [round('report', 'platform')],
  reported: [
    round('confirm', 'department'),
    turn(`advance_round($round, 'send_back', ${why}, $request, $items)`, 'department', offices),
  ],
  department_confirmed: [
    round('confirm', 'finance'),
    turn(`advance_round($round, 'send_back', ${why}, $request, $items)`, 'finance', offices),
  ],
  finance_confirmed: [round('publish', 'platform')],
  // R26: the papers, beside the round.
  not_printed: [
    // The recommender reads what stands on the paper, and nothing behind it.
    answer('pack_sums($pack)', '=(0,0)', { '=(1,360000)': ['lab', 'body', ...offices] }),
    answer('(select count(*) from public.pack_sheets($pack))', '=0', { '=1': ['lab', 'body', ...offices] }),
    answer('(select sum(items) from public.redemption_sums($labOrg))', '=none', { '=3': both }),
    pack('print', 'lab'),
    can('paper_pack', '$pack', { '=print': 'lab' }),
  ],
  printed: [pack('send', 'lab')],
  sent: [
    pack('approve', 'body'),
    pack('return', 'body', why),
    can('paper_pack', '$pack', { '=approve,return': 'body' }),
  ],
  body_approved: [pack('forward', 'body')],
  forwarded: [pack('archive', 'platform')],
  in_notice: [
    answer('refusal_reasons($item)', '=none'),
    answer('round_sums($round)', '=(0,0,0,0,0,0)', { '=(1,360000,0,0,0,0)': offices }),
    answer(`advance_re_review($item, 'report', null, $request)`, '!NOT_FOUND', { '!STATE_REFUSED': both }),
    answer(`assign_recommender($labOrg, $bodyOrg, ${why}, $request)`, '!NOT_FOUND', {
      '!R48_HAS_RECOMMENDER': 'platform',
    }),
    answer(`decide_objection($objection, false, ${why}, $request)`, '!NOT_FOUND', { ok: 'department' }),
  ],
  notice_over: [round('start_payout', 'platform')],
  // R43: drawn up by the platform, approved by another of it; finance reads.
  paying: [
    answer('draw_up_payment_list($request, 10)', '!NOT_FOUND', { ok: 'platform' }),
    answer('(select count(*) > 0 from public.payout_candidates())', '=false', { '=true': ['platform', 'finance'] }),
    answer('(select count(*) > 0 from public.payout_overview())', '=false', { '=true': ['platform', 'finance'] }),
    answer('(select count(*) from public.fund_of(2025))', '=0', { '=1': offices }),
  ],
  drafted: [
    list("advance_payment_list($list, 'approve', null, $request)"),
    list(`advance_payment_list($list, 'send_back', ${why}, $request)`),
    can('payment_list', '$list', { '=approve,send_back': 'platform' }),
    answer('(select count(*) > 0 from public.payment_list_lines($list))', '=false', {
      '=true': ['platform', 'finance'],
    }),
  ],
  approved_list: [list("advance_payment_list($list, 'send', null, $request)")],
  in_transit: [
    answer('(select count(*) > 0 from public.bank_file($list))', '=false', { '=true': 'platform' }),
    list('record_bank_result($list, $result_line, $request)'),
    answer("open_bank_import($list, repeat('b', 64), '结果.csv', 1, $request)", '!NOT_FOUND', { ok: 'platform' }),
    answer('stage_bank_lines($import, $lines)', '!NOT_FOUND', { ok: 'platform' }),
    answer('(select count(*) from public.bank_import_problems($import))', '=0', { '=1': ['platform', 'finance'] }),
    answer('apply_bank_import($list, $import, $request)', '!NOT_FOUND', {
      '!NOT_YOUR_TURN': ['department', 'finance'],
      '!R43_LINES_BAD': 'platform',
    }),
  ],
  // R44: the department decides and cancels, the institution answers, finance records what comes back.
  arrived: [
    answer("(select count(*) > 0 from public.find_arrived('41-2025'))", '=false', { '=true': 'department' }),
    answer('decide_recovery($item, $recover, $request)', '!NOT_FOUND', { ok: 'department' }),
  ],
  recovering: [
    turn(`answer_recovery($recovery, ${why}, $request)`, 'lab', offices),
    turn('record_repayment($recovery, $repayment, $request)', 'finance', ['lab', ...offices]),
    turn(`cancel_recovery($recovery, ${why}, $request)`, 'department', ['lab', ...offices]),
    can('recovery', '$recovery', { '=answer': 'lab', '=record': 'finance', '=cancel': 'department' }),
  ],
  paid_out: [round('settle', 'platform'), can('round', '$round', { '=settle': 'platform' })],
  settled: [can('round', '$round', {})],
};
