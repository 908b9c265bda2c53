import { createEffect, createMemo, createSignal, For, onCleanup, onMount } from 'solid-js';
import { formatDate } from '../../domain/dates.ts';
import {
  type ApplicantAnswers,
  type ApplicantKind,
  assessApplicant,
  assessTest,
  type Assessment,
  helpFor,
  onwardFrom,
} from '../../domain/eligibility.ts';
import type { Exclusion } from '../../domain/exclusions.ts';
import { createAnnouncement } from './announce.ts';
import { ApplicantQuestions } from './ApplicantQuestions.tsx';
import { Onward } from './Onward.tsx';
import { readQuery, writeQuery } from './query.ts';
import { Share } from './Share.tsx';
import { TestQuestions } from './TestQuestions.tsx';

const words = { yes: '可以', partly: '部分可以', ask: '须说明理由', no: '不可以', open: '还差几项' };
function Result(props: { title: string; found: Assessment }) {
  return (
    <div class={`verdict ${props.found.verdict}`}>
      <h3>
        {props.title}：{words[props.found.verdict]}
      </h3>
      <ul>
        <For each={props.found.reasons}>{(reason) => <li>{reason}</li>}</For>
      </ul>
    </div>
  );
}

/** What was answered; the address carries it, so that a result can be shared. */
function createAnswered() {
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
  return { who, setWho, research, setResearch, applies, setApplies, today };
}

/** 适用范围自查: two questions of one page, answered as one ticks. */
export function Eligibility(props: { exclusions: Exclusion[] }) {
  const { who, setWho, research, setResearch, applies, setApplies, today } = createAnswered();
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
  return (
    <>
      <div class="tool selfcheck">
        <section class="card who" aria-labelledby="who">
          <h2 id="who">一、我能申领吗</h2>
          <ApplicantQuestions who={who()} onChange={setWho} />
          <Result title="申领资格" found={applicant()} />
          <Onward either to={helpFor(who(), applicant())} />
        </section>
        <section class="card test" aria-labelledby="test">
          <h2 id="test">二、这次检测补吗</h2>
          <TestQuestions
            exclusions={props.exclusions}
            research={research()}
            onResearch={setResearch}
            applies={applies()}
            onApplies={setApplies}
          />
        </section>
        <section class="card result" id="result" aria-label="这次检测的结果" ref={result}>
          <p class="unseen" role="status">
            {said()}
          </p>
          <Result title="这次检测" found={test()} />
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
