import type { APIRoute } from 'astro';
import { noticeItems, notices, siteOrigin } from '../../backend/public.ts';
import { html } from '../../domain/html.ts';
import { noticeInWords } from '../../domain/sums.ts';
import { xmlDocument } from '../../domain/xml.ts';
import { settings } from '../../settings.ts';

/** The notices as an Atom feed; ids stay the same whatever the site's address, links carry it: a reader elsewhere has nothing to resolve them against. */
export const GET: APIRoute = async () => {
  const [all, items] = [(await notices()).reverse(), await noticeItems()];
  const updated = all[0] ? new Date(all[0].published_at).toISOString() : '2026-01-01T00:00:00Z';
  const entries = all.map((n) => {
    const published = new Date(n.published_at).toISOString();
    const inWords = noticeInWords(items.filter((i) => i.notice_id === n.id));
    return html`
  <entry>
    <id>urn:henan-innovation-voucher:notice:${n.id}</id>
    <title>${n.title}</title>
    <link href="${siteOrigin}/notices/${n.id}/"/>
    <updated>${published}</updated>
    <published>${published}</published>
    <summary>公示期 ${n.from_on} 至 ${n.to_on} 24:00；${inWords}。公示期内可以实名提出异议。</summary>
  </entry>`;
  });
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
  <id>urn:henan-innovation-voucher:notices</id>
  <title>${settings.siteName} · 公示</title>
  <link rel="self" href="${siteOrigin}/notices/feed.atom"/>
  <link href="${siteOrigin}/notices/"/>
  <updated>${updated}</updated>
  <author><name>${settings.siteName}</name></author>${entries}
</feed>`;
  return new Response(xmlDocument(feed), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
