import { createEffect, createMemo, createSignal, For, onCleanup, onMount, Show } from 'solid-js';
import {
  type ApplicantAnswers,
  type ApplicantKind,
  assessApplicant,
  assessTest,
  type Finding,
  helpFor,
  onwardFrom,
} from '../../domain/eligibility.ts';
import type { Exclusion } from '../../domain/exclusions.ts';
import { createAnnouncement } from './announce.ts';
import { Onward } from './Onward.tsx';
import { readQuery, writeQuery } from './query.ts';
import { Share } from './Share.tsx';
import { formatDate } from '../../domain/dates.ts';

const words = { yes: '可以', partly: '部分可以', ask: '须说明理由', no: '不可以', open: '还差几项' };
function Result(props: { title: string; finding: Finding }) {
  return (
    <div class={`verdict ${props.finding.verdict}`}>
      <h3>
        {props.title}：{words[props.finding.verdict]}
      </h3>
      <ul>
        <For each={props.finding.reasons}>{(reason) => <li>{reason}</li>}</For>
      </ul>
    </div>
  );
}

/** 适用范围自查: two questions of one page, answered as one ticks. */
export function Eligibility(props: { exclusions: Exclusion[] }) {
  const [who, setWho] = createSignal<ApplicantAnswers>({});
  const [research, setResearch] = createSignal<boolean>();
  const [applies, setApplies] = createSignal<string[]>([]);
  const [ready, setReady] = createSignal(false);
  const [today, setToday] = createSignal('2021-01-01');
  onMount(() => {
    const q = readQuery();
    const flag = (name: string) => (q.has(name) ? q.get(name) === '1' : undefined);
    setToday(formatDate(Date.now()));
    setWho({
      kind: (q.get('kind') as ApplicantKind | null) ?? undefined,
      inHenan: flag('henan'),
      validTo: q.get('until') ?? undefined,
      carrier: (q.get('carrier') as 'provincial' | null) ?? undefined,
    });
    setResearch(flag('research'));
    setApplies((q.get('hit') ?? '').split(' ').filter(Boolean));
    setReady(true);
  });
  const flagged = (value: boolean | undefined) => (value === undefined ? '' : value ? '1' : '0');
  createEffect(() => {
    const a = who();
    if (ready())
      writeQuery({
        kind: a.kind ?? '',
        henan: flagged(a.inHenan),
        until: a.validTo ?? '',
        carrier: a.carrier ?? '',
        research: flagged(research()),
        hit: applies().join(' '),
      });
  });
  const Choice = (p: { name: string; value: boolean | undefined; set: (value: boolean) => void }) => (
    <div class="row">
      <label class="choice">
        <input type="radio" name={p.name} checked={p.value === true} onChange={() => p.set(true)} />是
      </label>
      <label class="choice">
        <input type="radio" name={p.name} checked={p.value === false} onChange={() => p.set(false)} />否
      </label>
    </div>
  );
  const applicant = createMemo(() => assessApplicant(who(), today()));
  const test = createMemo(() => assessTest(props.exclusions, applies(), research()));
  const standing = () =>
    [
      ['申领', applicant().verdict],
      ['这次检测', test().verdict],
    ] as const;
  // Read aloud is one sentence after a pause; the reasons stand in the boxes for whoever wants them.
  const said = createAnnouncement(
    () =>
      `${standing()
        .map(([what, verdict]) => `${what}：${words[verdict]}`)
        .join('；')}。`,
  );
  // The line stands in for the result, so it goes when that comes into sight.
  const [seen, setSeen] = createSignal(false);
  let result: HTMLElement | undefined;
  onMount(() => {
    const watch = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), {
      rootMargin: '0px 0px -96px',
    });
    if (result) watch.observe(result);
    onCleanup(() => watch.disconnect());
  });
  const groups = [...new Set(props.exclusions.map((e) => e.group_label))];
  return (
    <>
      <div class="tool selfcheck">
        <section class="card who" aria-labelledby="who">
          <h2 id="who">一、我能申领吗</h2>
          <label>
            <span>单位属于哪一类</span>
            <select
              value={who().kind ?? ''}
              onChange={(e) =>
                setWho({ ...who(), kind: (e.currentTarget.value || undefined) as ApplicantKind | undefined })
              }
            >
              <option value="">请选择</option>
              <option value="high_tech_enterprise">高新技术企业</option>
              <option value="tech_sme">科技型中小企业</option>
              <option value="startup_team">创新创业团队</option>
              <option value="none">都不是</option>
            </select>
          </label>
          <fieldset>
            <legend>
              {who().kind === 'startup_team' ? '入驻的载体在河南省内吗' : '在河南省登记注册、具有独立法人资格吗'}
            </legend>
            <Choice name="henan" value={who().inHenan} set={(inHenan) => setWho({ ...who(), inHenan })} />
          </fieldset>
          <Show when={who().kind === 'high_tech_enterprise' || who().kind === 'tech_sme'}>
            <label>
              <span>{who().kind === 'tech_sme' ? '入库登记编号有效期止' : '高新技术企业证书有效期止'}</span>
              <input
                type="date"
                value={who().validTo ?? ''}
                onInput={(e) => setWho({ ...who(), validTo: e.currentTarget.value || undefined })}
              />
            </label>
          </Show>
          <Show when={who().kind === 'startup_team'}>
            <label>
              <span>入驻的孵化载体</span>
              <select
                value={who().carrier ?? ''}
                onChange={(e) =>
                  setWho({ ...who(), carrier: (e.currentTarget.value || undefined) as 'provincial' | undefined })
                }
              >
                <option value="">请选择</option>
                <option value="provincial">省级或国家级的孵化器、大学科技园、众创空间、星创天地</option>
                <option value="lower">市级或县级载体</option>
                <option value="none">没有入驻载体</option>
              </select>
            </label>
          </Show>
          <Result title="申领资格" finding={applicant()} />
          <Onward either to={helpFor(who(), applicant())} />
        </section>
        <section class="card test" aria-labelledby="test">
          <h2 id="test">二、这次检测补吗</h2>
          <fieldset>
            <legend>检测是否用于科学研究或技术开发</legend>
            <Choice name="research" value={research()} set={setResearch} />
          </fieldset>
          <p>下面哪些与这次检测相符？相符的请勾选；都不符就不用勾。</p>
          <For each={groups}>
            {(group, i) => (
              <fieldset>
                <legend>
                  {'一二三四五六'[i()]}、{group}
                </legend>
                <For each={props.exclusions.filter((e) => e.group_label === group)}>
                  {(e) => (
                    <label class="choice">
                      <input
                        type="checkbox"
                        checked={applies().includes(e.code)}
                        onChange={(event) =>
                          setApplies(
                            event.currentTarget.checked
                              ? [...applies(), e.code].sort()
                              : applies().filter((c) => c !== e.code),
                          )
                        }
                      />
                      <span class="plain">
                        {e.label}
                        <span class="small muted">　例：{e.example_excluded}</span>
                      </span>
                    </label>
                  )}
                </For>
              </fieldset>
            )}
          </For>
        </section>
        <section class="card result" id="result" aria-label="这次检测的结果" ref={result}>
          <p class="unseen" role="status">
            {said()}
          </p>
          <Result title="这次检测" finding={test()} />
          <Onward to={onwardFrom(who(), applicant(), props.exclusions, applies(), test())} />
          <Share />
        </section>
      </div>
      <p class="standing noprint" hidden={seen()}>
        <For each={standing()}>
          {([what, verdict]) => (
            <span class={verdict}>
              {what}：<b>{words[verdict]}</b>
            </span>
          )}
        </For>
        <a href="#result">看原因</a>
      </p>
    </>
  );
}
