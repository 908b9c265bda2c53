/** What the year's report makes of the counted steps: how long the decisions took, and what was not passed. */
export interface Step {
  entity: string;
  from_state: string;
  action: string;
  to_state: string;
  cases: number;
  median_days: number | null;
}
/** Ends or sends back, whoever decided it: refused, returned, objected, too late. What a party withdrew is its own choice and counts apart. */
const refusing = new Set(['decline', 'return', 'reject', 'uphold_objection', 'expire', 'disagree', 'dispute']);
/** Whatever led there, it is an end without a voucher or without its money. */
const ends = new Set(['ordinary', 'declined', 'failed', 'rejected', 'objected']);
/** What becomes of an order that is paid is decided on its redemption, and counted there. */
const follows = (s: Step) => s.entity === 'order' && s.from_state === 'paid';
const isRefusal = (s: Step) => !follows(s) && (refusing.has(s.action) || ends.has(s.to_state));
/** A party takes back its own. */
const own = new Set(['withdraw', 'discard']);
/** The voucher's way in the order of its stations, for a table that reads from above. */
const way = [
  'order submitted',
  'order platform_review',
  'order returned',
  'order awaiting_consent',
  'order approved',
  'order delivered',
  'order disputed',
  'redemption submitted',
  'redemption returned',
  'redemption passed',
];
const placeOf = (s: Step) => {
  const at = way.indexOf(`${s.entity} ${s.from_state}`);
  return at < 0 ? way.length : at;
};
const byWay = (a: Step, b: Step) => placeOf(a) - placeOf(b) || b.cases - a.cases;

/** The steps that went on, each with the middle of the days that it took. */
export const wentOn = (steps: Step[]): Step[] =>
  steps.filter((s) => !isRefusal(s) && !follows(s) && !own.has(s.action)).sort(byWay);
/** What was refused, with how many left the same state in all: a share needs both. */
export function refused(steps: Step[]): (Step & { of: number })[] {
  const left = (s: Step) =>
    steps.filter((o) => o.entity === s.entity && o.from_state === s.from_state).reduce((sum, o) => sum + o.cases, 0);
  return steps
    .filter(isRefusal)
    .sort(byWay)
    .map((s) => ({ ...s, of: left(s) }));
}
