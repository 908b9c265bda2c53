import { callApi, Refused } from './client.ts';

/** One table as CSV of what the signed-in person may read; handed to the browser as a file. */
export async function downloadExport(what: 'orders' | 'redemptions' | 'payouts', roundId?: number): Promise<void> {
  const answer = await callApi(
    `/functions/v1/export?what=${what}${roundId === undefined ? '' : `&round=${roundId}`}`,
  ).catch(() => undefined);
  if (!answer?.ok) {
    const words = await answer?.json().catch(() => undefined);
    throw new Refused(words ?? { code: 'NETWORK', message: '没有导出。', hint: '请检查网络后重试。' });
  }
  // Reading as text drops the byte-order mark that spreadsheets need.
  const csv = await answer.text();
  const link = Object.assign(document.createElement('a'), {
    href: URL.createObjectURL(new Blob([`\uFEFF${csv}`], { type: 'text/csv;charset=utf-8' })),
    download: `${{ orders: '创新券订单', redemptions: '兑付申请', payouts: '兑付' }[what]}.csv`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
