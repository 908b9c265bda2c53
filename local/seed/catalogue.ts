import type { Sql } from 'postgres';

const cities = ['郑州', '洛阳', '新乡', '开封', '南阳', '许昌', '焦作', '平顶山', '安阳', '信阳'];
const places = ['中原', '豫北', '豫西', '黄河', '嵩山', '太行', '伏牛', '淮源', '商都', '汝州'];
const bodies = [['大学', 'university'], ['材料研究所', 'institute'], ['分析测试中心', 'service'], ['精密检测院', 'institute']] as const;
/** Name, class, use: by kind of instrument; invented, but of the sort that laboratories really share. */
const kinds: [string, string, string][] = [
  ['场发射扫描电子显微镜', '01', '材料断口与表面形貌观察、能谱成分分析'], ['透射电子显微镜', '01', '晶体结构与纳米颗粒分析'], ['X射线衍射仪', '01', '物相鉴定与残余应力测定'],
  ['高效液相色谱仪', '01', '有机物定性定量分析'], ['气相色谱质谱联用仪', '01', '挥发性成分分析'], ['电感耦合等离子体质谱仪', '01', '痕量元素分析'], ['激光共聚焦显微镜', '01', '细胞与材料三维成像'],
  ['万能材料试验机', '02', '拉伸、压缩与弯曲试验'], ['疲劳试验机', '02', '高周与低周疲劳性能'], ['硬度计', '02', '金属与陶瓷硬度'], ['三坐标测量机', '03', '几何尺寸与形位误差'],
  ['矢量网络分析仪', '04', '射频器件参数测量'], ['示波器', '04', '高速信号测量'], ['海流剖面仪', '05', '水体流速剖面'], ['探地雷达', '06', '浅层地质结构探测'], ['气溶胶粒径谱仪', '07', '颗粒物粒径分布'],
  ['光谱仪', '08', '弱光谱线测量'], ['流式细胞仪', '09', '细胞分型与计数'], ['伽马谱仪', '10', '放射性核素分析'], ['工业CT', '11', '零件内部缺陷无损检测'], ['热等静压机', '12', '粉末致密化工艺试验'],
  ['飞秒激光器', '13', '微纳加工与光谱实验'], ['高性能计算集群', '14', '仿真计算'], ['环境试验箱', '15', '高低温湿热试验'],
];
const makers = ['演示仪器厂', '示范光电', '样例科仪', '虚构精工'];
/** What is tested, in which shape and for which study: together they make the uses as various as a real catalogue's. */
const materials = [
  '轴承钢', '钛合金', '铝镁合金', '高温合金', '耐火材料', '氮化硅陶瓷', '碳纤维复合材料', '超硬材料', '人造金刚石', '锂电池正极材料', '光伏玻璃', '石墨烯薄膜', '芯片封装胶', '稀土永磁体', '聚氨酯泡沫', '橡胶密封件', '医用高分子', '纳米涂层',
  '小麦面粉', '花生油', '中药饮片', '速冻食品', '乳制品', '烟草', '土壤', '饮用水', '煤矸石', '粉煤灰', '混凝土', '沥青', '齿轮油', '焊缝', '铸件', '管线钢', '铜箔', '磨料磨具', '电缆绝缘料', '传感器敏感膜', '光纤预制棒', '植物种子',
];
const shapes = ['粉末', '块体', '薄膜', '断面', '溶液', '涂层', '颗粒', '纤维', '切片', '成品件', '熔体', '胶体'];
const studies = ['失效机理', '配方优化', '工艺改进', '寿命评估', '可靠性验证', '国产替代', '绿色制造', '轻量化设计', '安全性评价', '界面结合', '热稳定性', '耐腐蚀', '疲劳裂纹扩展', '微区成分', '晶粒取向', '残留溶剂', '重金属迁移', '电化学性能'];

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
    const city = cities[i % cities.length] as string;
    return {
      kind: 'institution', name: `${places[i % places.length]}${nth(Math.floor(i / places.length))}${suffix}（演示）`, region_code: `41${String((i % 18) + 1).padStart(2, '0')}00`,
      city, institution_type: type, cma_no: i % 2 ? `演示CMA${i}` : null, cnas_no: i % 3 ? null : `演示CNAS${i}`, is_demo: true,
    };
  });
  const ids = (await sql`insert into public.organizations ${sql(institutions)} returning id`).map((r) => Number(r['id']));
  const use = (purpose: string) => `${purpose}，适用于${pick(materials)}、${pick(materials)}的${pick(shapes)}样品，服务${pick(studies)}与${pick(studies)}研究。（演示数据）`;
  const price = () => (Math.floor(next() * 200) + 5) * 1000;
  const rows = Array.from({ length: instruments }, () => {
    const [name, class_code, purpose] = pick(kinds);
    const low = price();
    return {
      organization_id: pick(ids), class_code, name, model: `${pick(['DEMO', 'YS', 'HN', 'KX'])}-${Math.floor(next() * 9000 + 1000)}`, maker: pick(makers), purpose: use(purpose),
      specs: `分辨率与量程以预约时确认为准。（演示数据）`, unit: pick(['样', '小时', '次']), price_min_fen: low, price_max_fen: low * (1 + Math.floor(next() * 3)), is_open: next() > 0.06, voucher_enabled: next() > 0.12,
    };
  }).map((row, i) => ({ ...row, reopens_on: !row.is_open && i % 2 === 0 ? `2026-12-${String(7 + (i % 20)).padStart(2, '0')}` : null }));
  for (let i = 0; i < rows.length; i += 2000) await sql`insert into public.instruments ${sql(rows.slice(i, i + 2000))}`;
  const serviceRows = Array.from({ length: services }, () => {
    const [name, class_code, purpose] = pick(kinds);
    const low = price();
    return {
      organization_id: pick(ids), class_code, name: `${name.replace(/[仪机镜器箱计]$/, '')}检测`, standard: `演示标准 ${Math.floor(next() * 9000 + 1000)}`, purpose: use(purpose), sample_requirement: '样品量以预约时确认为准。',
      unit: pick(['样', '项', '次']), price_min_fen: low, price_max_fen: low * 2, turnaround_days: Math.floor(next() * 20) + 3, cma: next() > 0.5, cnas: next() > 0.6,
    };
  });
  await sql`insert into public.services ${sql(serviceRows)}`;
  await sql`update public.instruments set state = 'published' where state = 'submitted'`;
  await sql`update public.services set state = 'published' where state = 'submitted'`;
  await sql`select private.publish_resource('instrument', id) from public.instruments order by id`;
  await sql`select private.publish_resource('service', id) from public.services order by id`;
}
