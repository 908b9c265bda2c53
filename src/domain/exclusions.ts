/** One leaf of 不纳入补贴范围清单 (R9) as the database gives it. */
export interface Exclusion {
  code: string;
  group_label: string;
  label: string;
  scope: 'order' | 'line' | 'parties';
  justifiable: boolean;
  example_counts: string;
  example_excluded: string;
}
/** What the applicant says of a leaf: does it apply, and — where that may be argued — why the test still serves R&D. */
export interface Answer {
  applies: boolean;
  justification: string;
}

/** What an answer means for the whole order. A declared relation goes to the reviewer with its evidence; an in-house test ends here. */
export function verdictOf(
  exclusion: Exclusion,
  answer: Answer | undefined,
): 'fine' | 'argue' | 'declared' | 'excluded' {
  if (!answer?.applies) return 'fine';
  if (exclusion.code === 'E5.1') return 'declared';
  return exclusion.justifiable ? 'argue' : 'excluded';
}
