/** What kinds of institution there are, by code, as everyone reads them. */
export const institutionTypes: Record<string, string> = {
  university: '高校',
  institute: '科研院所',
  service: '科技服务机构',
  enterprise: '企业',
  other: '其他',
};
