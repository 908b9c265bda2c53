import type { ServerResponse } from 'node:http';
import { refusals, type Words } from './refusals.ts';
import { Turns } from './turns.ts';

// A file takes as long as it takes: its turn ends with it.
const atOnce = (most: number) => new Turns({ alone: most, least: most, row: 60, long: 2 ** 31 - 1 });

/**
 * Open transfers of files: what is over one's own number waits in one's own row. All that one address may have open at once is less than the storage
 * has connections (see gateway.ts), so that one house cannot use them up.
 */
export class Transfers {
  #uploads = { person: atOnce(6), address: atOnce(48) };
  #downloads = { person: atOnce(12), address: atOnce(64) };
  #uploading = new Set<string>();

  /** Waits for a turn; it ends with the answer. Resolves to the refusal, or to nothing when the transfer may begin. `key` is that of an upload: it is sent once at a time. */
  async begin(res: ServerResponse, person: string, address: string, key?: string): Promise<Words | undefined> {
    const row = key === undefined ? this.#downloads : this.#uploads;
    if (key !== undefined) {
      // With the person: what somebody else sends under this key is refused by the storage, and keeps nobody from sending it.
      const own = `${person} ${key}`;
      if (this.#uploading.has(own)) return refusals.uploading;
      this.#uploading.add(own);
      res.once('close', () => this.#uploading.delete(own));
    }
    const came = (await row.person.take(person, res)) && (await row.address.take(address, res));
    return came ? undefined : refusals.busy;
  }
}
