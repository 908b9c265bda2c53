import tokens from '../../styles/tokens.css?raw';

type Palette = Record<string, string>;
/** The three palettes as tokens.css says them now. */
export function palettes(css: string = tokens): { light: Palette; dark: Palette; contrast: Palette } {
  const [light, dark, contrast]: [Palette, Palette, Palette] = [{}, {}, {}];
  for (const [, name, l, d] of css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)) {
    light[name as string] = l as string;
    dark[name as string] = d as string;
  }
  for (const [, name, value] of css.slice(css.indexOf('[data-theme="contrast"]')).matchAll(/--([\w-]+): (#\w{6})/g))
    contrast[name as string] = value as string;
  return { light, dark, contrast };
}

const luminance = (hex: string) => {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
/** WCAG 2: the ratio of two colours, 1 to 21. */
export function ratio(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Which token stands on which, and how much contrast that needs: 4.5 for words, 3 for the edge of a control. */
export const pairs: [on: string, ground: string, needs: number, use: string][] = [
  ['ink', 'paper', 4.5, '正文'],
  ['ink', 'surface', 4.5, '卡片上的正文'],
  ['muted', 'paper', 4.5, '说明'],
  ['muted', 'surface', 4.5, '卡片上的说明'],
  ['celadon', 'paper', 4.5, '链接'],
  ['celadon', 'surface', 4.5, '卡片上的链接、按钮'],
  ['on-celadon', 'celadon', 4.5, '主按钮'],
  ['on-tint', 'tint', 4.5, '状态、办成、票根'],
  ['red', 'surface', 4.5, '不可撤回的按钮'],
  ['red', 'red-tint', 4.5, '拒绝'],
  ['amber', 'amber-tint', 4.5, '提醒、标签'],
  ['blue', 'blue-tint', 4.5, '备用'],
  ['line', 'surface', 3, '控件的边'],
];
