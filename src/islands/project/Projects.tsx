import { createSignal, Show } from 'solid-js';
import { formatFen } from '../../domain/money.ts';
import { type Project as Registered, project, registerProject, resubmitProject } from '../../backend/projects.ts';
import { CaseView, type Fact, inYuan } from '../case/CaseView.tsx';
import { Form } from '../ui/Form.tsx';
import { go } from '../ui/route.ts';
import { ProjectTable } from './ProjectTable.tsx';

const fieldsOfTech = [
  '电子信息',
  '生物与新医药',
  '航空航天',
  '新材料',
  '高技术服务',
  '新能源与节能',
  '资源与环境',
  '先进制造与自动化',
  '其他',
];
const sources: [string, string][] = [
  ['self', '自立'],
  ['national', '国家级'],
  ['provincial', '省级'],
  ['municipal', '市级'],
  ['horizontal', '横向'],
];
const projectFields = (row?: Registered) =>
  [
    { name: 'title', label: '项目名称', kind: 'text', min: 4, max: 100, value: row?.title ?? '' },
    {
      name: 'tech_field',
      label: '技术领域',
      kind: 'choice',
      options: fieldsOfTech.map((f): [string, string] => [f, f]),
      value: row?.tech_field ?? '',
    },
    { name: 'source', label: '来源', kind: 'choice', options: sources, value: row?.source ?? '' },
    { name: 'start_on', label: '开始日期', kind: 'date', value: row?.start_on ?? '' },
    { name: 'end_on', label: '结束日期', kind: 'date', value: row?.end_on ?? '' },
    {
      name: 'budget_fen',
      label: '经费（元）',
      kind: 'yuan',
      value: row ? formatFen(row.budget_fen) : '',
    },
    { name: 'leader', label: '负责人', kind: 'text', max: 50, value: row?.leader ?? '' },
    {
      name: 'content',
      label: '研究内容（20–2000 字）',
      kind: 'long',
      min: 20,
      max: 2000,
      value: row?.content ?? '',
      hint: '写清研究什么、为什么需要检测；审核人员据此判断检测是否服务于研发。',
    },
  ] as const;
export const projectFacts = (r: Registered): Fact[] => [
  ['技术领域', r.tech_field],
  ['来源', sources.find(([k]) => k === r.source)?.[1] ?? ''],
  ['起止', `${r.start_on} 至 ${r.end_on}`],
  ['经费', inYuan(r.budget_fen)],
  ['负责人', r.leader],
  ['研究内容', r.content],
];

/** 项目登记 (R11). */
export function Projects(props: { orgId: number }) {
  const [adding, setAdding] = createSignal(false);
  return (
    <>
      <div class="row">
        <h1>项目登记</h1>
        <button type="button" class="button main push" aria-expanded={adding()} onClick={() => setAdding(!adding())}>
          登记科技研发项目
        </button>
      </div>
      <Show when={adding()}>
        <Form
          title="登记科技研发项目"
          button="提交审核"
          fields={projectFields()}
          send={registerProject}
          onDone={(r) => go({ view: 'project', id: r.id })}
        />
      </Show>
      <ProjectTable orgId={props.orgId} />
    </>
  );
}

export function Project(props: { id: number }) {
  const [editing, setEditing] = createSignal(false);
  return (
    <CaseView
      entity="project"
      id={props.id}
      load={project}
      title={(r) => r.title}
      facts={projectFacts}
      extra={(_r, may) => (
        <Show when={may('resubmit')}>
          <button type="button" class="button main" onClick={() => setEditing(true)}>
            修改并重新提交
          </button>
        </Show>
      )}
    >
      {(r) => (
        <Show when={editing() && r.state === 'returned'}>
          <Form
            title="修改项目"
            button="重新提交"
            fields={projectFields(r)}
            send={(payload, requestId) => resubmitProject(r.id, payload, requestId)}
            onDone={() => {
              setEditing(false);
              go({ view: 'projects' });
            }}
          />
        </Show>
      )}
    </CaseView>
  );
}
