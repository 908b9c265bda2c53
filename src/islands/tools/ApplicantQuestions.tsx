import { For, Show } from 'solid-js';
import type { ApplicantAnswers, ApplicantKind } from '../../domain/eligibility.ts';
import { certificationKinds } from '../../domain/labels.ts';
import { YesNo } from './YesNo.tsx';

/** What decides whether an organization may apply (R1): its kind, where it is, and the proof of its kind. */
export function ApplicantQuestions(props: { who: ApplicantAnswers; onChange: (who: ApplicantAnswers) => void }) {
  const set = (change: Partial<ApplicantAnswers>) => props.onChange({ ...props.who, ...change });
  const isTeam = () => props.who.kind === 'startup_team';
  return (
    <>
      <label>
        <span>单位属于哪一类</span>
        <select
          value={props.who.kind ?? ''}
          onChange={(e) => set({ kind: (e.currentTarget.value || undefined) as ApplicantKind | undefined })}
        >
          <option value="">请选择</option>
          <For each={['high_tech_enterprise', 'tech_sme', 'startup_team'] as const}>
            {(kind) => <option value={kind}>{certificationKinds[kind]}</option>}
          </For>
          <option value="none">都不是</option>
        </select>
      </label>
      <fieldset>
        <legend>{isTeam() ? '入驻的载体在河南省内吗' : '在河南省登记注册、具有独立法人资格吗'}</legend>
        <YesNo name="henan" value={props.who.inHenan} set={(inHenan) => set({ inHenan })} />
      </fieldset>
      <Show when={props.who.kind === 'high_tech_enterprise' || props.who.kind === 'tech_sme'}>
        <label>
          <span>{props.who.kind === 'tech_sme' ? '入库登记编号有效期止' : '高新技术企业证书有效期止'}</span>
          <input
            type="date"
            value={props.who.validTo ?? ''}
            onInput={(e) => set({ validTo: e.currentTarget.value || undefined })}
          />
        </label>
      </Show>
      <Show when={isTeam()}>
        <label>
          <span>入驻的孵化载体</span>
          <select
            value={props.who.carrier ?? ''}
            onChange={(e) => set({ carrier: (e.currentTarget.value || undefined) as ApplicantAnswers['carrier'] })}
          >
            <option value="">请选择</option>
            <option value="provincial">省级或国家级的孵化器、大学科技园、众创空间、星创天地</option>
            <option value="lower">市级或县级载体</option>
            <option value="none">没有入驻载体</option>
          </select>
        </label>
      </Show>
    </>
  );
}
