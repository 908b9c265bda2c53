import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Accessibility violations of the page as axe-core sees them (WCAG 2.2 AA): rule, and where. */
export async function AxeBuilder(page: Page): Promise<string[]> {
  return page.evaluate(async (code) => {
    // The page's policy forbids injected script elements; evaluating in the debugger is not one.
    if (!('axe' in window)) new Function(code)();
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> };
    };
    const result = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
    return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  }, source);
}
