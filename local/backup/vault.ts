// The folder of a backup: files written whole, compressed, and encrypted when asked.
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Complaint } from '../complaints.ts';

// An encrypted file: these bytes, a salt of 16, an iv of 12, AES-256-GCM of the gzip, its tag of 16.
const magic = Buffer.from('HNCXQ-1\n');
const header = magic.length + 16 + 12;
const tagBytes = 16;

export interface Written {
  /** Of the content, before compression. */
  bytes: number;
  sha256: string;
  /** Line ends in it: for a table its rows. */
  lines: number;
}

/** Lets content through and measures it. */
function meter(): Transform & { written: () => Written } {
  const hash = createHash('sha256');
  let bytes = 0;
  let lines = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
      done(null, chunk);
    },
  });
  return Object.assign(through, { written: () => ({ bytes, lines, sha256: hash.digest('hex') }) });
}

export class Vault {
  readonly #folder: string;
  readonly #passphrase: string | undefined;
  #keys = new Map<string, Buffer>();
  #salt = randomBytes(16);

  /** `passphrase` undefined: files are only compressed. */
  constructor(folder: string, passphrase?: string) {
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  /** A folder for a new backup: it must not hold anything yet. */
  begin(): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    if (readdirSync(this.#folder).length > 0)
      throw new Complaint(`${this.#folder} is not empty: every backup has a folder of its own.`);
  }

  has(name: string): boolean {
    return existsSync(this.#path(name));
  }

  async write(name: string, content: Readable): Promise<Written> {
    const path = this.#path(name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const measured = meter();
    const out = createWriteStream(`${path}.new`, { mode: 0o600, flush: true });
    if (this.#passphrase === undefined) await pipeline(content, measured, createGzip({ level: 6 }), out);
    else {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', this.#key(this.#salt), iv);
      out.write(Buffer.concat([magic, this.#salt, iv]));
      await pipeline(
        content,
        measured,
        createGzip({ level: 6 }),
        cipher,
        withTag(() => cipher.getAuthTag()),
        out,
      );
    }
    renameSync(`${path}.new`, path);
    return measured.written();
  }

  /** Sends the content on; throws when it is not what was written. `expected` undefined: the manifest itself. */
  async read(name: string, into: Writable, expected?: Pick<Written, 'sha256'>): Promise<void> {
    const path = this.#path(name);
    if (!existsSync(path)) throw new Complaint(`${name} is missing from the backup.`);
    const size = statSync(path).size;
    const file = await open(path);
    const head = Buffer.alloc(header);
    await file.read(head, 0, header, 0);
    const encrypted = head.subarray(0, magic.length).equals(magic);
    const measured = meter();
    const verified = new Transform({
      transform: (chunk, _encoding, done) => done(null, chunk),
      flush(done) {
        const { sha256 } = measured.written();
        done(
          expected && sha256 !== expected.sha256
            ? new Complaint(`${name} is not what was backed up: its SHA-256 differs from the manifest.`)
            : null,
        );
      },
    });
    try {
      if (!encrypted) {
        await pipeline(createReadStream(path), createGunzip(), measured, verified, into);
        return;
      }
      const tag = Buffer.alloc(tagBytes);
      await file.read(tag, 0, tagBytes, size - tagBytes);
      const key = this.#key(head.subarray(magic.length, magic.length + 16));
      const decipher = createDecipheriv('aes-256-gcm', key, head.subarray(magic.length + 16));
      decipher.setAuthTag(tag);
      const body = createReadStream(path, { start: header, end: size - tagBytes - 1 });
      await pipeline(body, decipher, createGunzip(), measured, verified, into);
    } catch (error) {
      if (error instanceof Complaint || !isDamage(error)) throw error;
      throw new Complaint(
        encrypted ? `${name} cannot be decrypted: another passphrase, or damaged.` : `${name} is damaged.`,
      );
    } finally {
      await file.close();
    }
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.gz`);
  }

  #key(salt: Buffer): Buffer {
    if (this.#passphrase === undefined)
      throw new Complaint('The backup is encrypted: set BACKUP_PASSPHRASE to what it was made with.');
    const name = salt.toString('hex');
    const key = this.#keys.get(name) ?? scryptSync(this.#passphrase, salt, 32, { N: 2 ** 15, r: 8, maxmem: 2 ** 26 });
    this.#keys.set(name, key);
    return key;
  }
}

/** What zlib and the cipher say of bytes that are not theirs. */
const isDamage = (error: unknown) =>
  error instanceof Error &&
  (('code' in error && /^Z_/.test(String(error.code))) || /unable to authenticate/.test(error.message));

function withTag(tag: () => Buffer): Transform {
  return new Transform({
    transform: (chunk, _encoding, done) => done(null, chunk),
    flush(done) {
      this.push(tag());
      done();
    },
  });
}
