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

/** Where something that was found is shown: the first of the views that this workspace has. */
export function placeOfFound(
  found: { entity: string; id: number; order_id: number | null },
  has: (view: string) => boolean,
): Record<string, string | number> | undefined {
  const order = found.order_id ?? 0;
  const ways: Record<string, [view: string, id: number][]> = {
    order: [
      ['case', found.id],
      ['order', found.id],
    ],
    voucher: [
      ['ticket', found.id],
      ['case', order],
    ],
    // An applicant sees on his order what becomes of the claim.
    redemption: [
      ['item', found.id],
      ...(has('redeem') ? ([['redemption', found.id]] as [string, number][]) : []),
      ['order', order],
    ],
  };
  const [view, id] = (ways[found.entity] ?? [[found.entity, found.id]]).find(([v]) => has(v)) ?? [];
  if (!view || !id) return undefined;
  return { view, id };
}
