/** What anyone may send to the platform, and what it is called. */
export const inquiryKinds = { question: '咨询', complaint: '投诉', proposal: '建议' } as const;
export type InquiryKind = keyof typeof inquiryKinds;
export const isInquiry = (kind: string): kind is InquiryKind => kind in inquiryKinds;
