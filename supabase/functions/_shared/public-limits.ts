/** How much of each public request comes from one address: bytes of one, how many a minute and a day. The pages say the same figures. */
export const publicLimits = {
  receipt: { bytes: 1_000, perMinute: 10, perDay: 100 },
  correction: { bytes: 16_000, perMinute: 3, perDay: 20 },
  inquiry: { bytes: 16_000, perMinute: 3, perDay: 20 },
  objection: { bytes: 48_000, perMinute: 3, perDay: 20 },
  verify: { bytes: 1_000, perMinute: 20, perDay: 300 },
} as const;
