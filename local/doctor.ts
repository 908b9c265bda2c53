// Asks each part of a portal whether it is as it should be, and says what is missing and the way out: `npm run doctor -- https://<site>`.
import { Complaint } from './complaints.ts';
import { examineApi } from './doctor/api.ts';
import type { Finding, Patient } from './doctor/finding.ts';
import { examineInside } from './doctor/inside.ts';
import { examineSite } from './doctor/site.ts';

/** Everything that can be asked from outside, and with the secret key from inside. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const [site, api] = await Promise.all([examineSite(patient), examineApi(patient)]);
  const unreached = api.length === 1;
  return [...api, ...(unreached ? [] : await examineInside(patient)), ...site];
}

const marks = { good: '✓', missing: '✗', note: '·' };
export const report = (findings: Finding[]): string =>
  findings
    .map(({ part, state, says, way }) => `${marks[state]} ${part}: ${says}${way ? `\n    → ${way}` : ''}`)
    .join('\n');

/** Who is to be looked at: the site that is named, with the keys of supabase/.env.example; without a name the portal that runs here. */
async function patientOf(site: string | undefined): Promise<Patient | undefined> {
  const env = process.env;
  if (site) {
    const at = site.replace(/\/$/, '');
    return {
      site: at,
      api: (env['PUBLIC_SUPABASE_URL'] ?? at).replace(/\/$/, ''),
      publishableKey: env['PUBLIC_SUPABASE_KEY'] ?? '',
      secretKey: env['SUPABASE_SECRET_KEY'],
      embedded: false,
    };
  }
  const { runningPortal } = await import('./stack.ts');
  const portal = await runningPortal();
  await portal?.sql.end();
  return (
    portal && {
      site: portal.url,
      api: portal.url,
      publishableKey: portal.keys.publishableKey,
      secretKey: portal.keys.secretKey,
      embedded: true,
    }
  );
}

if (import.meta.main) {
  const patient = await patientOf(process.argv[2]);
  if (!patient || !URL.canParse(patient.site) || !URL.canParse(patient.api))
    throw new Complaint(
      'Say whom to look at: npm run doctor -- https://<site>, with PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_KEY and SUPABASE_SECRET_KEY set (supabase/.env.example); or start the portal here first.',
    );
  const findings = await examine(patient);
  console.log(report(findings));
  const lacking = findings.filter((f) => f.state === 'missing').length;
  console.log(
    lacking === 0 ? '\nNothing is missing.' : `\n${lacking} ${lacking === 1 ? 'thing is' : 'things are'} missing.`,
  );
  process.exit(lacking === 0 ? 0 : 1);
}
