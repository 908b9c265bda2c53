import type { Exclusion } from './exclusions.ts';

/** 适用范围自查 (R1, R9): am I eligible, is this test eligible, and why. It tells; it decides nothing. */
export type ApplicantKind = 'high_tech_enterprise' | 'tech_sme' | 'startup_team' | 'none';
export interface ApplicantAnswers {
  kind?: ApplicantKind | undefined;
  inHenan?: boolean | undefined;
  /** An enterprise's certificate or evaluation number is valid until this day (inclusive). */
  validTo?: string | undefined;
  /** A team's carrier: provincial or national, lower, or none. */
  carrier?: 'provincial' | 'lower' | 'none' | undefined;
}
export type Verdict = 'yes' | 'partly' | 'ask' | 'no' | 'open';
export interface Assessment {
  verdict: Verdict;
  reasons: string[];
}

/** R1, R2 on one day. `open`: something is not answered yet. */
export function assessApplicant(a: ApplicantAnswers, today: string): Assessment {
  const no: string[] = [];
  const open: string[] = [];
  if (a.kind === 'none')
    no.push(
      '创新券发给三类单位：高新技术企业、科技型中小企业、创新创业团队。可先申请高企认定、科技型中小企业评价，或入驻省级以上孵化载体。',
    );
  if (!a.kind) open.push('请选择您的单位属于哪一类。');
  if (a.inHenan === false)
    no.push(
      a.kind === 'startup_team' ? '团队所入驻的载体须在河南省内。' : '单位须在河南省登记注册；省外单位不能申领。',
    );
  if (a.inHenan === undefined) open.push('请回答是否在河南省。');
  if (a.kind === 'startup_team') {
    if (a.carrier === 'lower') no.push('载体须为省级及以上；市、县级载体内的团队暂不能申领。');
    if (a.carrier === 'none') no.push('团队须入驻科技企业孵化器、大学科技园、众创空间或星创天地等省级及以上载体。');
    if (!a.carrier) open.push('请选择入驻的载体级别。');
  } else if (a.kind === 'high_tech_enterprise' || a.kind === 'tech_sme') {
    const paper = a.kind === 'high_tech_enterprise' ? '高新技术企业证书' : '科技型中小企业入库登记编号';
    if (!a.validTo) open.push(`请填写${paper}的有效期止。`);
    else if (a.validTo < today)
      no.push(`${paper}已于 ${a.validTo} 到期。换发或重新取得后即可认证；已经开始的订单可以办完（R2）。`);
  }
  if (no.length > 0) return { verdict: 'no', reasons: no };
  if (open.length > 0) return { verdict: 'open', reasons: open };
  return { verdict: 'yes', reasons: ['符合发放对象的条件。请注册、提交认证，由省平台审核后开通创新券功能。'] };
}

/** R9: what the leaves that apply mean together. `applies` holds their codes; a leaf that may be justified leads to `ask` only when the test serves R&D. */
export function assessTest(
  exclusions: Exclusion[],
  applies: string[],
  servesResearch: boolean | undefined,
): Assessment {
  const hit = exclusions.filter((e) => applies.includes(e.code));
  const final = hit.filter((e) => e.scope !== 'line' && e.code !== 'E5.1' && !(e.justifiable && servesResearch));
  const judged = hit.filter((e) => e.code === 'E5.1' || (e.scope !== 'line' && e.justifiable && servesResearch));
  const lines = hit.filter((e) => e.scope === 'line');
  if (servesResearch === false)
    return {
      verdict: 'no',
      reasons: ['创新券只补用于科学研究和技术开发的检验检测；与研发无关的检测不补。', ...final.map(excluded)],
    };
  if (final.length > 0) return { verdict: 'no', reasons: final.map(excluded) };
  if (servesResearch === undefined) return { verdict: 'open', reasons: ['请先回答：这次检测是否用于研发项目。'] };
  if (judged.length > 0) {
    return {
      verdict: 'ask',
      reasons: [
        ...judged.map((e) =>
          e.code === 'E5.1'
            ? '双方有关联关系：须如实申报，证据会给审核人员看；统一社会信用代码相同的一律不补。'
            : `${e.label}（${e.code}）：原则上不补；确为研发所需的，可在订单里写明理由，由审核人员决定。`,
        ),
        ...lines.map(dropped),
      ],
    };
  }
  if (lines.length > 0) return { verdict: 'partly', reasons: lines.map(dropped) };
  return { verdict: 'yes', reasons: ['没有落入六组中的任何一项，检测费可以按比例抵扣。'] };
}
/** Where an assessment leads. */
export interface Lead {
  label: string;
  href: string;
}
/** After a no: the recognition that would make the unit eligible, or who is. */
export function helpFor(a: ApplicantAnswers, assessment: Assessment): Lead[] {
  if (assessment.verdict !== 'no') return [];
  const papers: Partial<Record<ApplicantKind, Lead>> = {
    high_tech_enterprise: { label: '看高企怎样认定', href: '/policies/guokefahuo-2016-32/' },
    tech_sme: { label: '看科技型中小企业怎样评价', href: '/policies/guokefazheng-2017-115/' },
  };
  const paper = a.kind && papers[a.kind];
  return [...(paper ? [paper] : Object.values(papers)), { label: '看谁能领', href: '/about/' }];
}
/** After the test is assessed, unless the unit is out anyway: on to the sum, an instrument and an account; where something is argued or excluded, the examples first. */
export function onwardFrom(
  a: ApplicantAnswers,
  applicant: Assessment,
  exclusions: Exclusion[],
  applies: string[],
  test: Assessment,
): Lead[] {
  const inDoubt = exclusions.find((e) => applies.includes(e.code) && e.scope !== 'line');
  const examples =
    test.verdict === 'ask' || test.verdict === 'no'
      ? [{ label: '看例子', href: `/exclusions/${inDoubt ? `#${inDoubt.code}` : ''}` }]
      : [];
  const stays =
    applicant.verdict === 'no' || test.verdict === 'no' || (test.verdict === 'open' && applicant.verdict !== 'yes');
  return stays
    ? examples
    : [
        ...examples,
        { label: '算能抵多少', href: `/tools/deduction/${a.kind === 'startup_team' ? '?kind=team' : ''}` },
        { label: '找仪器', href: '/instruments/?voucher=1' },
        { label: '去注册', href: '/work/?register' },
      ];
}
const excluded = (e: Exclusion) => `${e.label}（${e.code}）：属于「${e.group_label}」，整单不补。`;
const dropped = (e: Exclusion) => `${e.label}（${e.code}）：这几行费用单列、不计入抵扣，其余检测费照常计算。`;
