import { createSignal } from 'solid-js';
import { act, asRefusal, type Refusal } from '../../backend/client.ts';
import { downloadText } from '../ui/download.ts';
import { Refused } from '../ui/Refused.tsx';

/** R32: hands the holder the proof of one record, to be checked on /seals/ at any time. */
export function DownloadProof(props: { entity: string; id: number }) {
  const [refusal, setRefusal] = createSignal<Refusal>();
  const save = async () => {
    try {
      downloadText(
        `证明-${props.entity}-${props.id}.json`,
        JSON.stringify(await act('record_proof', { entity: props.entity, entity_id: props.id }), null, 1),
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
        　<a href="/seals/">怎样核对</a>
      </p>
      <Refused refusal={refusal()} />
    </>
  );
}
