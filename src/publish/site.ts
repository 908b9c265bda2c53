import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

const changing = '/catalogue/state/changing';
const list = '/catalogue/state/files.txt';
/** Addresses are made of ids and fixed words: nothing to decode, and no part begins with a dot. */
const addressed = /^(?:\/[a-z0-9_][a-z0-9._-]{0,99})+$/;

/** Something that would leave the site, or was never meant to be in it. */
export class Refused extends Error {
  constructor(what: string, which: unknown) {
    super(`refused: ${what} ${JSON.stringify(which)}`);
  }
}
/** How many folders are remembered. */
const remembered = 5000;
/** How many new files are noted at once while a site is built. */
const atOnce = 1000;

/** Makes a folder; false where something stands already. */
function made(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'ENOENT') throw error;
  }
  // The site's own folder is missing.
  mkdirSync(folder, { recursive: true });
  return true;
}

/** The folder of the built site. Writing keeps a file that already says the same, and replaces another in one step, so that a reader never sees half of it. What was written first by the publisher is on a list beside the publication, and only that is ever removed. */
export class Site {
  /** Paths written since the start. */
  readonly written: string[] = [];
  readonly dir: string;
  /** On a fresh build nothing is there to compare with. */
  private fresh: boolean;
  /** Folders that were seen, and are no links. */
  private folders = new Set<string>();
  constructor(dir: string, fresh = false) {
    this.dir = resolve(dir);
    this.fresh = fresh;
  }

  /** The one way from an address to a file, for reading, writing and removing: inside the folder, with no link on the way or in its place. `making` is for a file that is then placed anew, which follows no link; the folders on the way are made. */
  private file(path: string, making = false): string {
    const file = this.dir + (sep === '/' ? path : path.replaceAll('/', sep));
    if (!addressed.test(path) || resolve(file) !== file) throw new Refused('no address of this site', path);
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = file.slice(0, this.dir.length + at);
      if (this.folders.has(folder)) continue;
      if (!(making && made(folder)) && !this.stands(folder)) return file;
      // Most folders hold one page and are never asked for again; those that are come back at once.
      if (this.folders.size >= remembered) this.folders.clear();
      this.folders.add(folder);
    }
    if (!making) this.stands(file);
    return file;
  }
  /** Whether something is there; a link is refused. */
  private stands(place: string): boolean {
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found?.isSymbolicLink()) throw new Refused('a link in the site', relative(this.dir, place));
    return found !== undefined;
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
    if (this.fresh) {
      if (this.place(this.file(path, true), content)) this.note(path);
      return;
    }
    const before = this.read(path);
    if (before?.equals(typeof content === 'string' ? Buffer.from(content) : content)) return;
    // Noted first: what breaks off in between leaves a name without a file, never a file without its name.
    if (!before) this.note(path);
    const file = this.file(path, true);
    this.place(`${file}.new`, content);
    renameSync(`${file}.new`, file);
    this.written.push(path);
  }
  /** Writes a file of its own, whatever stood in its place (a link, or one more name of another's file): says whether nothing did. */
  private place(file: string, content: string | Uint8Array): boolean {
    try {
      writeFileSync(file, content, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    unlinkSync(file);
    writeFileSync(file, content, { flag: 'wx' });
    return false;
  }
  /** Adds to a file that was written since the start. */
  append(path: string, content: string): void {
    appendFileSync(this.file(path), content);
  }
  /** The text of a file that another made for the publisher; it is then no part of the site. */
  take(path: string): string | undefined {
    const text = this.text(path);
    if (text !== undefined) this.unlink(path);
    return text;
  }

  /** A change is taken in between `begin` and `end`; where it broke off in between, `isBroken` says so for ever after: only a whole build mends it. */
  begin(): void {
    this.place(this.file(changing, true), '');
  }
  get isBroken(): boolean {
    return existsSync(this.file(changing));
  }
  end(): void {
    for (const path of this.doomed) this.remove(path);
    this.flush();
    this.unlink(changing);
  }
  /** What a reader of the files from before may still ask for: gone with `end`. */
  removeAtEnd(path: string): void {
    this.doomed.push(path);
  }
  private doomed: string[] = [];

  /** A line for every file that was made, and one with a hyphen for every one that was removed. */
  private notes: string[] = [];
  private owned: Set<string> | undefined;
  private note(path: string): void {
    this.owned?.add(path);
    this.notes.push(`${path}\n`);
    if (!this.fresh || this.notes.length >= atOnce) this.flush();
  }
  private flush(): void {
    if (this.notes.length === 0) return;
    // The folders first; then whether it is a link.
    this.file(list, true);
    appendFileSync(this.file(list), this.notes.join(''));
    this.notes = [];
  }
  /** What the publisher made, from its list: read only when something is to go. */
  own(): ReadonlySet<string> {
    this.flush();
    if (!this.owned) {
      this.owned = new Set();
      for (const line of (this.text(list) ?? '').split('\n').filter(Boolean))
        if (line.startsWith('-')) this.owned.delete(line.slice(1));
        else this.owned.add(line);
    }
    return this.owned;
  }
  /** Removes what the publisher made: a file, or with a slash at the end all of its files below. What others put there stays, and the folder with it. */
  remove(path: string): void {
    // Asked by the same function, whether there is anything or not.
    if (path !== '/') this.file(path.replace(/\/$/, ''));
    const gone = path.endsWith('/')
      ? [...this.own()].filter((own) => own.startsWith(path))
      : [path].filter((own) => this.own().has(own));
    for (const own of gone) {
      this.unlink(own);
      this.owned?.delete(own);
      this.notes.push(`-${own}\n`);
    }
    this.flush();
  }
  private unlink(path: string): void {
    const file = this.file(path);
    try {
      unlinkSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    // A folder in which nothing is left.
    for (let at = dirname(file); at !== this.dir; at = dirname(at)) {
      try {
        rmdirSync(at);
      } catch {
        return;
      }
      this.folders.delete(at);
    }
  }
  /** Forgets the publication before: its files go, and the list begins anew. */
  clear(): void {
    this.remove('/');
    this.unlink(list);
    this.owned = undefined;
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
