// What became of an objection or a 找错 report, for whoever holds its receipt (R47). Secret key: see _shared/public-request.ts.
import { answer, refusal } from '../_shared/http.ts';
import { callDatabase, readAnswer, servePublic, slowDown } from '../_shared/public-request.ts';

servePublic('receipt', async (f, busy) => {
  if (busy) await slowDown();
  const [found] = (await readAnswer(
    await callDatabase('check_receipt', { receipt: (f['receipt'] ?? '').slice(0, 60) }),
  )) as unknown[];
  return found
    ? answer(200, found)
    : refusal(404, 'RECEIPT_NOT_FOUND', '没有查到这个受理编号。', '请核对编号，形如 YY-7K3QD-…，提交时显示在页面上。');
});
