/** Checks records and exports against the published daily seals (R32), with nothing but SHA-256. */

export interface SealedEvent {
  event_id: number;
  /** Canonical JSON array; what is shown is read from it, what is hashed is it. */
  text: string;
  salt: string;
  prev_hash: string | null;
  hash: string;
  day: string | null;
  place: number | null;
  path?: { left: boolean; hash: string }[];
}
export interface Seal { day: string; events: number; root: string; prev_hash: string | null; hash: string }
export interface Finding { where: string; what: string }

const fromHex = (hex: string) => Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
const toHex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
async function sha256(...parts: Uint8Array[]): Promise<string> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) { all.set(p, at); at += p.length; }
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', all)));
}
const utf8 = (text: string) => new TextEncoder().encode(text);

export const eventHash = (e: Pick<SealedEvent, 'text' | 'salt' | 'prev_hash'>) => sha256(fromHex(e.prev_hash ?? ''), fromHex(e.salt), utf8(e.text));
export const leafHash = (hash: string) => sha256(Uint8Array.of(0), fromHex(hash));
export const nodeHash = (left: string, right: string) => sha256(Uint8Array.of(1), fromHex(left), fromHex(right));
export const sealHash = (s: Seal) => sha256(fromHex(s.prev_hash ?? ''), utf8(`${s.day}:${s.events}:`), fromHex(s.root));
export const emptyRoot = () => sha256(new Uint8Array());

/** The Merkle root of leaves in order; a node without a sibling rises unchanged. */
export async function rootOf(leaves: string[]): Promise<string> {
  let level = leaves;
  if (level.length === 0) return emptyRoot();
  while (level.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2) next.push(i + 1 < level.length ? await nodeHash(level[i] as string, level[i + 1] as string) : (level[i] as string));
    level = next;
  }
  return level[0] as string;
}

/** The root that a leaf's path leads to. A level without a sibling has no entry: the node rises unchanged. */
export async function rootOfPath(leaf: string, path: { left: boolean; hash: string }[]): Promise<string> {
  let hash = leaf;
  for (const step of path) hash = step.left ? await nodeHash(step.hash, hash) : await nodeHash(hash, step.hash);
  return hash;
}

/** What a canonical text says, by name. */
export function readEvent(text: string) {
  const [entity, entityId, seq, at, , actorRole, actorName, action, fromState, toState, reason, details] = JSON.parse(text) as unknown[];
  return { entity: String(entity), entityId: Number(entityId), seq: Number(seq), at: new Date(Number(at) * 1000), actorRole: String(actorRole), actorName: String(actorName), action: String(action), fromState, toState, reason: reason as string | null, details };
}

/** The chain of published seals itself: each hash right, each linked to the day before, no day missing. */
export async function checkSeals(seals: Seal[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const sorted = [...seals].sort((a, b) => a.day.localeCompare(b.day));
  for (const [i, s] of sorted.entries()) {
    if ((await sealHash(s)) !== s.hash) findings.push({ where: s.day, what: '封存的 hash 与内容不符' });
    const before = sorted[i - 1];
    if (before && s.prev_hash !== before.hash) findings.push({ where: s.day, what: '没有连到前一日的封存' });
    if (before && new Date(`${s.day}T00:00:00Z`).getTime() - new Date(`${before.day}T00:00:00Z`).getTime() !== 86_400_000) findings.push({ where: s.day, what: '与前一份封存之间缺了日子' });
  }
  return findings;
}

async function checkContent(e: SealedEvent): Promise<Finding[]> {
  return (await eventHash(e)) === e.hash ? [] : [{ where: `事件 ${e.event_id}`, what: '内容与它的 hash 不符：被改动过' }];
}

/** One record: every event's content, the chain between them, and the way of each to the published root of its day. Not yet sealed events are counted, not blamed. */
export async function checkRecord(events: SealedEvent[], published: Seal[]): Promise<{ findings: Finding[]; sealed: number; waiting: number }> {
  const findings: Finding[] = [];
  let sealed = 0;
  let waiting = 0;
  const sorted = [...events].sort((a, b) => readEvent(a.text).seq - readEvent(b.text).seq);
  for (const [i, e] of sorted.entries()) {
    findings.push(...(await checkContent(e)));
    const { seq } = readEvent(e.text);
    if (seq !== i + 1) findings.push({ where: `事件 ${e.event_id}`, what: `顺序号是 ${seq}，应为 ${i + 1}：中间缺了事件` });
    if ((e.prev_hash ?? null) !== (sorted[i - 1]?.hash ?? null)) findings.push({ where: `事件 ${e.event_id}`, what: '没有连到前一条事件' });
    if (e.day === null) { waiting++; continue; }
    const seal = published.find((s) => s.day === e.day);
    if (!seal) findings.push({ where: `事件 ${e.event_id}`, what: `公布的封存里没有 ${e.day} 这一日` });
    else if ((await rootOfPath(await leafHash(e.hash), e.path ?? [])) !== seal.root) findings.push({ where: `事件 ${e.event_id}`, what: `到不了 ${e.day} 公布的根` });
    else sealed++;
  }
  return { findings, sealed, waiting };
}

/** A whole export: every event, every chain, and every day's root recomputed from its leaves. */
export async function checkExport(events: SealedEvent[], published: Seal[]): Promise<{ findings: Finding[]; days: number; events: number }> {
  const findings = await checkSeals(published);
  const chains = new Map<string, SealedEvent[]>();
  const days = new Map<string, SealedEvent[]>();
  for (const e of events) {
    findings.push(...(await checkContent(e)));
    const { entity, entityId } = readEvent(e.text);
    const key = `${entity}:${entityId}`;
    chains.set(key, [...(chains.get(key) ?? []), e]);
    if (e.day !== null) days.set(e.day, [...(days.get(e.day) ?? []), e]);
  }
  for (const [key, chain] of chains) {
    const sorted = chain.sort((a, b) => readEvent(a.text).seq - readEvent(b.text).seq);
    for (const [i, e] of sorted.entries()) {
      if (readEvent(e.text).seq !== i + 1 || (e.prev_hash ?? null) !== (sorted[i - 1]?.hash ?? null)) findings.push({ where: key, what: `第 ${i + 1} 条事件没有接上：有事件被删除或插入` });
    }
  }
  for (const seal of published) {
    const leaves = (days.get(seal.day) ?? []).sort((a, b) => Number(a.place) - Number(b.place));
    if (leaves.length !== seal.events) findings.push({ where: seal.day, what: `公布封存 ${seal.events} 条，导出里有 ${leaves.length} 条` });
    else if ((await rootOf(await Promise.all(leaves.map((e) => leafHash(e.hash))))) !== seal.root) findings.push({ where: seal.day, what: '重算的根与公布的不同' });
  }
  return { findings, days: published.length, events: events.length };
}
