import { formatDate } from './dates.ts';

/** Checks records and exports against the published daily seals and hourly heads (R32), with nothing but SHA-256. */

export interface SealedEvent {
  event_id: number;
  /** Canonical JSON array; what is shown is read from it, what is hashed is it. Null: the holder of this file may not see the event (a draft of the other side), only its hash, so that the chain has no gap. */
  text: string | null;
  salt: string | null;
  /** The reason stands beside the text, which holds only its salted digest, so that it can be erased one day (R51). */
  reason?: string | null;
  reason_salt?: string | null;
  /** The hourly head it was published under, in an export. */
  head?: number | null;
  /** Where an event without a text stands. */
  entity?: string;
  entity_id?: number;
  seq?: number;
  prev_hash: string | null;
  hash: string;
  day: string | null;
  place: number | null;
  path?: { left: boolean; hash: string }[];
}
export interface Seal {
  day: string;
  events: number;
  root: string;
  prev_hash: string | null;
  hash: string;
}
/** Published every hour with new events: one hour after an act its event cannot vanish unnoticed. */
export interface Head {
  id: number;
  /** Seconds since 1970, as the head's hash has it. */
  at: string;
  events: number;
  root: string;
  prev_hash: string | null;
  hash: string;
}
export interface Finding {
  where: string;
  what: string;
}

const fromHex = (hex: string) =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16));
const toHex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
export async function sha256(...parts: Uint8Array[]): Promise<string> {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    all.set(p, at);
    at += p.length;
  }
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', all)));
}
const utf8 = (text: string) => new TextEncoder().encode(text);

export const eventHash = (e: Pick<SealedEvent, 'text' | 'salt' | 'prev_hash'>) =>
  sha256(fromHex(e.prev_hash ?? ''), fromHex(e.salt ?? ''), utf8(e.text ?? ''));
export const leafHash = (hash: string) => sha256(Uint8Array.of(0), fromHex(hash));
export const nodeHash = (left: string, right: string) => sha256(Uint8Array.of(1), fromHex(left), fromHex(right));
export const reasonDigest = (reason: string, salt: string) => sha256(fromHex(salt), utf8(reason));
export const headHash = (h: Head) => sha256(fromHex(h.prev_hash ?? ''), utf8(`${h.at}:${h.events}:`), fromHex(h.root));
export const sealHash = (s: Seal) => sha256(fromHex(s.prev_hash ?? ''), utf8(`${s.day}:${s.events}:`), fromHex(s.root));
export const emptyRoot = () => sha256(new Uint8Array());

