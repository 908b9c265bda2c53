import type { Laboratory } from './orders.ts';
import { type Person, requestId } from './person.ts';
import type { Stage } from './stage.ts';

/** What administrators announce and what readers ask (R35): invented, and said to be. */
export async function seedWords(stage: Stage, firm: Person, labs: Laboratory[]): Promise<void> {
  const { sql } = stage.stack;
  await sql`insert into public.announcements (kind, audience, title, body, source, published_on) values
    ('call', 'everyone', '2026 年度创新券申领开始（演示）',
      ${'2026 年度科技创新券从 4 月 1 日起申领。认证通过的单位签署承诺书后当场领取额度，当年有效。\n\n这是演示数据，不是真的通知；申领以省科技厅当年的通知为准。'},
      '演示数据', '2026-04-01'),
    ('maintenance', 'everyone', '系统维护：7 月 18 日 22:00 起两小时（演示）',
      ${'维护期间不能提交和支付，已经办的不受影响。\n\n这是演示数据，不是真的通知。'}, '演示数据', '2026-07-15'),
    ('result', 'institution', '第 2 季度已兑付到账（演示）',
      ${'第 2 季度通过评审、公示期满的兑付申请已经列入拨付单，到账情况见“兑付次序”。\n\n这是演示数据，不是真的通知。'},
      '演示数据', '2026-08-10')`;
  const inquiries = [
    [
      'question',
      '团队没有统一社会信用代码能认证吗',
      '我们是入驻省级孵化器的创业团队，还没有注册公司，能不能申领？',
      true,
    ],
    ['proposal', '希望按价格排列仪器', '同一种仪器有几十台，建议能按收费高低排列，便于比较。', false],
  ] as const;
  for (const [kind, title, body, publish] of inquiries) {
    await sql`select private.submit_inquiry(${kind}, ${`${title}（演示）`}, ${body}, '', ${publish}, false)`;
    const [row] = await sql`select max(id)::integer as id from public.inquiries`;
    if (publish)
      await stage.office.act('answer_inquiry', {
        inquiry_id: row?.['id'],
        answer: '可以。团队认证时不填统一社会信用代码，上传孵化载体出具的入驻证明。',
        publish,
        request_id: requestId(),
      });
  }
  const needs = [
    { class_code: '01', sample: '轴承钢断口，看形貌和成分（演示）', standard: 'GB/T 17359', city_code: '410300' },
    { class_code: '03', sample: '精密零件，测形位公差（演示）', standard: '', city_code: '', named: true },
  ];
  for (const payload of needs) {
    const { id } = await firm.act<{ id: number }>('post_need', { payload, request_id: requestId() });
    const [able] = await sql<{ institution_id: number }[]>`select institution_id::integer from public.catalogue
      where class_code = ${payload.class_code} and is_open and institution_id in ${sql(labs.map((l) => l.orgId))} limit 1`;
    await labs
      .find((l) => l.orgId === able?.institution_id)
      ?.act('answer_need', {
        need_id: id,
        payload: { body: '可以做，约一周出结果。请先看收费，再预约。（演示）' },
        request_id: requestId(),
      });
  }
}
