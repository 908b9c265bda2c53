import type { APIRoute } from 'astro';
import { noticeItems, notices, siteOrigin } from '../../backend/public.ts';
import { noticeInWords } from '../../domain/sums.ts';
import { settings } from '../../settings.ts';

const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** The notices as an Atom feed; ids stay the same whatever the site's address, links carry it: a reader elsewhere has nothing to resolve them against. */
export const GET: APIRoute = async () => {
  const [all, items] = [(await notices()).reverse(), await noticeItems()];
  const updated = all[0] ? new Date(all[0].published_at).toISOString() : '2026-01-01T00:00:00Z';
  const entries = all
    .map(
      (n) =>
        `  <entry>\n    <id>urn:henan-innovation-voucher:notice:${n.id}</id>\n    <title>${escapeXml(n.title)}</title>\n    <link href="${siteOrigin}/notices/${n.id}/"/>\n    <updated>${new Date(n.published_at).toISOString()}</updated>\n    <published>${new Date(n.published_at).toISOString()}</published>\n    <summary>公示期 ${n.from_on} 至 ${n.to_on} 24:00；${noticeInWords(items.filter((i) => i.notice_id === n.id))}。公示期内可以实名提出异议。</summary>\n  </entry>`,
    )
    .join('\n');
  return new Response(
    `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">\n  <id>urn:henan-innovation-voucher:notices</id>\n  <title>${escapeXml(settings.siteName)} · 公示</title>\n  <link rel="self" href="${siteOrigin}/notices/feed.atom"/>\n  <link href="${siteOrigin}/notices/"/>\n  <updated>${updated}</updated>\n  <author><name>${escapeXml(settings.siteName)}</name></author>\n${entries}\n</feed>\n`,
    { headers: { 'content-type': 'application/atom+xml; charset=utf-8' } },
  );
};
