import { ask, type Answer, type Finding, failure, good, missing, note, type Patient } from './finding.ts';

const part = { pages: 'Site', built: 'Site’s build', headers: 'Site’s headers' };
const pages = [
  '/',
  '/work/',
  '/user/',
  '/institution/',
  '/desk/',
  '/instruments/',
  '/notices/',
  '/policies/',
  '/verify/',
  '/sitemap.xml',
];
const upload = 'npm run build, then upload the whole of dist/ (with its hidden and empty-looking folders).';

/** All scripts that a page loads, followed through what they import. */
async function scripts(site: string, page: string): Promise<string> {
  const seen = new Set<string>();
  let text = '';
  let open = [...page.matchAll(/\/_astro\/[\w.-]+\.js/g)].map((m) => m[0]);
  while (open.length > 0 && seen.size < 60) {
    const next: string[] = [];
    for (const path of open) {
      if (seen.has(path)) continue;
      seen.add(path);
      const { text: script } = await ask(site + path);
      text += script;
      next.push(...[...script.matchAll(/["'](?:\.\/|\/_astro\/)([\w.-]+\.js)["']/g)].map((m) => `/_astro/${m[1]}`));
    }
    open = next;
  }
  return text;
}

/** Built for this project and this address. */
async function built({ site, api, publishableKey }: Patient, work: Answer, map: Answer): Promise<Finding[]> {
  const again = `PUBLIC_SUPABASE_URL=${api} PUBLIC_SUPABASE_KEY=<publishable> SITE_URL=${site} npm run build, then upload dist/.`;
  const found: Finding[] = [];
  const code = await scripts(site, work.text);
  const elsewhere = new URL(api).origin !== new URL(site).origin;
  if (!code.includes(publishableKey)) found.push(missing(part.built, 'its pages carry another publishable key', again));
  if (elsewhere && !code.includes(new URL(api).origin))
    found.push(missing(part.built, `its pages ask another address than ${api}`, again));
  if (elsewhere && !work.text.includes(new URL(api).origin))
    found.push(missing(part.built, `its policy lets no page ask ${api}`, again));
  const [first] = [...map.text.matchAll(/<loc>(.*?)<\/loc>/g)].map((m) => m[1] as string);
  if (first && new URL(first).origin !== new URL(site).origin)
    found.push(missing(part.built, `its site map speaks of ${new URL(first).origin}`, again));
  return found.length > 0 ? found : [good(part.built, 'made for this project and this address')];
}

function headers(home: Answer): Finding[] {
  const wanted: [string, RegExp][] = [
    ['content-security-policy', /frame-ancestors 'none'/],
    ['x-content-type-options', /nosniff/],
  ];
  const lacking = wanted.filter(([name, value]) => !value.test(home.headers.get(name) ?? '')).map(([name]) => name);
  return lacking.length === 0
    ? [good(part.headers, 'pages cannot be framed or mistaken')]
    : [
        missing(
          part.headers,
          `${lacking.join(' and ')} missing`,
          `Let the static host send Content-Security-Policy: object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none' and X-Content-Type-Options: nosniff.`,
        ),
      ];
}

/** What a visitor meets. */
export async function examineSite(patient: Patient): Promise<Finding[]> {
  const { site, embedded } = patient;
  const answers = new Map<string, Answer>();
  for (const path of pages) answers.set(path, await ask(site + path));
  const home = answers.get('/') as Answer;
  if (home.status !== 200)
    return [missing(part.pages, failure(home), `${site} does not answer as the site: ${upload}`)];
  const lost = pages.filter((path) => answers.get(path)?.status !== 200);
  const nowhere = await ask(`${site}/no-such-page-${Date.now()}/`);
  const found: Finding[] = [];
  if (lost.length > 0) found.push(missing(part.pages, `no page at ${lost.join(', ')}`, upload));
  if (nowhere.status !== 404)
    found.push(
      missing(
        part.pages,
        `an address that does not exist answers ${nowhere.status}`,
        'Let the static host answer 404 with 404.html, no fallback to the home page.',
      ),
    );
  if (found.length === 0) found.push(good(part.pages, `${pages.length} pages answer`));
  if (!lost.includes('/work/') && !lost.includes('/sitemap.xml'))
    found.push(...(await built(patient, answers.get('/work/') as Answer, answers.get('/sitemap.xml') as Answer)));
  found.push(...headers(home));
  if (home.text.includes('〔待配置〕') && !embedded)
    found.push(
      note(part.pages, 'the footer still has placeholders 〔待配置〕', 'Fill src/settings.ts and build again.'),
    );
  return found;
}
