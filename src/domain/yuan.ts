import Nzh from 'nzh/cn';

/** 大写金额, as papers want it: 360000 分 → 叁仟陆佰元整. A whole amount ends in 整, so that nothing can be added behind it. */
export function amountInWords(fen: number): string {
  const words = Nzh.toMoney((fen / 100).toFixed(2), { outSymbol: false });
  return words.endsWith('元') ? `${words}整` : words;
}
