import { resolve } from 'node:path';
import solid from 'vite-plugin-solid';
import { defineConfig } from 'vitest/config';

const root = resolve(import.meta.dirname, '..');

/** The kinds of test by what they need: nothing, a folder to publish into, a document to draw in, a running stack. */
export default defineConfig({
  test: {
    projects: [
      {
        root,
        test: { name: 'unit', root, include: ['tests/unit/**/*.test.ts'], testTimeout: 20_000 },
      },
      {
        root,
        test: {
          name: 'catalogue',
          root,
          include: ['tests/catalogue/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        plugins: [solid()],
        test: { name: 'component', root, environment: 'happy-dom', include: ['tests/component/**/*.test.{ts,tsx}'] },
      },
      {
        root,
        test: {
          name: 'stack',
          root,
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/unit/**', 'tests/catalogue/**', 'tests/component/**'],
          globalSetup: ['tests/support/global-setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // One clock and one fund for all: the files run one after another.
          maxWorkers: 1,
          fileParallelism: false,
        },
      },
    ],
  },
});
