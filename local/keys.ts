import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './stack/files.ts';

export interface Keys {
  /** Signs every session token; Lite and PostgREST share it. */
  jwtSecret: string;
  /** Password of the database roles of this one cluster. */
  databasePassword: string;
  publishableKey: string;
  secretKey: string;
}

/** The secrets of one data folder: made once, at random, kept beside the data. */
export function loadKeys(dataDir: string): Keys {
  const file = join(dataDir, 'keys.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Keys;
  mkdirSync(dataDir, { recursive: true });
  const random = (bytes: number) => randomBytes(bytes).toString('hex');
  const keys = {
    jwtSecret: random(32),
    databasePassword: random(16),
    publishableKey: `sb_publishable_${random(12)}`,
    secretKey: `sb_secret_${random(12)}`,
  };
  writeWhole(file, JSON.stringify(keys, null, 2));
  return keys;
}

/** A short-lived HS256 token for a database role, as the hosted gateway puts in place of the secret key. */
export function roleToken(secret: string, role: string, seconds = 60): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role, exp: Math.floor(Date.now() / 1000) + seconds })}`;
  return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
}
