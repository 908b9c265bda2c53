// Takes an objection from the public during a notice (R28): real name, contact, reason. Secret key: see _shared/public-request.ts.
import { callDatabase, passOn, servePublic } from '../_shared/public-request.ts';

servePublic('objection', async (f, busy) =>
  passOn(
    await callDatabase('submit_objection', {
      voucher_no: f['voucher_no'] ?? '',
      real_name: f['real_name'] ?? '',
      contact: f['contact'] ?? '',
      body: f['body'] ?? '',
      evidence: f['evidence'] ?? '',
      needs_look: busy,
    }),
    (receipt) => ({ received: true, receipt }),
  ),
);
