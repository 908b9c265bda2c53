import { createSignal, Show } from 'solid-js';
import { henanCities } from '../../domain/henan.ts';
import { institutionTypes } from '../../domain/labels.ts';
import { identityKey } from '../../domain/identity.ts';
import { usccDoubt } from '../../domain/uscc.ts';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { registerOrganization } from '../../backend/organizations.ts';
import { useMarkedField } from '../ui/mark.ts';
import { Refused } from '../ui/Refused.tsx';

type Kind = 'applicant' | 'institution';

/** On which side it stands, and what follows from that: an applicant may be a team, an institution has a type. */
function Sides(props: { kind: Kind; onKind: (kind: Kind) => void; team: boolean; onTeam: (team: boolean) => void }) {
  return (
    <>
      <fieldset class="choice">
        <legend>您的单位是</legend>
        <label>
          <input
            type="radio"
            name="kind"
            checked={props.kind === 'applicant'}
            onChange={() => props.onKind('applicant')}
          />{' '}
          <span>
            <b>用户单位</b>
            <br />
            <span class="small muted">用创新券付检测费：高新技术企业、科技型中小企业、创新创业团队</span>
          </span>
        </label>
        <label>
          <input
            type="radio"
            name="kind"
            checked={props.kind === 'institution'}
            onChange={() => props.onKind('institution')}
          />{' '}
          <span>
            <b>管理单位</b>
            <br />
            <span class="small muted">提供仪器和检测：高校、科研院所、科技服务机构等</span>
          </span>
        </label>
      </fieldset>
      <Show when={props.kind === 'applicant'}>
        <label class="check">
          <input type="checkbox" checked={props.team} onChange={(e) => props.onTeam(e.currentTarget.checked)} />{' '}
          <span>我们是创新创业团队，没有法人资格</span>
        </label>
      </Show>
      <Show when={props.kind === 'institution'}>
        <label>
          <span>单位类型</span>
          <select name="institution_type">
            {Object.entries(institutionTypes).map(([value, label]) => (
              <option value={value}>{label}</option>
            ))}
          </select>
        </label>
      </Show>
    </>
  );
}

/** Its code and its parent's. `taken`: another account holds the code; it can be claimed after registering without one (R38). */
function Codes(props: { taken: boolean }) {
  const [code, setCode] = createSignal('');
  const [without, setWithout] = createSignal(false);
  return (
    <>
      <label>
        <span>统一社会信用代码</span>
        <input
          name="uscc"
          required
          disabled={without()}
          maxlength="60"
          autocapitalize="characters"
          onInput={(e) => setCode(e.currentTarget.value)}
        />
      </label>
      <Show when={props.taken}>
        <label class="check">
          <input type="checkbox" checked={without()} onChange={(e) => setWithout(e.currentTarget.checked)} />{' '}
          <span>先不填代码登记，之后到“单位资料”附证明申请</span>
        </label>
      </Show>
      <Show when={(identityKey(code(), 'identifier')?.length ?? 0) >= 18 && usccDoubt(code())}>
        {(doubt) => (
          <p class="warn" role="status">
            {doubt()}
          </p>
        )}
      </Show>
      <label>
        <span>
          上级或控股单位的代码<span class="muted small">（没有可不填）</span>
        </span>
        <input name="parent_uscc" maxlength="60" />
      </label>
    </>
  );
}

/** Where it is, and who answers for it. */
function Contact(props: { head: string }) {
  return (
    <>
      <label>
        <span>注册地（团队填载体所在地）</span>
        <select name="region_code" required>
          {henanCities.map(([value, label]) => (
            <option value={value}>{label}</option>
          ))}
        </select>
      </label>
      <label>
        <span>
          地址<span class="muted small">（可不填）</span>
        </span>
        <input name="address" maxlength="200" autocomplete="street-address" />
      </label>
      <label>
        <span>{props.head}</span>
        <input name="legal_representative" required maxlength="50" />
      </label>
      <label>
        <span>联系人</span>
        <input name="contact_name" required maxlength="50" autocomplete="name" />
      </label>
      <label>
        <span>联系电话</span>
        <span class="hint small muted">区号、分机照常写，如 (0371)65957129 转802</span>
        <input name="contact_phone" required maxlength="40" autocomplete="tel" inputmode="tel" />
      </label>
    </>
  );
}

/** R10, R20: the organization that this account acts for. Asked once, right after the account is made. */
export function Register(props: { onDone: () => void }) {
  const [kind, setKind] = createSignal<Kind>('applicant');
  const [team, setTeam] = createSignal(false);
  const isTeam = () => team() && kind() === 'applicant';
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [taken, setTaken] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  let requestId = newRequestId();
  let form!: HTMLFormElement;
  useMarkedField(() => form, refusal);
  async function send(form: HTMLFormElement) {
    setBusy(true);
    setRefusal(undefined);
    const f = new FormData(form);
    const value = (name: string) => String(f.get(name) ?? '').trim();
    try {
      await registerOrganization(
        kind(),
        {
          name: value('name'),
          uscc: identityKey(value('uscc'), 'identifier') ?? null,
          region_code: value('region_code'),
          address: value('address'),
          legal_representative: value('legal_representative'),
          parent_uscc: identityKey(value('parent_uscc'), 'identifier') ?? null,
          contact_name: value('contact_name'),
          contact_phone: value('contact_phone'),
          email: value('email') || null,
          ...(kind() === 'institution' && { institution_type: value('institution_type') }),
        },
        requestId,
      );
      props.onDone();
    } catch (error) {
      const r = asRefusal(error);
      // A refusal rolled everything back; a broken network may not have: only then the same id is sent again (R33).
      if (r.code !== 'NETWORK') requestId = newRequestId();
      if (r.code === 'USCC_TAKEN') setTaken(true);
      setRefusal(r);
    }
    setBusy(false);
  }
  return (
    <section class="narrow">
      <h1>登记单位</h1>
      <p>账号已经建好。请登记您代表的单位；下一步是提交认证，省平台通过后即可使用创新券功能。</p>
      <form
        ref={form}
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void send(event.currentTarget);
        }}
      >
        <Sides kind={kind()} onKind={setKind} team={team()} onTeam={setTeam} />
        <label>
          <span>单位名称</span>
          <input name="name" required minlength="2" maxlength="100" autocomplete="organization" />
        </label>
        <Show when={!isTeam()}>
          <Codes taken={taken()} />
        </Show>
        <Contact head={isTeam() ? '团队负责人' : '法定代表人'} />
        <p class="small muted">联系人和电话只给订单对方和审核人员看，不公开。</p>
        <Refused refusal={refusal()} />
        <button type="submit" class="button main" disabled={busy()}>
          {busy() ? '正在登记…' : '登记单位'}
        </button>
      </form>
    </section>
  );
}
