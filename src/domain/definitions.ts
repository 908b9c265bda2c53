import { stateLabels } from './labels.ts';

/** What each published figure means, said in one place and shown beside it wherever it stands. Amounts are whole 分, shown in 元. */
export const measures = [
  ['issued', '发放', '省平台审核通过、发出的电子券，按发放之日计；审核已更正的不计。'],
  ['paid', '支付', '用户单位确认结果、用券支付的，按支付之日计；其后兑付与否不影响。'],
  ['redeemed', stateLabels.voucher.redeemed, '银行到账的，按到账登记之日计。'],
  ['failed', stateLabels.voucher.failed, '形式审核、专家评审或异议裁定后不能兑付的，按终局之日计。'],
] as const;
export const views = [
  ['city', '按管理单位所在市', '所在市是管理单位登记的市，不是用户单位的市。'],
  ['class', '按仪器类别', '类别是订单所用仪器或检测项目的类别。'],
  ['institution_type', '按机构类型', '机构类型由管理单位登记、省平台审核。'],
  ['applicant_kind', '按用户类别', '领取当年额度时的类别；年中变化的，下一年才变。'],
] as const;
/** How a sum is kept from telling of one applicant. */
export const folding = '全年用户单位不足 3 家的名称并入「其他（合并）」：看不出单个单位。';
