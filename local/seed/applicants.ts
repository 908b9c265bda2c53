import { henanCities } from '../../src/domain/henan.ts';
import { usccCheck } from '../../src/domain/uscc.ts';
import { random } from './catalogue.ts';
import { type Person, requestId } from './person.ts';
import { certify, each, person, pledgeId, type Stage } from './stage.ts';

export interface Applicant extends Person {
  orgId: number;
  name: string;
  projectId: number;
}

const trades = [
  '轴承',
  '超硬材料',
  '传感器',
  '生物医药',
  '农机装备',
  '新能源电池',
  '智能仪表',
  '精密铸造',
  '功能陶瓷',
  '电缆',
  '食品科技',
  '环保装备',
];
const fields = [
  '新材料',
  '先进制造与自动化',
  '电子信息',
  '生物与新医药',
  '新能源与节能',
  '资源与环境',
  '航空航天',
  '高技术服务',
];
/** A made-up code of the right form, with its check character. */
const demoCode = (first17: string) => first17 + usccCheck(first17);

/** Certified applicants of the three kinds, each with a claimed quota and an approved project. 演示数据. */
export async function seedApplicants(stage: Stage, count: number, carriers: number[]): Promise<Applicant[]> {
  const pledge = await pledgeId(stage, 'applicant', 2026);
  const next = random(7);
  const plans = Array.from({ length: count }, (_, i) => ({
    i,
    kind: (['high_tech_enterprise', 'tech_sme', 'startup_team'] as const)[i % 5 < 2 ? 0 : i % 5 < 4 ? 1 : 2],
    budget: 1_000_000 * (1 + Math.floor(next() * 60)),
  }));
  return each(plans, async ({ i, kind, budget }) => {
    const who = await person(stage, `applicant${i + 1}`);
    const [region, place] = henanCities[i % henanCities.length] as (typeof henanCities)[number];
    const trade = trades[(i * 5) % trades.length] as string;
    const team = kind === 'startup_team';
    const name = team ? `${place}演示${trade}创新团队${i + 1}` : `${place}演示${trade}科技有限公司${i + 1}`;
    const orgId = await who.act<number>('register_organization', {
      kind: 'applicant',
      profile: {
        name,
        region_code: region,
        address: `${place}演示路${i + 1}号`,
        legal_representative: `演示${trade}负责人${i + 1}`,
        contact_name: `演示联系人${i + 1}`,
        contact_phone: `0371-0${String(1000000 + i)}`,
        ...(!team && { uscc: demoCode(`91${region}MA9${String(100000 + i)}`) }),
      },
    });
    await certify(
      stage,
      who,
      team
        ? { kind, carrier_id: carriers[i % carriers.length] }
        : {
            kind,
            certificate_no: kind === 'tech_sme' ? `2026410${String(100000000 + i)}` : `GR202541${String(100000 + i)}`,
          },
    );
    await who.act('claim_quota', { request_id: requestId(), pledge_id: pledge });
    const project = await who.act<{ id: number }>('register_project', {
      request_id: requestId(),
      payload: {
        title: `${trade}关键性能研究`,
        tech_field: fields[i % fields.length],
        source: 'self',
        start_on: '2026-01-01',
        end_on: '2027-12-31',
        budget_fen: budget,
        leader: `演示${trade}负责人${i + 1}`,
        content: `研究${trade}产品的关键性能与失效机理，需要成分、组织和性能的检测数据支持。（演示数据）`,
      },
    });
    // Some projects wait for the platform: a queue that is empty shows nothing.
    if (i % 9 !== 8) await stage.office.act('approve_project', { project_id: project.id, request_id: requestId() });
    return Object.assign(who, { orgId, name, projectId: project.id });
  });
}
