import { createResource, createSignal, For, Show } from 'solid-js';
import { list, type Row, text, workflowStates } from '../../backend/work.ts';
import { CaseView, fen } from '../case/CaseView.tsx';
import { type Field, Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { follow, go, hrefOf } from '../ui/route.ts';

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
const projectFields = (row?: Row): Field[] => [
  { name: 'title', label: '项目名称', kind: 'text', min: 4, max: 100, value: text(row, 'title') },
  {
    name: 'tech_field',
    label: '技术领域',
    kind: 'choice',
    options: fieldsOfTech.map((f): [string, string] => [f, f]),
    value: text(row, 'tech_field'),
  },
  { name: 'source', label: '来源', kind: 'choice', options: sources, value: text(row, 'source') },
  { name: 'start_on', label: '开始日期', kind: 'date', value: text(row, 'start_on') },
  { name: 'end_on', label: '结束日期', kind: 'date', value: text(row, 'end_on') },
  {
    name: 'budget_fen',
    label: '经费（元）',
    kind: 'yuan',
    value: row ? fen(row, 'budget_fen').replace(' 元', '') : '',
  },
  { name: 'leader', label: '负责人', kind: 'text', max: 50, value: text(row, 'leader') },
  {
    name: 'content',
    label: '研究内容（20–2000 字）',
    kind: 'long',
    min: 20,
    max: 2000,
    value: text(row, 'content'),
    hint: '写清研究什么、为什么需要检测；审核人员据此判断检测是否服务于研发。',
  },
];
export const projectFacts = (r: Row): [string, string][] => [
  ['技术领域', text(r, 'tech_field')],
  ['来源', sources.find(([k]) => k === text(r, 'source'))?.[1] ?? ''],
  ['起止', `${text(r, 'start_on')} 至 ${text(r, 'end_on')}`],
  ['经费', fen(r, 'budget_fen')],
  ['负责人', text(r, 'leader')],
  ['研究内容', text(r, 'content')],
];

/** 项目登记 (R11). */
export function Projects(props: { orgId: number }) {
  const [rows, { refetch }] = createResource(async () => ({
    rows: await list<Row>('projects', '*', { organization_id: props.orgId }),
    states: await workflowStates(),
  }));
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
          action="register_project"
          fields={projectFields()}
          build={(payload, request_id) => ({ request_id, payload })}
          onDone={(r) => go({ view: 'project', id: Number(r['id']) })}
        />
      </Show>
      <Load of={rows} retry={() => void refetch()}>
        {(d) => (
          <Show
            when={d().rows.length > 0}
            fallback={<Empty>还没有登记项目。订单须挂在已通过审核的项目下，请先登记一个。</Empty>}
          >
            <table class="stack">
              <thead>
                <tr>
                  <th>项目</th>
                  <th>领域</th>
                  <th>起止</th>
                  <th>状态</th>
                </tr>
              </thead>
              <tbody>
                <For each={d().rows}>
                  {(r) => (
                    <tr>
                      <td data-label="项目">
                        <a
                          href={hrefOf({ view: 'project', id: r.id })}
                          onClick={(e) => follow(e, { view: 'project', id: r.id })}
                        >
                          {text(r, 'title')}
                        </a>
                      </td>
                      <td data-label="领域">{text(r, 'tech_field')}</td>
                      <td data-label="起止">
                        {text(r, 'start_on')} 至 {text(r, 'end_on')}
                      </td>
                      <td data-label="状态">
                        <span class="tag state">
                          {d().states.find((s) => s.entity === 'project' && s.state === r.state)?.label}
                        </span>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Show>
        )}
      </Load>
    </>
  );
}

export function Project(props: { id: number }) {
  const [editing, setEditing] = createSignal(false);
  return (
    <CaseView
      entity="project"
      table="projects"
      id={props.id}
      title={(r) => text(r, 'title')}
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
            action="resubmit_project"
            fields={projectFields(r)}
            build={(payload, request_id) => ({ project_id: r.id, request_id, payload })}
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
