import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { dropAllDrafts, dropDraft, keepDraft, readDraft } from '../../src/islands/ui/draft.ts';

const server = { title: '', lines: [] as string[] };
beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

test('a draft belongs to one person: a colleague at the same computer does not find it', () => {
  keepDraft('zhang', 'booking:1', { ...server, title: '断口分析' }, server);
  expect(readDraft('zhang', 'booking:1')?.value).toEqual({ title: '断口分析', lines: [] });
  expect(readDraft('li', 'booking:1')).toBeUndefined();
});
test('only what was typed is kept; typed back to what the server has, nothing is left', () => {
  keepDraft('zhang', 'booking:1', server, server);
  expect(localStorage.length).toBe(0);
  keepDraft('zhang', 'booking:1', { ...server, title: '断口' }, server);
  keepDraft('zhang', 'booking:1', server, server);
  expect(readDraft('zhang', 'booking:1')).toBeUndefined();
});
test('a draft knows what it was typed over; a broken one is none; signing out leaves nothing but what is not a draft', () => {
  keepDraft('zhang', 'booking:1', { ...server, title: '断口' }, server);
  expect(readDraft('zhang', 'booking:1')?.over).toBe(JSON.stringify(server));
  localStorage.setItem('draft:zhang:broken', '{');
  expect(readDraft('zhang', 'broken')).toBeUndefined();
  dropDraft('zhang', 'booking:1');
  expect(readDraft('zhang', 'booking:1')).toBeUndefined();
  localStorage.setItem('theme', 'dark');
  keepDraft('li', 'booking:2', { ...server, title: '硬度' }, server);
  dropAllDrafts();
  expect(Object.keys(localStorage)).toEqual(['theme']);
});
test('a browser that is full, or keeps nothing, refuses no form', () => {
  const refuses = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  vi.stubGlobal('localStorage', { getItem: refuses, setItem: refuses, removeItem: refuses });
  keepDraft('zhang', 'booking:1', { ...server, title: '断口' }, server);
  keepDraft('zhang', 'booking:1', server, server);
  expect(readDraft('zhang', 'booking:1')).toBeUndefined();
  dropDraft('zhang', 'booking:1');
  dropAllDrafts();
});
