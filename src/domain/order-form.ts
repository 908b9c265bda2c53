import { visibleLength } from './identity.ts';
import { parseYuan, yuanFault } from './amounts.ts';
import { type Deduction, deduct, lineAmount, quantityFault } from './money.ts';

/** One fee line as typed: price in 元, quantity with at most two decimals. */
export interface TypedLine {
  description: string;
  quantity: string;
  price: string;
  exclusion: string;
}
export const emptyLine = (): TypedLine => ({ description: '', quantity: '1', price: '', exclusion: '' });

/** 分 of one line, the fraction of a 分 dropped as the database drops it; 0 while it cannot be read. */
export function lineFen(line: TypedLine): number {
  const price = parseYuan(line.price);
  return price ? (lineAmount(line.quantity, price) ?? 0) : 0;
}

export interface Estimate extends Deduction {
  totalFen: number;
}
/** R5 on what is typed so far: the one arithmetic (`deduct`), with the lines' own sum where no test fee or contract is given yet. The database's figure is the one accepted. */
export function estimate(
  lines: TypedLine[],
  testFeeFen: number | undefined,
  contractFen: number | undefined,
  rateBp: number,
  leftFen: number,
): Estimate {
  const amounts = lines.map((l) => ({ amountFen: lineFen(l), excluded: l.exclusion !== '' }));
  const totalFen = amounts.reduce((sum, l) => sum + l.amountFen, 0);
  const result = deduct({
    lines: amounts,
    testFeeFen: testFeeFen ?? totalFen,
    contractTotalFen: contractFen ?? totalFen,
    rateBp,
    leftFen,
  });
  return { ...result, totalFen, cashFen: Math.max(0, result.cashFen) };
}

/** Everything that would be refused, in one list, before anything is sent: field and what to do. */
export function problemsOf(form: {
  title: string;
  contractNo: string;
  signedOn: string;
  contractTotal: string;
  testFee: string;
  lines: TypedLine[];
  contracts: number;
  today: string;
}): string[] {
  const problems: string[] = [];
  if (visibleLength(form.title) < 2) problems.push('检测名称：至少 2 个字。');
  form.lines.forEach((l, i) => {
    if (visibleLength(l.description) < 1) problems.push(`费用第 ${i + 1} 行：请写明项目。`);
    const price = parseYuan(l.price);
    if (!price) problems.push(`费用第 ${i + 1} 行的单价：${price === 0 ? '须大于 0。' : yuanFault(l.price)}`);
    else if (lineAmount(l.quantity, price) === undefined)
      problems.push(`费用第 ${i + 1} 行：${quantityFault(l.quantity, price)}`);
    else if (lineFen(l) <= 0) problems.push(`费用第 ${i + 1} 行：数量乘单价不足一分。`);
  });
  if (form.lines.length > 0 && form.lines.every((l) => l.exclusion))
    problems.push('费用清单：没有一行是检验检测费，无可抵扣金额。');
  if (visibleLength(form.contractNo) < 1) problems.push('合同号：请填写。');
  if (!form.signedOn) problems.push('签订日期：请填写。');
  else if (form.signedOn > form.today) problems.push('签订日期：不能晚于今天。');
  const [contractFen, testFeeFen] = [parseYuan(form.contractTotal), parseYuan(form.testFee)];
  if (!contractFen) problems.push(`合同总额：${contractFen === 0 ? '须大于 0。' : yuanFault(form.contractTotal)}`);
  if (!testFeeFen) problems.push(`其中检测费：${testFeeFen === 0 ? '须大于 0。' : yuanFault(form.testFee)}`);
  else if (contractFen && testFeeFen > contractFen) problems.push('其中检测费：不能超过合同总额。');
  if (form.contracts === 0) problems.push('合同：请至少上传一份并等待核验。');
  return problems;
}
