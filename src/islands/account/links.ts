/** Where a case of an entity is shown in a workspace. */
const views: Record<string, string> = {
  order: 'order',
  voucher: 'vouchers',
  redemption: 'redemption',
  certification: 'certification',
  project: 'project',
  instrument: 'instrument',
  service: 'service',
  paper_pack: 'pack',
  round: 'round',
  objection: 'objections',
  quota: 'quota',
  payee_account: 'account',
  payment_list: 'payment_list',
  // The message says it all; the organization sees it above everything besides.
  suspension: 'messages',
  rectification: 'rectifications',
  recovery: 'recoveries',
  organization: 'certification',
  uscc_claim: 'profile',
  need: 'needs',
};
/** What is shown in a list of its kind, not on a page of its own. */
const lists = [
  'voucher',
  'objection',
  'quota',
  'certification',
  'payee_account',
  'suspension',
  'rectification',
  'recovery',
  'uscc_claim',
  'organization',
  'need',
];
export const placeOf = (entity: string, id: number): Record<string, string | number> => ({
  view: views[entity] ?? 'tasks',
  ...(!lists.includes(entity) && { id }),
});
/** Where a step is taken that is another case's: experts and the two authorities have views of their own for a claim. */
export const placeOfStep = (entity: string, id: number, holder: string | null): Record<string, string | number> =>
  entity === 'redemption' && holder === 'expert'
    ? { view: 'review' }
    : entity === 'redemption' && (holder === 'department' || holder === 'finance')
      ? { view: 'item', id }
      : placeOf(entity, id);
