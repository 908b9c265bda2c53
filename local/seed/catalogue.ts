import type { Sql } from 'postgres';
import { type Kind, kinds } from './kinds.ts';

const regions = ['410100', '410300', '410700', '410200', '411300', '411000', '410800', '410400', '410500', '411500'];
const places = ['中原', '豫北', '豫西', '黄河', '嵩山', '太行', '伏牛', '淮源', '商都', '汝州'];
const bodies = [
  ['大学', 'university'],
  ['材料研究所', 'institute'],
  ['分析测试中心', 'service'],
  ['精密检测院', 'institute'],
] as const;
const makers = ['演示仪器厂', '示范光电', '样例科仪', '虚构精工'];

/** A small seeded generator: the same demo data on every machine. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** 0 → nothing, 1 → 第二, 10 → 第十一: names for as many institutions as a large catalogue needs (below a thousand). */
function nth(i: number): string {
  const digit = '零一二三四五六七八九';
  const n = i + 1;
  const tens = Math.floor(n / 10);
  return n === 1 ? '' : `第${tens > 1 ? digit[tens] : ''}${tens > 0 ? '十' : ''}${n % 10 > 0 ? digit[n % 10] : ''}`;
}

/** Institutions (one in 250 instruments, at least 40), their instruments and services, published as an approval would publish them. 演示数据. */
export async function seedCatalogue(sql: Sql, instruments: number, services: number): Promise<void> {
  const next = random(41);
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T;
  const institutions = Array.from({ length: Math.max(40, Math.floor(instruments / 250)) }, (_, i) => {
    const [suffix, type] = bodies[i % bodies.length] as (typeof bodies)[number];
    return {
      kind: 'institution',
      name: `${places[i % places.length]}${nth(Math.floor(i / places.length))}${suffix}（演示）`,
      region_code: regions[i % regions.length] as string,
      institution_type: type,
      cma_no: i % 2 ? `演示CMA${i}` : null,
      cnas_no: i % 3 ? null : `演示CNAS${i}`,
      is_demo: true,
    };
  });
  const ids = (await sql`insert into public.organizations ${sql(institutions)} returning id`).map((r) =>
    Number(r['id']),
  );
  /** Two different ones. */
  const two = (list: readonly string[]) => {
    const at = Math.floor(next() * list.length);
    return [list[at], list[(at + 1 + Math.floor(next() * (list.length - 1))) % list.length]] as const;
  };
  const use = (kind: Kind) =>
    `${kind.use}，适用于${two(kind.objects).join('、')}的${pick(kind.shapes)}，服务${two(kind.studies).join('与')}研究。（演示数据）`;
  const specs = (kind: Kind) =>
    [
      ...kind.specs.map((line) => line.replaceAll(/\{([^}]+)\}/g, (_, choice: string) => pick(choice.split('|')))),
      '演示数据，以预约时确认为准。',
    ].join('\n');
  const price = () => (Math.floor(next() * 200) + 5) * 1000;
  const rows = Array.from({ length: instruments }, () => {
    const kind = pick(kinds);
    const low = price();
    return {
      organization_id: pick(ids),
      class_code: kind.class_code,
      name: kind.name,
      model: `${pick(['DEMO', 'YS', 'HN', 'KX'])}-${Math.floor(next() * 9000 + 1000)}`,
      maker: pick(makers),
      purpose: use(kind),
      specs: specs(kind),
      unit: pick(kind.units),
      price_min_fen: low,
      price_max_fen: low * (1 + Math.floor(next() * 3)),
      is_open: next() > 0.06,
      voucher_enabled: next() > 0.12,
    };
  }).map((row, i) => ({
    ...row,
    reopens_on: !row.is_open && i % 2 === 0 ? `2026-12-${String(7 + (i % 20)).padStart(2, '0')}` : null,
  }));
  for (let i = 0; i < rows.length; i += 2000) await sql`insert into public.instruments ${sql(rows.slice(i, i + 2000))}`;
  const serviceRows = Array.from({ length: services }, () => {
    const kind = pick(kinds);
    const {
      name,
      standard,
      sample,
      days: [least, most],
    } = kind.service;
    const low = price();
    return {
      organization_id: pick(ids),
      class_code: kind.class_code,
      name,
      standard: `演示标准 ${Math.floor(next() * 9000 + 1000)}《${standard}》`,
      purpose: use(kind),
      sample_requirement: sample,
      unit: pick(['样', '项', '次']),
      price_min_fen: low,
      price_max_fen: low * 2,
      turnaround_days: least + Math.floor(next() * (most - least + 1)),
      cma: next() > 0.5,
      cnas: next() > 0.6,
    };
  });
  await sql`insert into public.services ${sql(serviceRows)}`;
  await sql`update public.instruments set state = 'published' where state = 'submitted'`;
  await sql`update public.services set state = 'published' where state = 'submitted'`;
  await sql`select private.publish_resource('instrument', id) from public.instruments where state = 'published' order by id`;
  await sql`select private.publish_resource('service', id) from public.services where state = 'published' order by id`;
}
