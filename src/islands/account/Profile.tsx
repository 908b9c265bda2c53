import { createResource, For, Show } from 'solid-js';
import { cityName } from '../../domain/henan.ts';
import { loadProfile } from '../../backend/organizations.ts';
import { Load } from '../ui/Load.tsx';
import { Uscc } from './Uscc.tsx';

/** 单位资料: what is registered. Changing it is an administrator's act, so that certified facts stay what was certified. */
export function Profile(props: { orgId: number }) {
  const [data, { refetch }] = createResource(() => props.orgId, loadProfile);
  const facts = (): [string, string][] => {
    const { organization, contact, details, recommender } = data() ?? {};
    return (
      [
        ['单位名称', organization?.name ?? ''],
        ['统一社会信用代码', organization?.uscc ?? ''],
        ['所在地', `${cityName(organization?.city_code ?? '')} ${details?.address ?? ''}`.trim()],
        ['法定代表人或负责人', details?.legal_representative ?? ''],
        ['CMA 资质', organization?.cma_no ?? ''],
        ['CNAS 认可', organization?.cnas_no ?? ''],
        ['推荐单位', recommender ?? ''],
        ['联系人', contact?.contact_name ?? ''],
        ['联系电话', contact?.contact_phone ?? ''],
        ['电子邮箱', contact?.email ?? ''],
      ] as [string, string][]
    ).filter(([, value]) => value !== '');
  };
  return (
    <>
      <h1>单位资料</h1>
      <Load of={data}>
        {(d) => (
          <>
            <section class="card">
              <dl class="facts">
                <For each={facts()}>
                  {([label, value]) => (
                    <>
                      <dt>{label}</dt>
                      <dd>{value}</dd>
                    </>
                  )}
                </For>
              </dl>
            </section>
            <Show when={!d().organization?.uscc && ['applicant', 'institution'].includes(d().organization?.kind ?? '')}>
              <Uscc
                orgId={props.orgId}
                released={Boolean(d().organization?.uscc_changed_at)}
                onDone={() => void refetch()}
              />
            </Show>
          </>
        )}
      </Load>
      <p class="muted">
        联系人只有本单位、订单对方和审核人员看得到。资料有变请联系省平台更正：已认证的内容不能自行修改。
      </p>
    </>
  );
}
