import { identityKey } from './identity.ts';

/** 统一社会信用代码 (GB 32100-2015): 18 characters, the last one a check. Some early codes fail it, so it warns and never blocks. */
const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY';

/** The check character of the first 17, or undefined when one of them is not in the alphabet. */
export function usccCheck(first17: string): string | undefined {
  let sum = 0;
  for (let i = 0, weight = 1; i < 17; i++, weight = (weight * 3) % 31) {
    const value = alphabet.indexOf(first17[i] ?? '');
    if (value < 0) return undefined;
    sum += value * weight;
  }
  return alphabet[(31 - (sum % 31)) % 31];
}

/** What is doubtful about a code, in words for a person; undefined when nothing is. */
export function usccDoubt(code: string): string | undefined {
  const plain = identityKey(code, 'identifier');
  if (plain === undefined) return undefined;
  if (plain.length !== 18) return `统一社会信用代码是 18 位，现在是 ${plain.length} 位。`;
  const check = usccCheck(plain.slice(0, 17));
  if (check === undefined) return '代码里有不会出现的字符（没有 I、O、S、V、Z）。';
  if (check !== plain[17]) return '校验位不符，请核对一遍；确认无误仍可提交，由省平台人工核对。';
  if (plain.slice(2, 4) !== '41') return '登记机关不是河南（第 3、4 位应为 41），请核对注册地。';
  return undefined;
}
