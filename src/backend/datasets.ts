import { catalogue, noticeItems, payoutQueue, publishedPayouts, seals, statistics } from './public.ts';

/** The rows behind each open dataset, read while the site is built. */
export const datasetRows: Record<string, () => Promise<Record<string, unknown>[]>> = {
  payouts: publishedPayouts, queue: payoutQueue as never, notices: noticeItems, statistics: statistics as never, catalogue: catalogue as never, seals: seals as never,
};
