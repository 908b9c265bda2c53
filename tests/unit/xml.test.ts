import { expect, test } from 'vitest';
import { html } from '../../src/domain/html.ts';
import { xmlDocument } from '../../src/domain/xml.ts';

test('whatever text says, a feed stays one document: markup is text, and what XML cannot write is left out', () => {
  const hostile = '</title><script>&amp;]]>"\'\u0000\u0008\u000b\u001f\ud800\ufffe电\t\n\u{20bb7}';
  expect(xmlDocument(html`<title a="${hostile}">${hostile}</title>`)).toBe(
    `<?xml version="1.0" encoding="UTF-8"?>\n<title a="${'&lt;/title&gt;&lt;script&gt;&amp;amp;]]&gt;&quot;&#39;电\t\n\u{20bb7}'}">${'&lt;/title&gt;&lt;script&gt;&amp;amp;]]&gt;&quot;&#39;电\t\n\u{20bb7}'}</title>\n`,
  );
});
