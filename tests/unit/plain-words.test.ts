// Plain official Chinese, one name a thing, and guides that name what is on the screen: the words that were wrong once come back nowhere.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const read = (folder: string, kinds: RegExp) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((f) => kinds.test(f) && !/(\.types\.ts|vocabulary\.json|traditional\.txt)$/.test(f))
    .map((f) => ({ file: join(folder, f), text: readFileSync(join(folder, f), 'utf8') }));
const words = [
  ...read('content', /\.(md|json)$/),
  ...read('src', /\.(astro|tsx?)$/),
  ...read('supabase/migrations', /\.sql$/),
  ...read('supabase/functions', /\.ts$/),
];

/** What is not said, and what is said instead. */
const never: [RegExp, string][] = [
  [/政府承担三成|三成费用/, '符合条件的研发检测费，按 30% 抵扣'],
  [/钱去了哪/, '资金公开'],
  [/一张券怎样走完|走完全程/, '办理流程'],
  [/来龙去脉/, '政策沿革'],
  [/免得用户/, '避免用户往返'],
  [/找不到、约不上|谈不拢价/, '信息不畅、预约不便、收费不明'],
  [/悄悄/, '未经您同意不减少'],
  [/沿用 ?2021/, '演示按 2021 年口径设定，须以当年通知为准'],
  [/通知的五个要点/, '五个要点：一条出自通知，其余出自介绍'],
  [/64 ?位的根/, 'SHA-256，64 个十六进制字符'],
  [/申请人/, '用户单位'],
  [/办理规则/, '业务规则'],
  [/办事指南/, '操作指南'],
  [/第[一二三四]季度/, '第 3 季度'],
  [/(放假安排|日历|假期)[^。；]{0,6}(未收录|尚未发布)/, '放假安排尚未公布'],
  [/食品科技科技/, '名称只说一次'],
  [/登陆|帐号/, '登录、账号'],
];

test('the words that were mended stay mended', () => {
  expect(words.length).toBeGreaterThan(200);
  const found = never.flatMap(([wrong, right]) =>
    words.flatMap(({ file, text }) =>
      text.split('\n').flatMap((line, i) => (wrong.test(line) ? [`${file}:${i + 1} ${wrong.source} → ${right}`] : [])),
    ),
  );
  expect(found).toEqual([]);
});

test('what a guide quotes is the name of something on the screen', () => {
  const screens = words.filter(({ file }) => !file.startsWith('content')).map(({ text }) => text);
  const quoted = readdirSync('content/guides').flatMap((file) => {
    const { steps } = JSON.parse(readFileSync(`content/guides/${file}`, 'utf8')) as {
      steps: { title: string; text: string; need?: string; after?: string }[];
    };
    return steps.flatMap((s) =>
      [s.text, s.need ?? '', s.after ?? ''].flatMap((t) =>
        [...t.matchAll(/[“《]([^”》]+)[”》]/g)].map((m) => ({ where: `${file} ${s.title}`, name: m[1] as string })),
      ),
    );
  });
  expect(quoted.length).toBeGreaterThan(25);
  expect(quoted.filter(({ name }) => !screens.some((text) => text.includes(name)))).toEqual([]);
});

test('each document, reading and guide has the day it was written, and is not given another’s name', () => {
  for (const { file, text } of words.filter((w) => /^content\/(policies|interpretations|guides)/.test(w.file)))
    expect(text, file).toMatch(/(explained|published)"?: "20\d\d-\d\d-\d\d"/);
  // The deck is named where most rules come from, and what was not seen is said to be unverified.
  const rules = readFileSync('src/pages/about/rules.astro', 'utf8');
  expect(rules).toContain('《河南省科技创新券政策及管理系统 实务操作介绍》，2021 年 9 月 24 日');
  const record = (id: string) => readFileSync(`content/policies/${id}.md`, 'utf8');
  expect(record('guokefahuo-2016-32')).toMatch(/issuer: "科技部、财政部、国家税务总局"[\s\S]*written: "2016-01-29"/);
  expect(record('yuke-2018-137')).toContain('written: "2018-09-18"');
  for (const id of ['yuke-2023-2', 'yuke-2025-42', 'guokehuozi-2022-67', 'gongqiyehan-2026-160'])
    expect(record(id), id).toMatch(/待核实[\s\S]*changes: (true|false)/);
});
