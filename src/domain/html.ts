/** HTML written by hand, escaped by default: what is interpolated is text unless it is HTML already. The catalogue's pages share it with the islands. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}
type Part = Html | string | number | false | null | undefined | Part[];

const special = /[&<>"']/;
const escaped: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string =>
  special.test(text) ? text.replaceAll(/[&<>"']/g, (c) => escaped[c] as string) : text;

const written = (part: Part): string => {
  if (typeof part === 'string') return escapeHtml(part);
  if (part instanceof Html) return part.text;
  if (typeof part === 'number') return String(part);
  return Array.isArray(part) ? part.map(written).join('') : '';
};
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let text = strings[0] as string;
  for (let i = 0; i < parts.length; i++) text += written(parts[i]) + strings[i + 1];
  return new Html(text);
}
