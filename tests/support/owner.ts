// What the owner of the database can do with the protection switched off, and whether the books find it (R32, T5). Everything is undone.
import type postgres from 'postgres';

const undone = new Error('undo');
/** Works as an owner who has switched triggers and foreign keys off, and undoes it all. */
export async function asOwner<T>(sql: postgres.Sql, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T> {
  let result: T | undefined;
  await sql
    .begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      result = await work(tx);
      throw undone;
    })
    .catch((error) => {
      if (error !== undone) throw error;
    });
  return result as T;
}

/** The sentences that the daily reconciliation writes, after these statements. */
export const sentences = (sql: postgres.Sql, ...statements: string[]): Promise<string[]> =>
  asOwner(sql, async (tx) => {
    for (const statement of statements) await tx.unsafe(statement);
    await tx`select private.reconcile(true)`;
    const rows = await tx`
      select item || '：' || details as said from public.reconciliations where day = private.today() and not balanced`;
    return rows.map((r) => String(r['said']));
  });

interface Column {
  table: string;
  column: string;
  type: string;
  entities: { entity: string; key: string }[];
}

/** Tables beside those that are watched as rows of a case or as settings: what is found there is derived. */
const besides = [
  'public.published_payouts',
  'public.order_fee_lines',
  'public.order_answers',
  'private.contract_refusals',
  'public.decision_checks',
  'public.documents',
];

/** Every column of every table in the path of the money, of settings and of registers. */
async function columns(sql: postgres.Sql): Promise<Column[]> {
  const rows = await sql`
    select w.table_name as table, a.attname as column, format_type(a.atttypid, null) as type,
      coalesce(w.entities, '[]') as entities
    from (
      select w.table_name, jsonb_agg(jsonb_build_object('entity', w.entity, 'key', w.key)) as entities
      from private.watched w where w.mode <> 'statement' group by 1
      union all select unnest(${besides}::text[]), null) w
    join pg_attribute a on a.attrelid = w.table_name::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where w.table_name <> 'private.watched'
    order by w.table_name, a.attnum`;
  return rows as unknown as Column[];
}

/** Another value of the same kind. */
const other = (type: string, column: string) => {
  const c = `"${column}"`;
  if (type === 'smallint' || type === 'numeric') return `coalesce(${c}, 0) + 1`;
  // Far enough to be no other row's key.
  if (type === 'bigint' || type === 'integer') return `coalesce(${c}, 0) + 1000003`;
  if (type === 'boolean') return `not coalesce(${c}, false)`;
  if (type.startsWith('timestamp')) return `coalesce(${c}, now()) + interval '1 minute'`;
  if (type === 'date' || type.includes('date')) return `coalesce(${c}, current_date) - 40`;
  if (type === 'uuid') return 'gen_random_uuid()';
  if (type === 'jsonb') return `coalesce(${c}, '{}') || '{"altered": true}'`;
  if (type === 'bytea') return `sha256(${c})`;
  if (type === 'text[]') return `array_append(${c}, 'altered')`;
  if (type === 'text') return `case ${c} when 'yes' then 'no' when 'no' then 'yes' else coalesce(${c}, '') || '1' end`;
  throw new Error(`no other value for ${type} in ${column}`);
};

export interface Alteration {
  where: string;
  outcome: 'found' | 'unseen' | 'empty';
}

/** Alters one row in each column, one at a time; checks and unique rules are dropped first, for an owner can. */
export async function alterEveryColumn(sql: postgres.Sql): Promise<Alteration[]> {
  const result: Alteration[] = [];
  for (const { table, column, type, entities } of await columns(sql)) {
    const where = `${table.split('.')[1]}.${column}`;
    const outcome = await asOwner(sql, async (tx) => {
      for (const { name } of await tx`
        select conname as name from pg_constraint where conrelid = ${table}::regclass and contype in ('c', 'u')
          and not exists (select 1 from pg_constraint f where f.contype = 'f' and f.confrelid = conrelid and f.confkey = conkey)`)
        await tx.unsafe(`alter table ${table} drop constraint if exists "${name}" cascade`);
      await tx.unsafe(`alter table ${table} alter column "${column}" drop identity if exists`);
      // Where it matters: a row with a value, of a case that is no draft.
      const [row] = await tx.unsafe(
        `select t.ctid::text as at, to_jsonb(t) as was from ${table} t ${relevant[table] ?? ''}
         order by t."${column}" is null, t.ctid desc limit 1`,
      );
      if (!row) return 'empty';
      const [after] = await tx.unsafe(
        `update ${table} t set "${column}" = ${other(type, column)} where ctid = '${row['at']}' returning to_jsonb(t) as is`,
      );
      const tells = async (query: postgres.PendingQuery<postgres.Row[]>) => (await query).length > 0;
      const rows = [row['was'], after?.['is']] as Record<string, string>[];
      for (const { entity, key } of [...entities, ...(also[table] ?? [])])
        for (const r of rows)
          if (await tells(tx`select 1 from private.differences(${entity}, ${[key ? Number(r[key]) : 0]}::bigint[])`))
            return 'found';
      for (const entity of elsewhere[table] ?? [])
        if (await tells(tx`select 1 from private.differences(${entity}, private.subjects(${entity}, -1, 100000))`))
          return 'found';
      if (await tells(tx`select 1 from private.derived_differences()`)) return 'found';
      return (await tells(tx`select 1 from private.imbalances()`)) ? 'found' : 'unseen';
    });
    result.push({ where, outcome });
  }
  return result;
}

const submitted = "join public.orders o on o.id = t.order_id where o.state <> 'draft'";
const relevant: Record<string, string> = {
  'public.orders': "where t.state <> 'draft' and t.approved_fen is not null",
  'public.order_documents': submitted,
  'public.order_submissions': submitted,
  'public.order_fee_lines': submitted,
  'public.order_answers': submitted,
  'public.documents':
    'join public.order_documents l on l.document_id = t.id join public.order_submissions s on s.order_id = l.order_id',
  'public.redemptions': 'where t.expert_result is not null',
};
/** Rows that stand in the events of a second kind of case. */
const also: Record<string, { entity: string; key: string }[]> = {
  'public.redemptions': [{ entity: 'redemption_review', key: 'id' }],
  'public.quota_entries': [{ entity: 'quota', key: 'quota_id' }],
};
const elsewhere: Record<string, string[]> = {
  'public.published_payouts': ['redemption'],
  'public.documents': ['order', 'redemption', 'certification'],
};
