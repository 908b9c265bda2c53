// The operator's book, followed literally: each piece of its SQL runs on a portal, as the owner that the dashboard gives, and is undone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../../local/stack.ts';
import { admin, approved, applicant, institution, setClock, signUp } from '../support/people.ts';

const book = readFileSync(join(root, 'docs/operations.zh-CN.md'), 'utf8');
const sections = book.split(/^## /m).slice(1);
const procedures = sections
  .map((section) => ({
    name: section.split('\n')[0] as string,
    pieces: [...section.matchAll(/^ *```sql\n([\s\S]*?)^ *```/gm)].map((m) => m[1] as string),
  }))
  .filter(({ pieces }) => pieces.length > 0);

/** What an operator writes in the brackets. */
let own: Record<string, string>;
beforeAll(async () => {
  await setClock(null);
  const [officer, expert, colleague, member] = await Promise.all([signUp(), signUp(), signUp(), signUp()]);
  const [firm, lab] = [await applicant(), await institution()];
  const order = await approved(firm, lab);
  const address = async (id: string) =>
    String((await admin()`select email from auth.users where id = ${id}`)[0]?.['email']);
  const name = async (id: number) =>
    String((await admin()`select name from public.organizations where id = ${id}`)[0]?.['name']);
  await admin()`select private.grant_role(${await address(officer.userId)}, 'finance', '王一', '任命文件', '李四')`;
  await admin()`select private.grant_role(${await address(expert.userId)}, 'expert', '赵二', '聘任通知', '李四')`;
  own = {
    本人地址: await address(officer.userId),
    专家地址: await address(expert.userId),
    推荐单位人员的地址: await address(member.userId),
    新经办人地址: await address(colleague.userId),
    原经办人地址: await address(firm.userId),
    姓名: '王一',
    办理人: '李四',
    依据: '任命文件',
    职称: '教授',
    所在单位: await name(lab.orgId),
    推荐单位全称: '演示推荐单位（手册）',
    管理单位全称: await name(lab.orgId),
    有关单位全称: await name(lab.orgId),
    单位全称: await name(firm.orgId),
    订单编号: String(order),
    请求编号: crypto.randomUUID(),
    通知文号: '豫科〔2026〕1号',
    放假通知文号: '国办发明电〔2026〕1号',
    几: '二',
  };
}, 60_000);

const filled = (sql: string) =>
  sql.replaceAll(/<([^<>\n]+)>/g, (_, words: string) => {
    const found = own[words] ?? own[words.split('，')[0] as string];
    if (found !== undefined) return found;
    if (/，如/.test(words)) return '如实填写';
    throw new Error(`the book asks for «${words}», and the test has nothing to write there`);
  });

test('the book has procedures to follow', () => expect(procedures.length).toBeGreaterThan(6));

test.each(procedures)(
  '$name',
  async ({ name, pieces }) => {
    const undone = new Error('undo');
    await admin()
      .begin(async (tx) => {
        // On the first day nobody has an office yet.
        if (name === '第一天') await tx`delete from public.staff_roles where true`;
        for (const piece of pieces)
          for (const statement of filled(piece).split(/;\s*$/m)) {
            if (!statement.trim()) continue;
            const rows = await tx.unsafe(statement);
            // Every act did something: a row written or read. Nothing may stand open, nothing need have been altered, no request need have been made.
            if (rows.command !== 'SET' && !/private\.trace|not balanced|action in/.test(statement))
              expect(rows.count, statement).toBeGreaterThan(0);
          }
        throw undone;
      })
      .catch((error) => {
        if (error !== undone) throw error;
      });
  },
  60_000,
);
