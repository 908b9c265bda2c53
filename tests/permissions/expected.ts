// Who may read what, written by hand from R1–R35, one line a table. Nobody may insert, update or delete anything through the API:
// every change is a function. The rows meant are those of one case: an applicant `firm`, an institution `lab` with its recommender `body`,
// an order that is paid and under expert review by `expert`. `other…` have the same story among themselves and nothing to do with this one:
// the test asks about both, so that each line is checked for own rows and for others' in both directions.

export const actors = [
  'anon',
  'nobody',
  'firm',
  'otherFirm',
  'lab',
  'otherLab',
  'body',
  'otherBody',
  'expert',
  'otherExpert',
  'platform',
  'department',
  'finance',
] as const;
export type Actor = (typeof actors)[number];

const pairs: Partial<Record<Actor, Actor>> = {
  firm: 'otherFirm',
  lab: 'otherLab',
  body: 'otherBody',
  expert: 'otherExpert',
};
/** Who somebody of one story is in the other; everyone else is the same in both. */
export const counterpart = (actor: Actor): Actor => pairs[actor] ?? actors.find((a) => pairs[a] === actor) ?? actor;

const signedIn: Actor[] = actors.filter((a) => a !== 'anon');
const staff: Actor[] = ['platform', 'department', 'finance'];
const everyone: Actor[] = [...actors];
/** Both sides of the order and those who review it (R34). */
const caseReaders: Actor[] = ['firm', 'lab', 'expert', ...staff];

export interface Expected {
  read: Actor[] /** The specimen row. `$name` is filled with the fixture's id. */;
  row: string;
}
const is = (row: string, ...read: (Actor | Actor[])[]): Expected => ({ row, read: read.flat() });

