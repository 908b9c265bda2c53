import { createResource, createSignal, For, Show } from 'solid-js';
import {
  type Account,
  account,
  accountsOf,
  accountsToVerify,
  wholeNumber,
  fileAccount,
} from '../../backend/accounts.ts';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import { labelsOf } from '../../backend/workflow.ts';
import { formatDate } from '../../domain/dates.ts';
import { Actions } from '../case/Actions.tsx';
import { Checks } from '../case/Checks.tsx';
import { History } from '../case/History.tsx';
import { Files } from '../case/Files.tsx';
import { Form } from '../ui/Form.tsx';
import { Empty, Load } from '../ui/Load.tsx';
import { NextStepFrame } from '../ui/NextStepFrame.tsx';
import { Refused } from '../ui/Refused.tsx';
import { follow, go, hrefOf, idParam } from '../ui/route.ts';

/** An account's number: its last digits, and the whole of it when one asks, to compare with the evidence (R42). */
function AccountNumber(props: { account: Account }) {
  const [whole, setWhole] = createSignal<string>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const show = () =>
    void wholeNumber(props.account.id)
      .then(setWhole)
      .catch((error) => setRefusal(asRefusal(error)));
  return (
    <>
      {whole()?.replace(/(\d{4})(?=\d)/g, '$1 ') ?? `**** **** ${props.account.account_tail}`}{' '}
      <button type="button" class="link noprint" onClick={() => (whole() ? setWhole(undefined) : show())}>
        {whole() ? '收起' : '显示全文'}
      </button>
      <Show when={refusal()}>{(r) => <Refused refusal={r()} />}</Show>
    </>
  );
}

