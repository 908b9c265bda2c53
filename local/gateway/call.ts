import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request that carries a key of this portal. */
export interface Call {
  req: IncomingMessage;
  res: ServerResponse;
  /** Decoded, as checked by address.ts. */
  path: string;
  /** As sent, without the key. */
  search: string;
  /** End-to-end headers; a key that stood in place of a token is gone. */
  headers: Record<string, string | string[]>;
  /** Whole; empty for the storage, which passes it on as it comes. */
  body: Buffer;
  /** The secret key: an administrator or a function of ours. */
  admin: boolean;
  /** The caller's address as the socket tells it, and the network that it counts as. */
  client: string;
  network: string;
}

/** The address that strangers share their turns by: a whole network where addresses are many. */
export const addressOf = ({ client, network }: Call): string => (client.includes(':') ? network : client);
