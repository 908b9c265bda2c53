// Takes a 找错 report about a page of this site. Secret key: see _shared/public-request.ts.
import { callDatabase, passOn, servePublic } from '../_shared/public-request.ts';

servePublic('correction', async (f, busy) =>
  passOn(
    await callDatabase('report_error', {
      page: f['page'] ?? '',
      body: f['body'] ?? '',
      contact: f['contact'] ?? '',
      needs_look: busy,
    }),
    (receipt) => ({ received: true, receipt }),
  ),
);
