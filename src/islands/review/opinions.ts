import { createSignal, onCleanup } from 'solid-js';
import { asRefusal, newRequestId, type Refusal } from '../../backend/client.ts';
import { castVotes, type Opinion, type Reviews, saveDraft } from '../../backend/reviews.ts';

export const none: Opinion = { verdict: '', reason: '' };
const complete = (o: Opinion | undefined): o is Opinion =>
  o?.verdict === 'yes' || (o?.verdict === 'no' && o.reason.trim().length >= 2);

/** An expert's opinions as they are filled in: each kept as a draft a moment after the last stroke, those that are complete sent together. */
export function createOpinions(data: () => Reviews, onSent: () => void) {
  const [opinions, setOpinions] = createSignal<Record<number, Opinion>>(data().opinions);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [sent, setSent] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  let later: ReturnType<typeof setTimeout> | undefined;
  let unsaved: number | undefined;
  const of = (id: number): Opinion => opinions()[id] ?? none;
  const keep = () => {
    clearTimeout(later);
    const id = unsaved;
    unsaved = undefined;
    if (id !== undefined) void saveDraft(id, of(id)).catch((e: unknown) => setRefusal(asRefusal(e)));
  };
  onCleanup(keep);
  const ready = () => data().items.filter((i) => complete(opinions()[i.id]));
  return {
    of,
    refusal,
    sent,
    busy,
    ready,
    /** Changes an opinion; what was typed of another item before is kept at once. */
    set(id: number, part: Partial<Opinion>) {
      setSent(false);
      if (unsaved !== undefined && unsaved !== id) keep();
      setOpinions({ ...opinions(), [id]: { ...of(id), ...part } });
      unsaved = id;
      clearTimeout(later);
      later = setTimeout(keep, 800);
    },
    async send() {
      clearTimeout(later);
      unsaved = undefined;
      setBusy(true);
      setRefusal(undefined);
      try {
        const votes = ready().map((i) => {
          const { verdict, reason } = of(i.id);
          return { redemption_id: i.id, verdict, reason: verdict === 'no' ? reason : null };
        });
        await castVotes(votes, newRequestId());
        setSent(true);
        onSent();
      } catch (error) {
        setRefusal(asRefusal(error));
      }
      setBusy(false);
    },
  };
}
