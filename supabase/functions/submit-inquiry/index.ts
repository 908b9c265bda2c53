// Takes a question, a complaint or a proposal from the public. Secret key: see _shared/public-request.ts.
import { callDatabase, passOn, servePublic } from '../_shared/public-request.ts';

servePublic('inquiry', async (f, busy) =>
  passOn(
    await callDatabase('submit_inquiry', {
      kind: f['kind'] ?? '',
      title: f['title'] ?? '',
      body: f['body'] ?? '',
      contact: f['contact'] ?? '',
      may_publish: f['may_publish'] === 'yes',
      needs_look: busy,
    }),
    (receipt) => ({ received: true, receipt }),
  ),
);
