import { datasets } from '../domain/datasets.ts';
import { payoutSums } from '../domain/sums.ts';
import { noticeItems, payoutQueue, publishedPayouts, seals, statistics } from './public.ts';

/** The rows behind each open dataset, read while the site is built. The catalogue's are written by the publisher, which reads them in batches. */
export const datasetRows: Record<string, () => Promise<Record<string, unknown>[]>> = {
  payouts: publishedPayouts as never,
  'payout-sums': (async () => payoutSums(await publishedPayouts())) as never,
  queue: payoutQueue as never,
  notices: noticeItems,
  statistics: statistics as never,
  seals: seals as never,
};
export const builtDatasets = datasets.filter((d) => d.name in datasetRows);
