/** What the open data hold: one list that pages, CSV and JSON are made from. Money in 分; dates in Asia/Shanghai. */
export interface Dataset { name: string; title: string; about: string; columns: [key: string, type: string, meaning: string][] }

/** Said in every file: who may use it is for the publisher to settle. */
export const licence = '〔待配置〕';

export const datasets: Dataset[] = [
  { name: 'payouts', title: '已兑付清单', about: '每一笔兑付，兑付当日公布。', columns: [['voucher_no', '文本', '券号'], ['applicant_name', '文本', '用户单位'], ['institution_name', '文本', '管理单位'], ['city', '文本', '管理单位所在市'], ['amount_fen', '整数，分', '兑付金额'], ['round_year', '整数', '季度汇总的年'], ['round_quarter', '整数 1–4', '季度汇总的季度'], ['fund_year', '整数', '由哪一年的资金兑付'], ['queue_rank', '整数', '该年资金的兑付次序'], ['used_on', '日期', '支付日，兑付的先后依据'], ['paid_out_on', '日期', '兑付日']] },
  { name: 'notices', title: '公示条目', about: '各季度公示的快照。', columns: [['notice_id', '整数', '公示编号'], ['voucher_no', '文本', '券号'], ['applicant_name', '文本', '用户单位'], ['institution_name', '文本', '管理单位'], ['amount_fen', '整数，分', '抵扣金额'], ['result', 'yes / no', '评审通过或不通过']] },
  { name: 'statistics', title: '统计', about: '每日重算；没有的组合不列行；不足 3 张的并入「其他（合并）」。', columns: [['year', '整数', '年'], ['quarter', '整数 1–4', '季度'], ['dimension', 'total / city / class / institution_type / applicant_kind', '口径'], ['label', '文本', '口径下的名称'], ['measure', 'issued / paid / redeemed / failed', '发放、支付、兑付成功、兑付失败'], ['vouchers', '整数', '张数'], ['amount_fen', '整数，分', '金额']] },
  { name: 'catalogue', title: '仪器与检测目录', about: '已发布的仪器资源与项目检测。', columns: [['slug', '文本', '编号'], ['kind', 'instrument / service', '仪器或检测'], ['name', '文本', '名称'], ['model', '文本', '型号'], ['maker', '文本', '厂家'], ['class_code', '文本', '类别代码'], ['institution_name', '文本', '管理单位'], ['city', '文本', '所在市'], ['purpose', '文本', '用途'], ['unit', '文本', '计价单位'], ['price_min_fen', '整数，分', '最低价'], ['price_max_fen', '整数，分', '最高价'], ['is_open', '是否', '对外开放'], ['voucher_enabled', '是否', '支持创新券']] },
  { name: 'seals', title: '每日封存', about: '每天事件的 Merkle 根，逐日相连；可用来核对证明。', columns: [['day', '日期', '哪一日'], ['events', '整数', '事件数'], ['root', '十六进制', 'Merkle 根'], ['prev_hash', '十六进制', '前一日封存值'], ['hash', '十六进制', '本日封存值']] },
];
