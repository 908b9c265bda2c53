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
  suspension: 'suspensions',
  payee_account: 'account',
  payment_list: 'payment_list',
  rectification: 'rectifications',
};
export const placeOf = (entity: string, id: number): Record<string, string | number> =>
  entity === 'voucher' ||
  entity === 'objection' ||
  entity === 'quota' ||
  entity === 'certification' ||
  entity === 'payee_account'
    ? { view: views[entity] ?? 'tasks' }
    : { view: views[entity] ?? 'tasks', id };
