import type { APIRoute } from 'astro';
import { seals } from '../../backend/public.ts';

/** The seals as a table for a spreadsheet; the mark in front makes it read the text as UTF-8. */
export const GET: APIRoute = async () => {
  const rows = (await seals()).map((s) => [s.day, s.events, s.root, s.prev_hash ?? '', s.hash].join(','));
  return new Response(`\uFEFFday,events,root,prev_hash,hash\r\n${rows.map((r) => `${r}\r\n`).join('')}`, { headers: { 'content-type': 'text/csv; charset=utf-8' } });
};
