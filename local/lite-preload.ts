// Loaded into Supabase Lite before its own code: what its storage does to the disk.
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

// Uploaded files and their folders are the portal's alone (0600, 0700).
process.umask(0o077);

// It streams a download from a file handle and never closes it, read to the end or broken off: one open file for each.
const probe = await open(fileURLToPath(import.meta.url));
const handles = Object.getPrototypeOf(probe) as FileHandle;
await probe.close();
const stream = handles.readableWebStream;
handles.readableWebStream = function (options) {
  return stream.call(this, { ...options, autoClose: true });
};
