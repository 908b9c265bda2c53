import { createResource, Show } from 'solid-js';
import { today } from '../../backend/policy.ts';
import { runningSuspension } from '../../backend/suspensions.ts';

/** What a suspended organization sees above everything it does (R46): from when to when, why, and what it may still do. */
export function SuspensionBanner(props: { organization: { id: number; kind: string } }) {
  const [found] = createResource(
    () => props.organization.id,
    async (id) => ({ suspension: await runningSuspension(id), day: await today() }),
  );
  const institution = () => props.organization.kind === 'institution';
  return (
    <Show when={!found.error && found()?.suspension}>
      {(s) => (
        <section class="next suspended" aria-label="暂停资格">
          <h2>
            {(found()?.day ?? '') < s().from_on ? '本单位的资格将被暂停' : '本单位的资格正在暂停'}：{s().from_on} 至{' '}
            {s().to_on}
          </h2>
          <p>
            {institution()
              ? '暂停期间不接新的预约、不发布资源，没有受理的订单等待；正在履行的照常完成、照常申请兑付。'
              : '暂停期间不能领取额度、登记项目或首次提交订单；已经开始的照常办完。'}
            {institution() && (s().holds_payouts ? '兑付在此期间等待，次序不变。' : '兑付照常进行。')}
            到期自行恢复。
          </p>
          <p class="muted pre">原因：{s().reason}</p>
        </section>
      )}
    </Show>
  );
}
