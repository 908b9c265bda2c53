import postgres from 'postgres';
import { Complaint } from '../complaints.ts';
import { runningPortal } from '../stack/portal.ts';

/** A portal's database and files, as whoever keeps it reaches them. */
export interface Source {
  /** As `postgres`, one connection. */
  sql: postgres.Sql;
  /** The API's address. */
  api: string;
  secretKey: string;
}

/** The portal that DATABASE_URL, PUBLIC_SUPABASE_URL and SUPABASE_SECRET_KEY name (supabase/.env.example), or the one that runs here. */
export async function findSource(): Promise<Source> {
  const { DATABASE_URL, PUBLIC_SUPABASE_URL, SUPABASE_SECRET_KEY } = process.env;
  if (DATABASE_URL && PUBLIC_SUPABASE_URL && SUPABASE_SECRET_KEY)
    return { sql: connect(DATABASE_URL), api: PUBLIC_SUPABASE_URL.replace(/\/$/, ''), secretKey: SUPABASE_SECRET_KEY };
  if (DATABASE_URL || PUBLIC_SUPABASE_URL)
    throw new Complaint(
      'All three are needed: DATABASE_URL (Connect → Session pooler, as postgres), PUBLIC_SUPABASE_URL and SUPABASE_SECRET_KEY.',
    );
  const portal = await runningPortal();
  if (!portal)
    throw new Complaint(
      'Say which portal: set DATABASE_URL, PUBLIC_SUPABASE_URL and SUPABASE_SECRET_KEY (supabase/.env.example), or start the portal here first.',
    );
  await portal.sql.end();
  return { sql: connect(portal.databaseUrl), api: portal.url, secretKey: portal.keys.secretKey };
}

export const connect = (url: string): postgres.Sql => postgres(url, { max: 1, onnotice: () => {}, idle_timeout: 0 });

/** The bytes of one kept file; `sha256` is its name. */
export const fileAddress = (source: Source, sha256: string): string =>
  `${source.api}/storage/v1/object/documents/${sha256}`;