export const tables: Record<string, Expected> = {
  // Made for the public (R35).
  carriers: is('true', everyone),
  cities: is('true', everyone),
  catalogue: is("slug = 'i' || $instrument", everyone),
  exclusions: is('true', everyone),
  holidays: is('true', everyone),
  instrument_classes: is('true', everyone),
  notices: is('id = $notice', everyone),
  notice_items: is('notice_id = $notice', everyone),
  pledges: is('true', everyone),
  policy_parameters: is('true', everyone),
  policy_years: is('true', everyone),
  seals: is('true', everyone),
  seal_heads: is('true', everyone),
  statistics: is('true', everyone),
  yearly_steps: is('true', everyone),
  yearly_exclusions: is('true', everyone),
  announcements: is('id = $announcement', everyone),
  // R53: the copy without its owner; the need itself is the owner's and the staff's, a thread its two parties' and the platform's.
  open_needs: is('need_id = $need', everyone),
  needs: is('id = $need', 'firm', staff),
  need_messages: is('need_id = $need', 'firm', 'lab', 'platform'),
  published_inquiries: is('inquiry_id = $inquiry', everyone),
  fund_status: is('true', everyone),
  published_payouts: is('true', everyone),
  payout_queue: is('true', everyone),
  workflow_entities: is('true', everyone),
  workflow_states: is('true', everyone),
  workflow_transitions: is('true', everyone),
  // Registered facts of organizations, without people (R34): anyone signed in, so that both sides and reviewers can compare.
  organizations: is('id = $firmOrg', signedIn),
  rounds: is('id = $round', signedIn),
  // Personal data: the owner and reviewers on the staff — not experts; the counterpart has order_contact (R34).
  organization_contacts: is('organization_id = $firmOrg', 'firm', staff),
  memberships: is('organization_id = $firmOrg', 'firm', staff),
  staff_roles: is("user_id = '$expertUser'", 'expert', staff),
  // One's own, and the staff.
  certifications: is('organization_id = $firmOrg', 'firm', staff),
  certification_documents: is('document_id = $certificate', 'firm', staff),
  pledge_signatures: is('organization_id = $firmOrg', 'firm', staff),
  projects: is('id = $project', 'firm', 'lab', 'expert', staff),
  quotas: is('organization_id = $firmOrg', 'firm', staff),
  quota_entries: is('order_id = $order', 'firm', staff),
  // Unpublished resources: who made them and who reviews them.
  instruments: is('id = $instrument', 'lab', 'platform'),
  services: is('id = $service', 'lab', 'platform'),
  // The case.
  orders: is('id = $order', caseReaders),
  order_fee_lines: is('order_id = $order', caseReaders),
  order_answers: is('order_id = $order', caseReaders),
  order_documents: is('order_id = $order', caseReaders),
  order_submissions: is('order_id = $order', caseReaders),
  // What is being mended and not yet sent again: the applicant's alone (R15).
  order_revisions: is('order_id = $returned', 'firm'),
  documents: is('id = $document', caseReaders),
  redemptions: is('id = $redemption', caseReaders),
  invoices: is('redemption_id = $redemption', caseReaders),
  redemption_documents: is('redemption_id = $redemption', caseReaders),
  redemption_submissions: is('redemption_id = $redemption', caseReaders),
  vouchers: is('order_id = $order', 'firm', 'lab', staff),
  ratings: is('order_id = $order', 'firm', 'lab', staff),
  events: is("entity = 'order' and entity_id = $order", 'firm', 'lab', staff),
  // R42: the number itself is no column of the API; who sees that there is an account is the institution, the platform and finance.
  payee_accounts: is('institution_id = $labOrg', 'lab', 'platform', 'finance'),
  // R38: a claim to a code is the claimant's and the staff's; who holds the code sees neither it nor its paper.
  uscc_claims: is('institution_id = $labOrg', 'lab', staff),
  // R43: lists are the staff's; of a payment that was approved the institution sees its own.
  payment_lists: is('id = $list', staff),
  payments: is('redemption_id = $paidRedemption', 'lab', staff),
  bank_columns: is('true', 'platform', 'finance'),
  bank_imports: is('list_id = $list', 'platform', 'finance'),
  bank_import_lines: is("payment_no = '$paymentNo'", 'platform', 'finance'),
  paper_packs: is('id = $pack', 'lab', 'body', staff),
  // Review: one's own assignment and vote; the staff sees votes only after the review has closed (R27).
  experts: is("user_id = '$expertUser'", 'expert', staff),
  expert_assignments: is("redemption_id = $redemption and expert_id = '$expertUser'", 'expert', staff),
  expert_votes: is("redemption_id = $redemption and expert_id = '$expertUser'", 'expert'),
  expert_relations: is("expert_id = '$expertUser'", 'expert', staff),
  vote_drafts: is("redemption_id = $redemption and expert_id = '$expertUser'", 'expert'),
  // What the reviewers were shown when they decided, other organizations included (R38): the staff's.
  decision_checks: is("entity = 'order' and entity_id = $order", staff),
  review_turns: is('redemption_id = $redemption', staff),
  // A suspension is told to whom it concerns, with its reason; others see that booking pauses (R46).
  suspensions: is('organization_id = $labOrg', 'lab', staff),
  // What is only proposed is the offices' own; confirmed, both sides see it in their case (R45).
  rectifications: is('id = $rectification', staff),
  // Money that is to come back: the institution's and the offices' (R44).
  recoveries: is('id = $recovery', 'lab', staff),
  recovery_instalments: is('recovery_id = $recovery', 'lab', staff),
  objections: is('id = $objection', staff),
  corrections: is('id = $correction', staff),
  // What somebody asked stays between him and the offices; what both agreed to publish has a table of its own.
  inquiries: is('id = $inquiry', staff),
  reconciliations: is('true', staff),
  // Messages to the firm: nobody else's business, not even the staff's.
  notifications: is('organization_id = $firmOrg', 'firm'),
  notification_reads: is("user_id = '$firmUser'", 'firm'),
  notification_mutes: is("user_id = '$firmUser'", 'firm'),
};

/** What has not been submitted yet: a draft booking and the file uploaded for it are the applicant's alone (R12, R34). */
export const drafts: Record<string, Expected> = {
  orders: is('id = $draft', 'firm'),
  order_fee_lines: is('order_id = $draft', 'firm'),
  order_answers: is('order_id = $draft', 'firm'),
  order_documents: is('order_id = $draft', 'firm'),
  documents: is('id = $draftDocument', 'firm'),
  events: is("entity = 'order' and entity_id = $draft", 'firm'),
  'storage.objects': is("name = '$draftKey'", 'firm'),
};

/** What a returned order becomes before it is sent again, and what an order that was declined or withdrawn shows of its files (R15, R34). */
export const papers: Record<string, Expected> = {
  'the contract of a returned order': is('order_id = $returned and revision_no = 0', 'firm', 'lab', staff),
  'the contract that is to replace it': is('order_id = $returned and revision_no = 1', 'firm'),
  'the contract of a declined order': is('order_id = $declined', 'firm', staff),
  'the contract of a withdrawn order': is('order_id = $withdrawn', 'firm', staff),
};
