import { createResource, For, type JSX, Show } from 'solid-js';
import { type NeedMessage, needMessages } from '../../backend/needs.ts';
import { formatTime } from '../../domain/dates.ts';
import { Load } from '../ui/Load.tsx';

/** What is needed, as a list of facts: the same for its owner, for those who answer and for the platform. */
export function NeedFacts(props: {
  of: {
    class: string;
    sample: string;
    standard: string;
    wanted_by: string | null;
    city?: string | null;
    open_until: string;
  };
}) {
  return (
    <dl class="facts">
      <dt>领域</dt>
      <dd>{props.of.class}</dd>
      <dt>样品</dt>
      <dd>{props.of.sample}</dd>
      <Show when={props.of.standard}>
        <dt>标准</dt>
        <dd>{props.of.standard}</dd>
      </Show>
      <Show when={props.of.wanted_by}>
        <dt>期望日</dt>
        <dd>{props.of.wanted_by}</dd>
      </Show>
      <Show when={props.of.city}>
        <dt>城市</dt>
        <dd>{props.of.city}</dd>
      </Show>
      <dt>公开到</dt>
      <dd>{props.of.open_until}</dd>
    </dl>
  );
}

/** The threads of one need, one an institution: who wrote what, where it leads, and below each what one may add. */
export function Threads(props: {
  need: number;
  again: number;
  empty: JSX.Element;
  below: (institutionId: number) => JSX.Element;
}) {
  const [messages, { refetch }] = createResource(
    () => [props.need, props.again] as const,
    ([need]) => needMessages(need),
  );
  const threads = (all: NeedMessage[]) => [...Map.groupBy(all, (m) => m.institution_id)];
  const pathOf = (slug: string) => `/${slug.startsWith('i') ? 'instruments' : 'services'}/${slug}/`;
  return (
    <Load of={messages} retry={() => void refetch()}>
      {(all) => (
        <For each={threads(all())} fallback={props.empty}>
          {([institution, said]) => (
            <section>
              <h3>{said[0]?.institution?.name}</h3>
              <For each={said}>
                {(m) => (
                  <p>
                    <b>{m.from_applicant ? '用户单位' : '管理单位'}</b>{' '}
                    <span class="muted small">{formatTime(m.at)}</span>
                    <br />
                    {m.body}
                    <Show when={m.slug}>
                      {(slug) => (
                        <>
                          {'　'}
                          <a href={pathOf(slug())}>去预约</a>
                        </>
                      )}
                    </Show>
                  </p>
                )}
              </For>
              {props.below(institution)}
            </section>
          )}
        </For>
      )}
    </Load>
  );
}
