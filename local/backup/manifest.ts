import { Readable, Writable } from 'node:stream';
import { Complaint } from '../complaints.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { Vault, Written } from './vault.ts';

/** What a backup holds, and what must be true again after it has been restored. */
export interface Manifest {
  format: 1;
  madeAt: string;
  /** The newest migration of the database. */
  migration: string;
  fingerprint: Pick<Fingerprint, 'whole' | 'parts'>;
  tables: Table[];
  sequences: { name: string; last: string; called: boolean }[];
  files: { sha256: string; type: string; bytes: number }[];
  newestEvent: string;
  /** The newest seal (R32): seals published after it are of days that this backup does not know. */
  newestSeal: { day: string; root: string } | null;
}
export interface Table extends Written {
  /** With its schema. */
  name: string;
  columns: string[];
}

export async function writeManifest(vault: Vault, manifest: Manifest): Promise<Written> {
  return vault.write('manifest.json', Readable.from([Buffer.from(JSON.stringify(manifest, null, 1))]));
}

export async function readManifest(vault: Vault): Promise<Manifest> {
  if (!vault.has('manifest.json'))
    throw new Complaint('There is no manifest: not a backup, or one that was broken off.');
  const parts: Buffer[] = [];
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
  });
  await vault.read('manifest.json', into);
  const manifest = JSON.parse(Buffer.concat(parts).toString('utf8')) as Manifest;
  if (manifest.format !== 1) throw new Complaint(`The backup has format ${manifest.format}; this program reads 1.`);
  return manifest;
}
