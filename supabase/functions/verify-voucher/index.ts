// Checks a voucher by its number and code (R35). A wrong code and an unknown number are answered alike. Secret key: see _shared/public-request.ts.
import { answer, refusal } from '../_shared/http.ts';
import { callDatabase, readAnswer, servePublic, slowDown } from '../_shared/public-request.ts';

servePublic('verify', async (f, busy) => {
  if (busy) await slowDown();
  const [found] = (await readAnswer(
    await callDatabase('verify_voucher', {
      no: (f['no'] ?? '').slice(0, 40),
      code: (f['code'] ?? '').slice(0, 40),
    }),
  )) as unknown[];
  return found
    ? answer(200, found)
    : refusal(404, 'VOUCHER_NOT_FOUND', '没有查到这张电子券。', '请核对券号与核验码；两者都印在电子券上。');
});
