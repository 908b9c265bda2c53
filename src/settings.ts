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
  /** Published by the province in 2021 and perhaps changed since: shown with these words only. */
  contact2021: {
    site: 'www.hniss.cn',
    address: '河南省郑州市金水区政六街2号6楼',
    phone: '0371-65957129',
    qq: '346532815',
    mail: 'hnisscn@163.com',
  },
  icp: '〔待配置〕',
  publicSecurity: '〔待配置〕',
};
