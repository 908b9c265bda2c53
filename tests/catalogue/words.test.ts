import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Converter } from 'opencc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kinds } from '../../local/seed/kinds.ts';
import { Catalogue } from '../../src/backend/catalogue.ts';
import type { CatalogueEntry } from '../../src/domain/catalogue.ts';
import { understand, Vocabulary, waysOf } from '../../src/domain/search/vocabulary.ts';
import { nothingAsked } from '../../src/islands/catalogue/question.ts';
import words from '../../content/vocabulary.json' with { type: 'json' };
import { cityOf, emptySite, entry, publishTo, readerOf } from '../support/catalogue.ts';

/** The demo's kinds of instruments and tests, one of each, and some that could be taken for them. */
const instruments = kinds.map((kind, i) =>
  entry({
    ordinal: i + 1,
    name: kind.name,
    model: `DEMO-${8100 + i}`,
    class_code: '01',
    purpose: `${kind.use}。`,
    details: { specs: kind.specs.map((line) => line.replaceAll(/\{([^}|]+)[^}]*\}/g, '$1')).join('\n') },
    institution_id: 2,
    institution_name: '太行第三材料研究所（演示）',
    ...cityOf('洛阳'),
  }),
);
const services = kinds.map((kind, i) =>
  entry({
    kind: 'service',
    ordinal: i + 1,
    name: kind.service.name,
    class_code: '01',
    purpose: `${kind.use}。`,
    details: { standard: `演示标准 ${1000 + i}《${kind.service.standard}》` },
    institution_id: 2,
    institution_name: '太行第三材料研究所（演示）',
    ...cityOf('洛阳'),
  }),
);
const more: CatalogueEntry[] = [
  entry({
    ordinal: 101,
    name: '显微镜',
    model: 'JSM-7800F',
    institution_name: '中原大学（演示）',
    cma: true,
    details: { specs: '分辨率：0.9 nm（15 kV）\n加速电压：0.1～30 kV' },
  }),
  entry({ ordinal: 102, name: '显微镜', details: { specs: '分辨率 10.9 nm，130kV' } }),
  entry({
    ordinal: 103,
    name: '化学气相沉积设备',
    purpose: 'assembly of layers',
    institution_id: 2,
    ...cityOf('洛阳'),
  }),
];
const standards = [
  'GB/T 228.1-2021《金属材料 室温试验》',
  'GB/T 228.2—2015',
  'GB/T 2281-1990',
  'ISO 6892-1:2019',
  'GB 2280',
];
const byStandard = standards.map((standard, i) =>
  entry({ kind: 'service', ordinal: 101 + i, name: `标准${i}`, details: { standard } }),
);

