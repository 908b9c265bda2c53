import { createSignal } from 'solid-js';
import { recordProof } from '../../backend/audit.ts';
import { asRefusal, type Refusal } from '../../backend/client.ts';
import type { Entity } from '../../backend/workflow.types.ts';
import { downloadText } from '../ui/download.ts';
import { Refused } from '../ui/Refused.tsx';

/** R32: hands the holder the proof of one record, to be checked on /seals/ at any time. */
export function DownloadProof(props: { entity: Entity; id: number }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const save = async () => {
    try {
      downloadText(
        `证明-${props.entity}-${props.id}.json`,
        JSON.stringify(await recordProof(props.entity, props.id), null, 1),
        'application/json',
      );
    } catch (error) {
      setRefusal(asRefusal(error));
    }
  };
  return (
    <>
      <p class="small">
        <button type="button" class="link" onClick={() => void save()}>
          下载封存证明
        </button>
        {'　'}
        <a href="/seals/">怎样核对</a>
      </p>
      <Refused refusal={refusal()} />
    </>
  );
}
