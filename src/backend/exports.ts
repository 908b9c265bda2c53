import { client, Refused } from './client.ts';

/** One table as CSV of what the signed-in person may read; handed to the browser as a file. */
export async function downloadExport(what: 'orders' | 'redemptions' | 'payouts', roundId?: number): Promise<void> {
  const { data, error } = await client().functions.invoke(`export?what=${what}${roundId === undefined ? '' : `&round=${roundId}`}`, { method: 'GET' });
  if (error) {
    const words = await (error as { context?: Response }).context?.json().catch(() => undefined);
    throw new Refused(words ?? { code: 'NETWORK', message: '没有导出。', hint: '请检查网络后重试。' });
  }
  // The client reads text/csv as text, and in doing so drops the byte-order mark that spreadsheets need.
  const csv = typeof data === 'string' ? data : await (data as Blob).text();
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob([csv.startsWith('\uFEFF') ? csv : `\uFEFF${csv}`], { type: 'text/csv;charset=utf-8' })), download: `${{ orders: '创新券订单', redemptions: '兑付申请', payouts: '兑付' }[what]}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