/** The Merkle root of leaves in order; a node without a sibling rises unchanged. */
export async function rootOf(leaves: string[]): Promise<string> {
  let level = leaves;
  if (level.length === 0) return emptyRoot();
  while (level.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2)
      next.push(
        i + 1 < level.length ? await nodeHash(level[i] as string, level[i + 1] as string) : (level[i] as string),
      );
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

/** What a canonical text says, by name; undefined when it is no text of ours. Format 2 begins with its number; files from before have none. */
export function readEvent(text: string | null) {
  if (text === null) return undefined;
  try {
    const fields = JSON.parse(text) as unknown[];
    const format = typeof fields[0] === 'number' ? fields.shift() : 1;
    if (format !== 1 && format !== 2) return undefined;
    const [entity, entityId, seq, at, , actorRole, actorName, action, fromState, toState, reason, details, facts] =
      fields;
    if (typeof entity !== 'string' || typeof seq !== 'number' || Number.isNaN(Number(at))) return undefined;
    return {
      entity,
      entityId: Number(entityId),
      seq,
      at: new Date(Number(at) * 1000),
      actorRole: String(actorRole),
      actorName: String(actorName),
      action: String(action),
      fromState,
      toState,
      /** Format 1 has the reason itself, format 2 its digest. */
      reason: format === 1 ? (reason as string | null) : null,
      reasonDigest: format === 2 ? (reason as string | null) : null,
      details,
      facts: format === 2 ? facts : null,
    };
  } catch {
    return undefined;
  }
}

const isHex = (value: unknown, bytes: number) =>
  typeof value === 'string' && value.length === bytes * 2 && /^[0-9a-f]*$/.test(value);
/** Fixed lengths: without them bytes could be moved between salt, text and the hash before, and hash the same. */
const wellFormed = (e: SealedEvent) =>
  (e.text === null ? e.salt === null : typeof e.text === 'string' && isHex(e.salt, 16)) &&
  isHex(e.hash, 32) &&
  (e.prev_hash === null || isHex(e.prev_hash, 32)) &&
  (e.day === null || (typeof e.day === 'string' && Number.isInteger(e.place))) &&
  (e.path ?? []).every((p) => typeof p.left === 'boolean' && isHex(p.hash, 32));

const sameSeal = (a: Seal, b: Seal) =>
  a.hash === b.hash && a.root === b.root && a.events === b.events && a.prev_hash === b.prev_hash;
const dayNumber = (day: string) => new Date(`${day}T00:00:00Z`).getTime() / 86_400_000;

/** The chain of published seals itself: each hash right, each linked to the day before, no day missing. */
export async function checkSeals(seals: Seal[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const sorted = [...seals].sort((a, b) => a.day.localeCompare(b.day));
  if (sorted[0] && sorted[0].prev_hash !== null)
    findings.push({ where: sorted[0].day, what: '公布的第一份封存还连着更早的一份：更早的被删除了' });
  for (const [i, s] of sorted.entries()) {
    if (!isHex(s.root, 32) || !isHex(s.hash, 32) || (await sealHash(s)) !== s.hash)
      findings.push({ where: s.day, what: '封存的 hash 与内容不符' });
    const before = sorted[i - 1];
    if (before && s.prev_hash !== before.hash) findings.push({ where: s.day, what: '没有连到前一日的封存' });
    if (before && dayNumber(s.day) - dayNumber(before.day) !== 1)
      findings.push({ where: s.day, what: '与前一份封存之间缺了日子' });
  }
  return findings;
}

/** Seals that somebody kept (in a proof file, or saved from this page) against those published now: the only way to find a past that was rewritten whole. */
export function compareSeals(kept: Seal[], published: Seal[]): Finding[] {
  const now = new Map(published.map((s) => [s.day, s]));
  return kept.flatMap((s) => {
    const today = now.get(s.day);
    if (!today) return [{ where: s.day, what: '您保存的封存里有这一日，现在公布的没有：封存被删除' }];
    return sameSeal(s, today) ? [] : [{ where: s.day, what: '您保存的封存与现在公布的不同：封存被改写' }];
  });
}

/** Which record an event belongs to, and its place in it: from its text, or for one that is not shown from what the file says (the hashes around it decide). */
function placeOf(e: SealedEvent): { record: string; seq: number } | undefined {
  const said = readEvent(e.text);
  if (said) return { record: `${said.entity}:${said.entityId}`, seq: said.seq };
  return e.text === null && typeof e.seq === 'number'
    ? { record: `${e.entity}:${e.entity_id}`, seq: e.seq }
    : undefined;
}

/** Content of each event and the chain between the events of one record; from its first event, unless the file begins in the middle. */
async function checkChain(events: SealedEvent[], whole = true): Promise<Finding[]> {
  const findings: Finding[] = [];
  const read: { e: SealedEvent; seq: number }[] = [];
  for (const e of events) {
    const said = placeOf(e);
    if (!said || !wellFormed(e)) findings.push({ where: `事件 ${e.event_id}`, what: '格式不对：被改动过' });
    else if (e.text !== null && (await eventHash(e)) !== e.hash)
      findings.push({ where: `事件 ${e.event_id}`, what: '内容与它的 hash 不符：被改动过' });
    else if (typeof e.reason === 'string' && (await reasonOf(e)) === undefined)
      findings.push({ where: `事件 ${e.event_id}`, what: '原因的文字与它的摘要不符：被改动过' });
    if (said) read.push({ e, seq: said.seq });
  }
  read.sort((a, b) => a.seq - b.seq);
  for (const [i, { e, seq }] of read.entries()) {
    const before = read[i - 1];
    if (i === 0 && !whole && seq > 1) continue;
    if (seq !== (before?.seq ?? 0) + 1)
      findings.push({
        where: `事件 ${e.event_id}`,
        what: `顺序号是 ${seq}，应为 ${(before?.seq ?? 0) + 1}：有事件被删除或插入`,
      });
    else if (e.prev_hash !== (before?.e.hash ?? null))
      findings.push({ where: `事件 ${e.event_id}`, what: '没有连到前一条事件' });
  }
  return findings;
}

/** The reason of an event, when the file has it and it is what was hashed; null when there is none or it was erased (R51). */
export async function reasonOf(e: SealedEvent): Promise<string | null | undefined> {
  const said = readEvent(e.text);
  if (said?.reason) return said.reason;
  if (typeof e.reason !== 'string') return null;
  return isHex(e.reason_salt, 16) && (await reasonDigest(e.reason, e.reason_salt as string)) === said?.reasonDigest
    ? e.reason
    : undefined;
}

/** Events of one record each, in the order they came. */
function byRecord(events: SealedEvent[]): SealedEvent[][] {
  const records = new Map<string, SealedEvent[]>();
  for (const e of events) {
    const key = placeOf(e)?.record ?? '';
    const record = records.get(key);
    if (record) record.push(e);
    else records.set(key, [e]);
  }
  return [...records.values()];
}

/** Records as their holders keep them: every event's content, the chain between them, and the way of each to the published root of its day. Not yet sealed events are counted, not blamed. */
export async function checkRecord(
  events: SealedEvent[],
  published: Seal[],
): Promise<{ findings: Finding[]; records: number; sealed: number; waiting: number; hidden: number }> {
  const findings = await checkSeals(published);
  const seals = new Map(published.map((s) => [s.day, s]));
  const records = byRecord(events);
  let sealed = 0;
  let waiting = 0;
  for (const record of records) {
    findings.push(...(await checkChain(record)));
    for (const e of record.filter(wellFormed)) {
      if (e.day === null) {
        waiting++;
        continue;
      }
      const seal = seals.get(e.day);
      if (!seal) findings.push({ where: `事件 ${e.event_id}`, what: `公布的封存里没有 ${e.day} 这一日` });
      else if ((await rootOfPath(await leafHash(e.hash), e.path ?? [])) !== seal.root)
        findings.push({ where: `事件 ${e.event_id}`, what: `到不了 ${e.day} 公布的根` });
      else sealed++;
    }
  }
  return { findings, records: records.length, sealed, waiting, hidden: events.filter((e) => e.text === null).length };
}

/** The chain of published heads, and of those whose events are all in the export the root too. */
export async function checkHeads(heads: Head[], events: SealedEvent[] = []): Promise<Finding[]> {
  const findings: Finding[] = [];
  const members = new Map<number, SealedEvent[]>();
  for (const e of events) {
    if (typeof e.head !== 'number') continue;
    const list = members.get(e.head);
    if (list) list.push(e);
    else members.set(e.head, [e]);
  }
  const sorted = [...heads].sort((a, b) => a.id - b.id);
  for (const [i, h] of sorted.entries()) {
    const where = `链头 ${h.id}`;
    if (!isHex(h.root, 32) || !isHex(h.hash, 32) || (await headHash(h)) !== h.hash)
      findings.push({ where, what: '链头的 hash 与内容不符' });
    if (h.prev_hash !== (sorted[i - 1]?.hash ?? null) && (i > 0 || h.prev_hash === null))
      findings.push({ where, what: '没有连到前一个链头' });
    const under = members.get(h.id)?.sort((a, b) => a.event_id - b.event_id);
    if (under && (await rootOf(await Promise.all(under.map((e) => leafHash(e.hash))))) !== h.root)
      findings.push({ where, what: `公布 ${h.events} 条，导出里有 ${under.length} 条，重算的根与公布的不同` });
    members.delete(h.id);
  }
  for (const id of members.keys()) findings.push({ where: `链头 ${id}`, what: '导出说已经公布，公布的链头里没有' });
  return findings;
}

export interface ExportPeriod {
  from?: string | null;
  to?: string | null;
}
export interface ExportResult {
  findings: Finding[];
  days: number;
  events: number;
  records: number;
  waiting: number;
  late: number;
}

/**
 * An export: every event, every chain, and the root of each day of the period recomputed from its leaves. Chains are followed from their first event
 * only when the export begins at the beginning. `late` counts events written into a day after that day had been sealed: to be looked at, not an error.
 */
export async function checkExport(
  events: SealedEvent[],
  published: Seal[],
  period: ExportPeriod = {},
  progress: (share: number) => void = () => {},
): Promise<ExportResult> {
  const findings = await checkSeals(published);
  const days = new Map<string, SealedEvent[]>();
  const records = byRecord(events);
  let late = 0;
  let done = 0;
  const last =
    published
      .map((s) => s.day)
      .sort()
      .at(-1) ?? '';
  for (const record of records) {
    findings.push(...(await checkChain(record, !period.from)));
    for (const e of record) {
      if (typeof e.day === 'string') {
        const day = days.get(e.day);
        if (day) day.push(e);
        else days.set(e.day, [e]);
      }
      const at = readEvent(e.text)?.at;
      const until = typeof e.day === 'string' ? e.day : last;
      if (at && until && dayNumber(until) - dayNumber(formatDate(at)) > 1) late++;
      if (++done % 500 === 0) progress(done / events.length);
    }
  }
  const covered = published.filter((s) => (!period.from || s.day >= period.from) && (!period.to || s.day <= period.to));
  for (const seal of covered) {
    const leaves = (days.get(seal.day) ?? []).sort((a, b) => Number(a.place) - Number(b.place));
    days.delete(seal.day);
    if (leaves.length !== seal.events)
      findings.push({ where: seal.day, what: `公布封存 ${seal.events} 条，导出里有 ${leaves.length} 条` });
    else if (
      !leaves.every(wellFormed) ||
      (await rootOf(await Promise.all(leaves.map((e) => leafHash(e.hash))))) !== seal.root
    )
      findings.push({ where: seal.day, what: '重算的根与公布的不同' });
  }
  for (const day of days.keys()) findings.push({ where: day, what: '导出说这一日已经封存，公布的封存里没有' });
  return {
    findings,
    days: covered.length,
    events: events.length,
    records: records.length,
    waiting: events.filter((e) => e.day === null).length,
    late,
  };
}

/** The files a person drops, joined: proofs, pages of an export, and lists of seals kept from an earlier day. Undefined when one is none of these. */
export function readFiles(
  texts: string[],
): { isExport: boolean; period: ExportPeriod; events: SealedEvent[]; kept: Seal[] } | undefined {
  const all = { isExport: false, period: {} as ExportPeriod, events: [] as SealedEvent[], kept: [] as Seal[] };
  try {
    for (const text of texts) {
      const file = JSON.parse(text) as {
        kind?: string;
        name?: string;
        rows?: unknown;
        from?: string | null;
        to?: string | null;
        events?: unknown;
        seals?: unknown;
      };
      // The open dataset «seals» as it is downloaded.
      const list = file.name === 'seals' && Array.isArray(file.rows) ? (file.rows as Seal[]) : undefined;
      if (!list && !['record', 'export'].includes(file.kind ?? '')) return undefined;
      if (list) all.kept = all.kept.concat(list);
      if (file.kind === 'export')
        Object.assign(all, { isExport: true, period: { from: file.from ?? null, to: file.to ?? null } });
      // Not spread into push: an export of a year has more events than a call has room for.
      if (Array.isArray(file.events)) all.events = all.events.concat(file.events as SealedEvent[]);
      if (Array.isArray(file.seals)) all.kept = all.kept.concat(file.seals as Seal[]);
    }
  } catch {
    return undefined;
  }
  const ok =
    all.events.every((e) => e && (typeof e.text === 'string' || e.text === null) && typeof e.hash === 'string') &&
    all.kept.every((s) => s && typeof s.day === 'string');
  return ok && all.events.length + all.kept.length > 0 ? all : undefined;
}
