// Asks the real database what one person may do: as an API role with that person's token, each statement undone.
import { admin } from '../support/people.ts';

/** `!code` when refused, otherwise the value as text (`none` for no value). One statement never sees what another did. */
export async function probe(userId: string | null, statements: string[]): Promise<string[]> {
  const undo = new Error('undo');
  const role = userId ? 'authenticated' : 'anon';
  let answers: string[] = [];
  await admin()
    .begin(async (sql) => {
      await sql.unsafe(`create function pg_temp.probe(q text) returns text language plpgsql as $$
      declare v text; begin execute q into v; raise exception using errcode = 'UNDO0', message = coalesce(v, 'none');
      exception when others then return case sqlstate when 'UNDO0' then sqlerrm when 'PGRST' then '!' || (sqlerrm::jsonb ->> 'code') else '!' || sqlstate end; end $$;
      grant execute on function pg_temp.probe(text) to anon, authenticated`);
      await sql`select set_config('request.jwt.claims', ${JSON.stringify(userId ? { role, sub: userId } : { role })}, true), set_config('request.jwt.claim.sub', ${userId ?? ''}, true)`;
      await sql.unsafe(`set local role ${role}`);
      answers = (
        await sql`select pg_temp.probe(q) as a from unnest(${statements}::text[]) with ordinality u (q, o) order by o`
      ).map((r) => String(r['a']));
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return answers;
}

/** Puts the fixtures' values where a statement says `$name`; a name without a value makes the statement fail visibly. */
export const fill = (text: string, values: Record<string, string | number>) =>
  text.replaceAll(/\$(\w+)/g, (_, name: string) => String(values[name] ?? `missing_${name}`));
