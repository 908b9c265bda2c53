// A slow upload: the good file is verified and handed in while another one to the same key is still on its way, and ends later.
import { request } from 'node:http';

export interface Outcome {
  attack: string;
  tried: number;
  succeeded: number;
}
/** Who attacks: a signed-in member of an organization, through the API alone. */
export interface Attacker {
  url: string;
  publishableKey: string;
  token: string;
  good: Uint8Array<ArrayBuffer>;
  /** As long as the good one, so that the declared size fits. */
  bad: Uint8Array<ArrayBuffer>;
}

/** Starts a request body and holds its last byte back until told; resolves to the status, 0 when the server cut it off. */
function hold(url: string, headers: Record<string, string>, body: Uint8Array) {
  let end!: () => void;
  const answered = new Promise<number>((resolve) => {
    const sent = request(
      url,
      { method: 'POST', headers: { ...headers, 'content-length': String(body.length) } },
      (r) => {
        r.resume();
        r.on('end', () => resolve(r.statusCode ?? 0));
        r.on('error', () => resolve(0));
      },
    );
    sent.on('error', () => resolve(0));
    sent.write(body.subarray(0, body.length - 1));
    end = () => sent.end(body.subarray(body.length - 1));
  });
  return { end, answered };
}

/** Tries to swap `tries` files after their verification; one succeeds when the reader is given other bytes than were verified, or cannot read them any more. */
export async function slowUpload(who: Attacker, tries = 5): Promise<Outcome> {
  const headers = { apikey: who.publishableKey, authorization: `Bearer ${who.token}` };
  const json = { ...headers, 'content-type': 'application/json' };
  const pdf = { ...headers, 'content-type': 'application/pdf' };
  let succeeded = 0;
  for (let i = 0; i < tries; i++) {
    const made = await fetch(`${who.url}/rest/v1/rpc/create_document`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ kind: 'evidence', name: '慢.pdf', bytes: who.good.length }),
    });
    if (!made.ok) throw new Error(`create_document: ${await made.text()}`);
    const { id, object_key } = (await made.json()) as { id: number; object_key: string };
    const at = `${who.url}/storage/v1/object/uploads/${object_key}`;
    const slow = [hold(at, pdf, who.bad), hold(at, { ...pdf, 'x-upsert': 'true' }, who.bad)];
    await new Promise((r) => setTimeout(r, 150));
    const put = await fetch(at, { method: 'POST', headers: pdf, body: who.good });
    await put.body?.cancel();
    const verified = await fetch(`${who.url}/functions/v1/verify-document`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ id }),
    });
    const { sha256 } = (await verified.json()) as { sha256?: string };
    for (const upload of slow) upload.end();
    await Promise.all(slow.map((upload) => upload.answered));
    // A file that was never verified was never served: the attack got nowhere.
    if (!verified.ok) continue;
    const read = await fetch(`${who.url}/storage/v1/object/documents/${sha256}`, { headers });
    const bytes = new Uint8Array(await read.arrayBuffer());
    if (!read.ok || Buffer.compare(bytes, who.good) !== 0) succeeded++;
  }
  return { attack: 'slow upload after verification', tried: tries, succeeded };
}
