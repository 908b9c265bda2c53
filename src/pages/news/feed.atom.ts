import type { APIRoute } from 'astro';
import { announcements, siteOrigin } from '../../backend/public.ts';
import { announcementKinds, audiences } from '../../domain/announcements.ts';
import { html } from '../../domain/html.ts';
import { xmlDocument } from '../../domain/xml.ts';
import { settings } from '../../settings.ts';

/** The notices to readers as an Atom feed; ids stay the same whatever the site's address. */
export const GET: APIRoute = async () => {
  const all = await announcements();
  const at = (day: string) => `${day}T00:00:00+08:00`;
  const entries = all.map(
    (a) => html`
  <entry>
    <id>urn:henan-innovation-voucher:announcement:${a.id}</id>
    <title>${a.title}</title>
    <link href="${siteOrigin}/news/${a.id}/"/>
    <updated>${at(a.published_on)}</updated>
    <published>${at(a.published_on)}</published>
    <category term="${a.audience}" label="${audiences[a.audience]}"/>
    <summary>${announcementKinds[a.kind]}，来源：${a.source}。</summary>
    <content type="text">${a.body}</content>
  </entry>`,
  );
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
  <id>urn:henan-innovation-voucher:announcements</id>
  <title>${settings.siteName} · 通知公告</title>
  <link rel="self" href="${siteOrigin}/news/feed.atom"/>
  <link href="${siteOrigin}/news/"/>
  <updated>${at(all[0]?.published_on ?? '2026-01-01')}</updated>
  <author><name>${settings.siteName}</name></author>${entries}
</feed>`;
  return new Response(xmlDocument(feed), { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } });
};
