/** What an instrument is called in the laboratory, and how catalogues write it; asked where the word itself is nowhere. Latin letters as `fold` writes them. */
const full: Record<string, string[]> = {
  电镜: ['电子显微镜'],
  扫描电镜: ['扫描电子显微镜'],
  透射电镜: ['透射电子显微镜'],
  sem: ['扫描电子显微镜'],
  tem: ['透射电子显微镜'],
  afm: ['原子力显微镜'],
  液相: ['液相色谱'],
  气相: ['气相色谱'],
  hplc: ['高效液相色谱', '液相色谱'],
  gc: ['气相色谱'],
  lcms: ['液相色谱质谱', '液质联用'],
  gcms: ['气相色谱质谱', '气质联用'],
  质谱仪: ['质谱'],
  icp: ['电感耦合等离子体'],
  icpms: ['电感耦合等离子体质谱'],
  xrd: ['x射线衍射'],
  xps: ['x射线光电子能谱'],
  xrf: ['x射线荧光'],
  衍射仪: ['衍射'],
  红外: ['红外光谱'],
  ftir: ['傅里叶变换红外', '红外光谱'],
  nmr: ['核磁共振'],
  核磁: ['核磁共振'],
  dsc: ['差示扫描量热'],
  tga: ['热重'],
  万能机: ['万能试验机', '万能材料试验机'],
  拉力机: ['拉力试验机', '万能试验机'],
  三坐标: ['三坐标测量'],
  示波仪: ['示波器'],
};
/** The other names of the words, each in the place of its word; nothing where no word has one. At most eight. */
export function synonymsOf(words: string[]): string[][] {
  const all = words.reduce<string[][]>(
    (lines, word) => lines.flatMap((line) => [word, ...(full[word] ?? [])].map((w) => [...line, w])),
    [[]],
  );
  return all.filter((line) => line.some((w, i) => w !== words[i])).slice(0, 8);
}
