// The public face: notices that administrators write, what anyone asks and how it is answered, and the figures of a year's report.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  accepted,
  admin,
  anonymous,
  applicant,
  approved,
  institution,
  type Person,
  platform,
  requestId,
  setClock,
  staff,
  submitted,
} from '../support/people.ts';

beforeAll(() => setClock('2026-05-13T10:00:00+08:00'));
afterAll(() => setClock(null));

const send = async (name: string, body: unknown) => {
  await admin()`delete from private.public_turns`;
  const answer = await fetch(`${inject('url')}/functions/v1/${name}`, {
    method: 'POST',
    headers: { apikey: inject('publishableKey'), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};
const asked = {
  kind: 'question',
  title: '演示：团队能不能认证',
  body: '演示：我们是入驻孵化器的团队，没有统一社会信用代码，能认证吗？',
  contact: '0371-00000000',
};
const look = async (receipt: unknown) => (await send('check-receipt', { receipt })).body;
const answer = (who: Person, receipt: unknown, publish: boolean) =>
  admin()<{ id: number }[]>`select id from public.inquiries where receipt = ${String(receipt)}`.then(([row]) =>
    who.act<{ published: boolean }>('answer_inquiry', {
      inquiry_id: row?.id,
      answer: '可以，请上传入驻证明。',
      publish,
      request_id: requestId(),
    }),
  );

test('R35: an announcement is public from its day on, a draft and one of tomorrow are not; every change leaves an event (R50); no API role writes', async () => {
  const write = (title: string, on: string | null) => admin()`
    insert into public.announcements (kind, audience, title, body, source, published_on)
    values ('call', 'applicant', ${title}, '演示：今年的申领从今天开始，请留意。', '演示单位', ${on})`;
  const events = async () =>
    Number((await admin()`select count(*) as n from public.events where entity = 'announcements'`)[0]?.['n']);
  const before = await events();
  const titles = ['演示：今天公布', '演示：明天公布', '演示：还是草稿'];
  await write('演示：今天公布', '2026-05-13');
  await write('演示：明天公布', '2026-05-14');
  await write('演示：还是草稿', null);
  expect(await events()).toBe(before + 3);
  const seen = async () =>
    (await anonymous().from('announcements').select('title').in('title', titles).order('id')).data?.map((a) => a.title);
  expect(await seen()).toEqual(['演示：今天公布']);
  await setClock('2026-05-14T00:00:00+08:00');
  expect(await seen()).toEqual(['演示：今天公布', '演示：明天公布']);
  await admin()`update public.announcements set published_on = null where title = '演示：今天公布'`;
  expect([await seen(), await events()]).toEqual([['演示：明天公布'], before + 4]);
  const row = { kind: 'call', title: '演示：不请自来', body: '演示：不请自来的一条。', source: '演示' } as never;
  for (const who of [anonymous(), (await platform()).client])
    expect((await who.from('announcements').insert(row)).error).not.toBeNull();
  await expect(
    admin()`insert into public.announcements (kind, title, body, source, document_url)
      values ('call', '演示：坏的网址', '演示：原文的网址不是 https。', '演示', 'javascript:alert(1)')`,
  ).rejects.toMatchObject({ code: '23514' });
  await setClock('2026-05-13T10:00:00+08:00');
});

test('R35, R47: anyone asks, complains or proposes and has a receipt of 100 random bits; the answer is found by it, without who asked; what is not to be published is not', async () => {
  const office = await platform();
  const receipts: string[] = [];
  for (const [kind, prefix] of [
    ['question', 'ZX'],
    ['complaint', 'TS'],
    ['proposal', 'JY'],
  ]) {
    const taken = await send('submit-inquiry', { ...asked, kind });
    expect([taken.status, taken.body['receipt']]).toEqual([
      200,
      expect.stringMatching(new RegExp(`^${prefix}(-[0-9A-HJKMNP-TV-Z]{5}){4}$`)),
    ]);
    receipts.push(String(taken.body['receipt']));
  }
  const [receipt] = receipts as [string];
  expect((await send('submit-inquiry', asked)).body['receipt'], 'sent twice, taken once (R33)').toBe(receipt);
  expect(await look(receipt)).toMatchObject({ kind: 'question', about: asked.title, answer: null });
  // Nobody but the platform answers; without the asker's consent nothing is published, and nothing is half done.
  for (const who of [await staff('department'), await applicant()])
    expect((await answer(who, receipt, false)).error?.code).toBe('NOT_FOUND');
  expect((await answer(office, receipt, true)).error?.code).toBe('R35_NOT_TO_PUBLISH');
  expect(await look(receipt)).toMatchObject({ answer: null });
  expect((await answer(office, receipt, false)).error).toBeNull();
  expect((await answer(office, receipt, false)).error?.code, 'answered once').toBe('NOT_FOUND');
  const found = await look(receipt);
  expect(found).toMatchObject({ kind: 'question', answer: '可以，请上传入驻证明。', decided_on: '2026-05-13' });
  expect(JSON.stringify(found)).not.toMatch(/0371-00000000|入驻孵化器/);
  const stranger = anonymous();
  expect((await stranger.from('published_inquiries').select('title').eq('title', asked.title)).data).toEqual([]);
  expect((await stranger.from('inquiries').select('id')).error).not.toBeNull();
});

test('R35: with the asker’s consent the answer is public with its time, and nothing of who asked', async () => {
  const title = '演示：发票丢了怎么办';
  const { body } = await send('submit-inquiry', { ...asked, title, may_publish: 'yes' });
  expect((await answer(await platform(), body['receipt'], true)).data?.published).toBe(true);
  const { data } = await anonymous().from('published_inquiries').select('*').eq('title', title).single();
  expect(data).toMatchObject({ kind: 'question', title, body: asked.body, asked_on: '2026-05-13' });
  expect(Object.keys(data ?? {}).join()).not.toMatch(/contact|receipt/);
});

test('R35: asked again word for word it is one case, also at the same moment, and the last word on publishing counts', async () => {
  const title = '演示：改了主意，不公开';
  const sent = await Promise.all([1, 2, 3].map(() => send('submit-inquiry', { ...asked, title, may_publish: 'yes' })));
  expect(new Set(sent.map((s) => s.body['receipt'])).size).toBe(1);
  const again = await send('submit-inquiry', { ...asked, title, may_publish: '' });
  expect(again.body['receipt']).toBe(sent[0]?.body['receipt']);
  expect((await answer(await platform(), again.body['receipt'], true)).error?.code).toBe('R35_NOT_TO_PUBLISH');
  expect((await answer(await platform(), again.body['receipt'], false)).error).toBeNull();
});

test('R35: what is asked is refused with the field that is wrong; a robot’s hidden field, a kind that is none and too long a text write nothing', async () => {
  const count = async () => Number((await admin()`select count(*) as n from public.inquiries`)[0]?.['n']);
  const before = await count();
  for (const wrong of [
    { kind: 'praise' },
    { title: '短' },
    { title: '\u200b\u200b\u200b\u200b\u200b' },
    { body: '太短' },
    { body: '长'.repeat(2001) },
    { contact: '1'.repeat(101) },
  ]) {
    const refused = await send('submit-inquiry', { ...asked, ...wrong });
    expect([refused.status, refused.body['code']], JSON.stringify(wrong).slice(0, 40)).toEqual([400, 'INPUT_INVALID']);
    expect(refused.body['hint']).toMatch(/[\u4e00-\u9fff]/);
    expect(refused.body['details'], JSON.stringify(wrong).slice(0, 40)).toBe(Object.keys(wrong)[0]);
  }
  expect((await send('submit-inquiry', { ...asked, website: 'http://spam.example' })).status).toBe(400);
  expect(await count()).toBe(before);
});

test('R35: a year’s report counts each step and what it took, hides the time of fewer than three, and names what was not eligible', async () => {
  const steps = async () => {
    await admin()`select private.refresh_statistics()`;
    const rows = (await anonymous().from('yearly_steps').select('*').eq('year', 2026).eq('entity', 'order')).data ?? [];
    return (from: string, action: string) => {
      const of = rows.filter((r) => r.from_state === from && r.action === action);
      return of.reduce((n, r) => n + r.cases, 0);
    };
  };
  const [before, office] = [await steps(), await platform()];
  const [firm, lab] = [await applicant(), await institution()];
  await approved(firm, lab);
  const declined = await submitted(firm, lab);
  await lab.must('decline_order', { order_id: declined, reason: '设备检修中', request_id: requestId() });
  const returned = await accepted(firm, lab);
  await office.must('return_order', { order_id: returned, reason: '请补充合同', request_id: requestId() });
  const after = await steps();
  const grown = (from: string, action: string) => after(from, action) - before(from, action);
  expect([
    grown('submitted', 'accept'),
    grown('submitted', 'decline'),
    grown('platform_review', 'return'),
    grown('platform_review', 'approve'),
    grown('draft', 'submit'),
  ]).toEqual([2, 1, 1, 1, 0]);
  const all = (await anonymous().from('yearly_steps').select('*')).data ?? [];
  expect(all.filter((r) => r.cases < 3 !== (r.median_days === null))).toEqual([]);
  const [same] = await admin()`select (select sum(amount_fen) from public.yearly_exclusions)
    = (select sum(l.amount_fen) from public.order_fee_lines l join public.vouchers v on v.order_id = l.order_id
       where l.exclusion_code is not null and not v.rectified) as same`;
  expect(same?.['same']).toBe(true);
  expect(((await anonymous().from('yearly_exclusions').select('code')).data ?? []).map((r) => r.code)).toContain(
    'E3.2',
  );
});