let dir: string;
let found: (
  kind: 'instrument' | 'service',
  query: string,
  exact?: boolean,
) => Promise<{ names: string[]; answer: Awaited<ReturnType<Catalogue['search']>> }>;
beforeAll(async () => {
  dir = emptySite();
  await publishTo(dir, [...instruments, ...more, ...services, ...byStandard]);
  const catalogues = {
    instrument: new Catalogue(readerOf(dir, 'instrument').index),
    service: new Catalogue(readerOf(dir, 'service').index),
  };
  found = async (kind, query, exact = false) => {
    const answer = await catalogues[kind].search({ ...nothingAsked, query, exact });
    return { names: answer.rows.map((r) => r.name), answer };
  };
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What people type, and what stands first of what is found; written by hand. */
const rightFirst: [query: string, instrument: string, service?: string][] = [
  // abbreviations and everyday names
  ['SEM', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['sem ', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['ＳＥＭ', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['FE-SEM', '场发射扫描电子显微镜'],
  ['扫描电镜', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['TEM', '透射电子显微镜', '透射电镜晶体结构检测'],
  ['XRD', 'X射线衍射仪', '物相与残余应力检测'],
  ['气质联用', '气相色谱质谱联用仪', '气质联用挥发物检测'],
  ['气质联用仪', '气相色谱质谱联用仪', '气质联用挥发物检测'],
  ['GC-MS', '气相色谱质谱联用仪', '气质联用挥发物检测'],
  ['gcms', '气相色谱质谱联用仪', '气质联用挥发物检测'],
  ['GC/MS', '气相色谱质谱联用仪', '气质联用挥发物检测'],
  ['HPLC', '高效液相色谱仪', '液相色谱有机物检测'],
  ['液相', '高效液相色谱仪', '液相色谱有机物检测'],
  ['ICP-MS', '电感耦合等离子体质谱仪', '痕量元素检测'],
  ['拉力试验机', '万能材料试验机', '力学性能检测'],
  ['拉伸试验机', '万能材料试验机', '力学性能检测'],
  ['拉力机', '万能材料试验机'],
  ['万能试验机', '万能材料试验机'],
  ['CMM', '三坐标测量机', '尺寸与形位误差检测'],
  ['三坐标', '三坐标测量机'],
  ['VNA', '矢量网络分析仪', '射频器件参数检测'],
  ['矢网', '矢量网络分析仪'],
  ['HIP', '热等静压机', '热等静压致密化试验'],
  ['高低温箱', '环境试验箱', '高低温湿热检测'],
  ['恒温恒湿箱', '环境试验箱'],
  ['工业CT', '工业CT', '内部缺陷无损检测'],
  ['GPR', '探地雷达'],
  ['ADCP', '海流剖面仪'],
  ['流式', '流式细胞仪', '细胞分型与计数检测'],
  // the other order of words, and words typed as one
  ['材料万能试验机', '万能材料试验机'],
  ['电子扫描显微镜', '场发射扫描电子显微镜'],
  ['共聚焦激光显微镜', '激光共聚焦显微镜'],
  ['洛阳扫描电镜', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['郑州市显微镜', '显微镜'],
  // traditional characters, homophones, look-alikes
  ['掃描電鏡', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['氣相色譜質譜聯用儀', '气相色谱质谱联用仪'],
  ['扫描电竞', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['光谱议', '光谱仪'],
  ['示波汽', '示波器'],
  ['硬肚计', '硬度计'],
  ['头射电镜', '透射电子显微镜'],
  // 拼音
  ['saomiaodianjing', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['smdj', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['shiboqi', '示波器'],
  ['sbq', '示波器'],
  // several words at once
  ['郑州 显微镜 CMA', '显微镜'],
  ['中原大学 显微镜', '显微镜'],
  ['CMA显微镜', '显微镜'],
  ['洛阳 SEM', '场发射扫描电子显微镜', '扫描电镜断口形貌检测'],
  ['SEM 太行', '场发射扫描电子显微镜'],
  // specifications
  ['显微镜 30kV', '显微镜'],
  ['显微镜 0.9 nm', '显微镜'],
  ['0.9nm', '显微镜'],
  ['0.90 NM', '显微镜'],
];

describe('the words of the trade', () => {
  test('each query of the table finds its instrument, and its test, first', async () => {
    const wrong: string[] = [];
    for (const [query, instrument, service] of rightFirst) {
      const { names } = await found('instrument', query);
      if (names[0] !== instrument) wrong.push(`${query}: ${names.slice(0, 3)}`);
      if (service) {
        const tests = await found('service', query);
        if (tests.names[0] !== service) wrong.push(`${query} (test): ${tests.names.slice(0, 3)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
  test('standards, however they are written; the year and the part are open until they are said', async () => {
    const named = async (query: string) => (await found('service', query)).names.toSorted();
    for (const query of ['GB/T228.1-2021', 'GB/T 228.1—2021', 'gbt228.1-2021', 'ＧＢ／Ｔ 228.1－2021', 'GB 228.1-2021'])
      expect([query, await named(query)]).toEqual([query, ['标准0']]);
    for (const query of ['gbt 228', 'GB/T 228', 'GBT228', '国标228', '国标 228'])
      expect([query, await named(query)]).toEqual([query, ['标准0', '标准1']]);
    expect(await named('gbt 228.1')).toEqual(['标准0']);
    expect(await named('ISO6892')).toEqual(['标准3']);
    expect(await named('iso 6892-1')).toEqual(['标准3']);
    expect(await named('GB/T 228.1-2010')).toEqual([]);
  });
  test('an abbreviation of the trade is no row of initials, and no piece of a word; where there is none it says what it is', async () => {
    const { names, answer } = await found('instrument', 'DSC');
    expect([names, answer.known, answer.instead]).toEqual([[], ['差示扫描量热仪'], undefined]);
    expect((await found('instrument', 'dsc', true)).names).toEqual([]);
    // «assembly» has «sem» in it: exact finds it, the trade does not add to it.
    expect((await found('instrument', 'sem', true)).names).toEqual(['化学气相沉积设备']);
    expect((await found('instrument', '气相色谱')).names).not.toContain('化学气相沉积设备');
    for (const query of ['yjs', 'dsl', 'cly']) {
      const { answer } = await found('instrument', query);
      expect([query, answer.instead?.words.includes('第三材')]).toEqual([query, answer.instead ? false : undefined]);
    }
  });
  test('a value is that value: 0.9 is not 10.9, 30 kV not 130 kV', async () => {
    expect((await found('instrument', '0.9 nm')).answer.rows.map((r) => r.ordinal)).toEqual([101]);
    expect((await found('instrument', '130kV')).answer.rows.map((r) => r.ordinal)).toEqual([102]);
  });
  test('what was widened is said, and one step narrows it; an exact search says and adds nothing', async () => {
    const { answer } = await found('service', 'SEM');
    expect(answer.also).toContain('扫描电镜');
    expect(answer.also).not.toContain('SEM');
    const exact = await found('service', '扫描电镜', true);
    expect([exact.names, exact.answer.also, exact.answer.instead]).toEqual([['扫描电镜断口形貌检测'], [], undefined]);
    expect((await found('instrument', '掃描電鏡')).answer.instead).toEqual({ how: 'simple', words: ['扫描电镜'] });
    expect((await found('instrument', '扫描电竞')).answer.instead).toEqual({ how: 'sound', words: ['扫描电镜'] });
  });
  test('rows and counts are of the same search', async () => {
    for (const query of ['SEM', '洛阳 显微镜', '拉力试验机', '30kV']) {
      const catalogue = new Catalogue(readerOf(dir, 'instrument').index);
      const answer = await catalogue.search({ ...nothingAsked, query });
      const facets = await catalogue.facets({ ...nothingAsked, query }, answer.alternatives);
      expect([query, facets.total]).toEqual([query, answer.rows.length]);
      expect((await catalogue.facets({ ...nothingAsked, query })).total).toBe(answer.rows.length);
    }
  });
});
describe('the vocabulary', () => {
  test('every thing has a name, other words and a source; no word twice in one, and no more ways than are searched', () => {
    const wrong: string[] = [];
    for (const c of words.trade.concepts) {
      const all = [...c.words, ...('asked' in c ? (c.asked as string[]) : [])];
      if (!c.name || all.length < 1 || !c.source || new Set(all).size !== all.length) wrong.push(c.name);
    }
    expect(wrong).toEqual([]);
    const vocabulary = new Vocabulary(words.trade.concepts);
    expect(waysOf(understand('sem tem xrd gc hplc icp', vocabulary)).length).toBeLessThanOrEqual(8);
    expect(understand('a'.repeat(300), vocabulary)[0]?.typed.length).toBeLessThanOrEqual(100);
  });
  test('the table of traditional characters is that of OpenCC', () => {
    const simple = Converter({ from: 't', to: 'cn' });
    const table = [...readFileSync(join(import.meta.dirname, '../../content/traditional.txt'), 'utf8').trim()];
    const wrong: string[] = [];
    for (let i = 0; i < table.length; i += 2)
      if (simple(table[i] as string) !== table[i + 1]) wrong.push(`${table[i]}${table[i + 1]}`);
    expect([table.length > 4000, wrong]).toEqual([true, []]);
  });
});
