/** What the site says of itself. Placeholders are visible on purpose: nothing official is invented. */
export const settings = {
  siteName: '河南省科技创新券',
  siteDomain: '〔待配置〕',
  siteIdCode: '〔待配置〕',
  organizer: '〔待配置〕',
  operator: '〔待配置〕',
  /** The phone of the platform's service. */
  contact: '〔待配置〕',
  /** When that phone is answered. */
  hours: '〔待配置〕',
  icp: '〔待配置〕',
  publicSecurity: '〔待配置〕',
};
