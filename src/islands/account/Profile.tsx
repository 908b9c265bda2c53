import { createResource, For } from 'solid-js';
import { cityName } from '../../domain/henan.ts';
import { nameOf, organizationDetails } from '../../backend/organizations.ts';
import { list, one, type Row, text } from '../../backend/work.ts';
import { Load } from '../ui/Load.tsx';

/** 单位资料: what is registered. Changing it is an administrator's act, so that certified facts stay what was certified. */
export function Profile(props: { orgId: number }) {
  const [data] = createResource(async () => {
    const [org, contact, members, details] = await Promise.all([
      one<Row>('organizations', 'name, uscc, city_code, cma_no, cnas_no, recommender_id', {
        id: props.orgId,
      }),
      list<Row>('organization_contacts', '*', { organization_id: props.orgId }, 'organization_id'),
      list<Row>('memberships', 'user_id', { organization_id: props.orgId }, 'user_id'),
      organizationDetails(props.orgId),
    ]);
    const recommender = await nameOf((org?.['recommender_id'] as number | null | undefined) ?? null);
    return { org, details, recommender, contact: contact[0], members: members.length };
  });
  const facts = (): [string, string][] => {
    const { org, contact, details, recommender } = data() ?? {};
    return (
      [
        ['单位名称', text(org, 'name')],
        ['统一社会信用代码', text(org, 'uscc')],
        ['所在地', `${cityName(text(org, 'city_code'))} ${details?.address ?? ''}`.trim()],
        ['法定代表人或负责人', details?.legal_representative ?? ''],
        ['CMA 资质', text(org, 'cma_no')],
        ['CNAS 认可', text(org, 'cnas_no')],
        ['推荐单位', recommender ?? ''],
        ['联系人', text(contact, 'contact_name')],
        ['联系电话', text(contact, 'contact_phone')],
        ['电子邮箱', text(contact, 'email')],
      ] as [string, string][]
    ).filter(([, value]) => value !== '');
  };
  return (
    <>
      <h1>单位资料</h1>
      <Load of={data}>
        {() => (
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
        )}
      </Load>
      <p class="muted">
        联系人只有本单位、订单对方和审核人员看得到。资料有变请联系省平台更正：已认证的内容不能自行修改。
      </p>
    </>
  );
}
