// R27, R28: what the experts concluded is nobody's but the staff's until the notice is published, by whatever door one looks.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  admin,
  advance,
  applicant,
  experts,
  institution,
  ownYear,
  paid,
  passed,
  type Person,
  platform,
  recommender,
  setClock,
  signUp,
  staff,
  voteAll,
} from '../support/people.ts';

const year = 2043;
const at = (day: string) => setClock(`${year}-${day}T10:00:00+08:00`);
let people: Record<'firm' | 'lab' | 'body' | 'expert' | 'stranger' | 'platform' | 'department' | 'finance', Person>;
let [round, good, bad] = [0, 0, 0];
const parties = ['firm', 'lab', 'body', 'expert', 'stranger'] as const;

/** The export of claims as this person gets it: the column 专家结论, line by line. */
async function exported(who: Person): Promise<string[]> {
  const session = (await who.client.auth.getSession()).data.session;
  const answer = await fetch(`${inject('url')}/functions/v1/export?what=redemptions&round=${round}`, {
    headers: { apikey: inject('publishableKey'), authorization: `Bearer ${session?.access_token}` },
  });
  expect(answer.status).toBe(200);
  const [head = '', ...rows] = (await answer.text()).trim().split('\r\n');
  const column = head.split(',').indexOf('专家结论');
  expect(column).toBeGreaterThan(0);
  return rows.map((r) => r.split(',')[column] ?? '').toSorted();
}

beforeAll(async () => {
  await ownYear(year);
  await at('02-10');
  const [firm, lab] = [await applicant(), await institution()];
  const body = await recommender(lab);
  const signed = { contract_signed_on: `${year}-01-15` };
  [good, bad] = [await passed(lab, await paid(firm, lab, signed)), await passed(lab, await paid(firm, lab, signed))];
  const panel = await experts(3);
  people = {
    ...{ firm, lab, body, expert: panel[0] as Person, stranger: await signUp() },
    ...{ platform: await platform(), department: await staff('department'), finance: await staff('finance') },
  };
  round = Number((await admin()`select round_id as id from public.redemptions where id = ${good}`)[0]?.['id']);
  await at('04-03');
  await advance(people.platform, round, 'close');
  await advance(people.platform, round, 'open_review');
  await voteAll(panel, round, [bad]);
  await advance(people.platform, round, 'report');
}, 120_000);
afterAll(() => setClock(null));

test('R28: between report and notice no party, expert or stranger reads a result, by table, event, message, function or export', async () => {
  for (const who of parties) {
    const { client, act } = people[who];
    for (const columns of ['expert_result', 'review_turn', '*'])
      expect((await client.from('redemptions').select(columns)).error?.code, `${who} ${columns}`).toBe('NOT_ALLOWED');
    expect((await client.from('redemptions').select('id').eq('expert_result', 'no')).error?.code).toBe('NOT_ALLOWED');
    expect((await client.from('redemptions').select('id').order('expert_result')).error?.code).toBe('NOT_ALLOWED');
    for (const table of ['review_turns', 'notice_items'])
      expect((await client.from(table).select('*').in('redemption_id', [good, bad])).data, `${who} ${table}`).toEqual(
        [],
      );
    expect((await act<string[]>('refusal_reasons', { redemption_id: bad })).data).toEqual([]);
    // What is said of the accepted and of the refused item differs in numbers and days alone.
    const said = async (id: number) =>
      JSON.stringify([
        (await client.from('redemptions').select('state, panel, review_open, papers_archived').eq('id', id)).data,
        (await act<{ action: string }[]>('timeline', { entity: 'redemption', entity_id: id })).data?.map(
          (e) => e.action,
        ),
        (await act<{ sentence: string }[]>('next_step', { entity: 'redemption', entity_id: id })).data?.[0]?.sentence,
        (await client.from('events').select('action, reason, to_state').eq('entity', 'redemption').eq('entity_id', id))
          .data,
        (await client.from('notifications').select('kind, body').eq('entity', 'redemption').eq('entity_id', id)).data,
        ((await act<{ code: string }[]>('case_checks', { entity: 'redemption', entity_id: id })).data ?? []).length,
      ]);
    expect(await said(bad), who).toBe(await said(good));
    const public_ = await act<{ details: object }[]>('timeline', { entity: 'round', entity_id: round });
    expect(JSON.stringify(public_.data)).not.toMatch(/"yes"|"no"|passed_fen/);
  }
  expect(await exported(people.lab)).toEqual(['', '']);
  expect(await exported(people.firm)).toEqual(['', '']);
});

test('R28: the staff read the result by the turns of the review', async () => {
  for (const who of ['platform', 'department', 'finance'] as const) {
    const { data } = await people[who].client
      .from('redemptions')
      .select('id, turns:review_turns(turn, result)')
      .in('id', [good, bad])
      .order('id');
    expect(data, who).toEqual([
      { id: good, turns: [{ turn: 1, result: 'yes' }] },
      { id: bad, turns: [{ turn: 1, result: 'no' }] },
    ]);
    expect(await exported(people[who])).toEqual(['不通过', '通过']);
  }
});

test('R28: once the notice is published both parties read result and reasons there', async () => {
  await advance(people.department, round, 'confirm');
  await advance(people.finance, round, 'confirm');
  for (const who of ['firm', 'lab'] as const)
    expect((await people[who].act('refusal_reasons', { redemption_id: bad })).data, who).toEqual([]);
  await advance(people.platform, round, 'publish');
  for (const who of ['firm', 'lab'] as const) {
    const items = await people[who].client
      .from('notice_items')
      .select('redemption_id, result')
      .in('redemption_id', [good, bad]);
    expect(items.data?.toSorted((a, b) => a.redemption_id - b.redemption_id)).toEqual([
      { redemption_id: good, result: 'yes' },
      { redemption_id: bad, result: 'no' },
    ]);
    expect((await people[who].act<string[]>('refusal_reasons', { redemption_id: bad })).data?.length).toBeGreaterThan(
      0,
    );
    expect((await people[who].client.from('redemptions').select('expert_result')).error?.code).toBe('NOT_ALLOWED');
  }
});