/** The four facts of an account, beside those of the one it is to replace; what differs is marked. */
function Facts(props: { account: Account; before?: Account | undefined }) {
  const rows: [string, (a: Account) => string][] = [
    ['户名', (a) => a.holder_name],
    ['开户银行', (a) => a.bank_name],
    ['联行号', (a) => a.bank_code],
  ];
  return (
    <section class="card">
      <h2>{props.before ? '新账户与原账户' : '账户'}</h2>
      <table class="stack">
        <thead>
          <tr>
            <th />
            <th>{props.before ? '新账户' : '内容'}</th>
            <Show when={props.before}>
              <th>原账户</th>
            </Show>
          </tr>
        </thead>
        <tbody>
          <For each={rows}>
            {([label, value]) => (
              <tr>
                <th scope="row">{label}</th>
                <td data-label={props.before ? '新账户' : ''}>
                  {value(props.account)}
                  <Show when={props.before && value(props.before) !== value(props.account)}>
                    {' '}
                    <span class="tag">有改动</span>
                  </Show>
                </td>
                <Show when={props.before}>{(b) => <td data-label="原账户">{value(b())}</td>}</Show>
              </tr>
            )}
          </For>
          <tr>
            <th scope="row">账号</th>
            <td data-label={props.before ? '新账户' : ''}>
              <AccountNumber account={props.account} />
            </td>
            <Show when={props.before}>
              {(b) => (
                <td data-label="原账户">
                  <AccountNumber account={b()} />
                </td>
              )}
            </Show>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** One filed account: what comes next, its facts beside the old one's, the evidence, what the system compared. */
export function AccountCase(props: { id: number; onChanged?: () => void }) {
  const [data, { refetch }] = createResource(() => props.id, account);
  return (
    <Load of={data} retry={() => void refetch()}>
      {(d) => (
        <article class="case">
          <h1>{d().filed.institution.name}：收款账户</h1>
          <div class="split">
            <div>
              <NextStepFrame step={d().step}>
                <Actions
                  entity="payee_account"
                  row={d().filed}
                  actions={d().step.actions}
                  onDone={() => {
                    void refetch();
                    props.onChanged?.();
                  }}
                />
              </NextStepFrame>
              <Facts account={d().filed} before={d().before} />
              <Checks entity="payee_account" id={props.id} />
              <Files title="证明文件" files={[{ kind: 'account', document: d().filed.document }]} />
            </div>
            <aside>
              <History events={d().events} />
            </aside>
          </div>
        </article>
      )}
    </Load>
  );
}

/** The platform's desk: accounts to verify, the oldest first (R42). */
export function AccountQueue() {
  const [data, { refetch }] = createResource(async () => {
    const [rows, label] = await Promise.all([accountsToVerify(), labelsOf('payee_account')]);
    return { rows, label };
  });
  return (
    <Show
      when={idParam()}
      keyed
      fallback={
        <>
          <h1>收款账户</h1>
          <Load of={data} retry={() => void refetch()}>
            {(d) => (
              <Show
                when={d().rows.length > 0}
                fallback={<Empty>没有待核验的收款账户。管理单位登记或更换账户后在这里出现。</Empty>}
              >
                <ol class="card">
                  <For each={d().rows}>
                    {(a) => (
                      <li>
                        <a
                          href={hrefOf({ view: 'payee_account', id: a.id })}
                          onClick={(e) => follow(e, { view: 'payee_account', id: a.id })}
                        >
                          {a.institution.name}
                        </a>{' '}
                        {a.replaces_id === null ? '首次登记' : '更换'}{' '}
                        <span class="tag state">{d().label(a.state)}</span>{' '}
                        <span class="muted small">自 {formatDate(a.state_since)}</span>
                      </li>
                    )}
                  </For>
                </ol>
              </Show>
            )}
          </Load>
        </>
      }
    >
      {(id) => (
        <>
          <p class="back">
            <a href={hrefOf({ view: 'payee_account' })} onClick={(e) => follow(e, { view: 'payee_account' })}>
              ← 返回收款账户
            </a>
          </p>
          <AccountCase id={id} onChanged={() => void refetch()} />
        </>
      )}
    </Show>
  );
}

/** The institution's own account: the verified one, what is being verified, and the form that files or changes it (R42). */
export function Accounts(props: { orgId: number }) {
  const [data, { refetch }] = createResource(async () => {
    const [rows, label] = await Promise.all([accountsOf(props.orgId), labelsOf('payee_account')]);
    return { rows, label };
  });
  const again = () => {
    void refetch();
    if (idParam()) go({ view: 'account' });
  };
  return (
    <>
      <h1>收款账户</h1>
      <Load of={data} retry={() => void refetch()}>
        {(d) => {
          const open = () => d().rows.find((a) => a.state === 'submitted' || a.state === 'checked');
          const verified = () => d().rows.find((a) => a.state === 'verified');
          return (
            <>
              <p class="muted">兑付拨到已核验的账户。账号只有本单位、省平台与省财政厅看得到，平时只显示末四位。</p>
              <Show when={open()} keyed>
                {(a) => <AccountCase id={a.id} onChanged={again} />}
              </Show>
              <Show when={verified()} keyed>
                {(a) => <Facts account={a} />}
              </Show>
              <Show when={!open()}>
                <Form
                  title={verified() ? '更换账户' : '登记账户'}
                  button={verified() ? '提交更换' : '提交登记'}
                  fields={[
                    {
                      name: 'holder_name',
                      label: '户名',
                      kind: 'text',
                      max: 100,
                      hint: '与单位名称相同；不同的由省平台核对。',
                    },
                    { name: 'bank_name', label: '开户银行', kind: 'text', max: 100, hint: '写到支行或营业部。' },
                    { name: 'account_no', label: '账号', kind: 'text', max: 80, hint: '8 到 32 位数字，可以有空格。' },
                    {
                      name: 'bank_code',
                      label: '联行号',
                      kind: 'text',
                      max: 40,
                      hint: '12 位数字，可向开户银行查询。',
                    },
                    {
                      name: 'document_id',
                      label: '证明文件：开户许可证或银行开具的账户证明（一份）',
                      kind: 'file',
                      documentKind: 'account',
                    },
                  ]}
                  send={(v, requestId) => fileAccount({ ...v, document_id: v.document_id.at(-1) ?? null }, requestId)}
                  onDone={again}
                >
                  <Show when={verified()}>
                    <p>更换由省平台两人核验；核验之前仍拨到原来的账户。已交银行的不受影响。</p>
                  </Show>
                </Form>
              </Show>
              <Show when={d().rows.length > 1}>
                <section class="card">
                  <h2>以前登记的</h2>
                  <ul>
                    <For each={d().rows.filter((a) => a !== open() && a !== verified())}>
                      {(a) => (
                        <li>
                          {formatDate(a.filed_at)}　{a.bank_name} ****{a.account_tail}{' '}
                          <span class="tag state">{d().label(a.state)}</span>
                        </li>
                      )}
                    </For>
                  </ul>
                </section>
              </Show>
            </>
          );
        }}
      </Load>
    </>
  );
}
