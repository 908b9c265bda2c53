/** The eighteen cities under the province, with their administrative codes (GB/T 2260; 济源 is directly administered): what `public.cities` holds, in its order. */
export const henanCities: readonly (readonly [code: string, name: string])[] = [
  ['410100', '郑州'],
  ['410200', '开封'],
  ['410300', '洛阳'],
  ['410400', '平顶山'],
  ['410500', '安阳'],
  ['410600', '鹤壁'],
  ['410700', '新乡'],
  ['410800', '焦作'],
  ['410900', '濮阳'],
  ['411000', '许昌'],
  ['411100', '漯河'],
  ['411200', '三门峡'],
  ['411300', '南阳'],
  ['411400', '商丘'],
  ['411500', '信阳'],
  ['411600', '周口'],
  ['411700', '驻马店'],
  ['419001', '济源'],
];
const names = new Map(henanCities);
/** A city by its code, as pages call it. */
export const cityName = (code: string): string => names.get(code) ?? '';
