/** What a notice to readers may be, and whom it concerns: the words of the table `announcements` on the page. */
export const announcementKinds = {
  call: '申领通知',
  result: '结果公布',
  maintenance: '系统维护',
  other: '其他',
} as const;
export const audiences = {
  everyone: '所有人',
  applicant: '用户单位',
  institution: '管理单位',
  reviewer: '审核与推荐',
} as const;
/** The readers that a list can be narrowed to; what concerns everyone stands in each. */
export const narrowed = ['applicant', 'institution', 'reviewer'] as const;
export const concerns = (audience: keyof typeof audiences, reader?: (typeof narrowed)[number]) =>
  reader === undefined || audience === 'everyone' || audience === reader;
/** A text in paragraphs: an empty line parts them. */
export const paragraphs = (text: string): string[] =>
  text
    .split(/\n\s*\n/)
    .map((p) => p.trim())
    .filter(Boolean);
