import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

const changing = '/catalogue/state/changing';

/** The folder of the built site. Writing keeps a file that already says the same, and replaces another in one step, so that a reader never sees half of it. */
export class Site {
  /** Paths written since the start. */
  readonly written: string[] = [];
  private made = new Set<string>();
  readonly dir: string;
  /** On a fresh build nothing is there to compare with. */
  private fresh: boolean;
  constructor(dir: string, fresh = false) {
    this.dir = dir;
    this.fresh = fresh;
  }

  private file(path: string): string {
    return join(this.dir, decodeURIComponent(path));
  }
  read(path: string): Buffer | undefined {
    try {
      return readFileSync(this.file(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }
  text(path: string): string | undefined {
    return this.read(path)?.toString('utf8');
  }
  write(path: string, content: string | Uint8Array): void {
    const file = this.file(path);
    if (!this.fresh) {
      const before = this.read(path);
      if (before?.equals(typeof content === 'string' ? Buffer.from(content) : content)) return;
    }
    const dir = dirname(file);
    if (!this.made.has(dir)) {
      mkdirSync(dir, { recursive: true });
      if (this.made.size < 5000) this.made.add(dir);
    }
    if (this.fresh) writeFileSync(file, content);
    else {
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
      this.written.push(path);
    }
  }
  /** A change is taken in between `begin` and `end`; where it broke off in between, `isBroken` says so for ever after: only a whole build mends it. */
  begin(): void {
    writeFileSync(this.file(changing), '');
  }
  get isBroken(): boolean {
    return existsSync(this.file(changing));
  }
  end(): void {
    for (const path of this.doomed) this.remove(path);
    this.remove(changing);
  }
  /** What a reader of the files from before may still ask for: gone with `end`. */
  removeAtEnd(path: string): void {
    this.doomed.push(path);
  }
  private doomed: string[] = [];
  remove(path: string): void {
    rmSync(this.file(path), { recursive: true, force: true });
  }
  /** A page: `/instruments/` → `/instruments/index.html`. */
  page(path: string, content: string): void {
    this.write(`${path}index.html`, content);
  }
  /** Level 3: six hundredths larger than level 6 and three times as fast; a change writes many of these. */
  writeDeflated(path: string, content: Uint8Array): void {
    this.write(path, deflateRawSync(content, { level: 3 }));
  }
  /** Numbers without order have no repetitions to look for: runs and frequencies alone make them a fifth smaller, and in a third of the time. */
  writeNumbers(path: string, content: Uint8Array): void {
    this.write(path, deflateRawSync(content, { strategy: constants.Z_RLE }));
  }
  readDeflated(path: string): Uint8Array | undefined {
    const bytes = this.read(path);
    return bytes && inflateRawSync(bytes);
  }
}
