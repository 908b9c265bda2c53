/** A parameter's name and value. */
export type Spec = [name: string, value: string];

/** «名：值». A name is short and no sentence; an ASCII colon counts only with a space after it, so that no time and no address is one. */
const named = /^([^：:，。；]{1,20})(?:：|:\s)\s*(\S.*)$/;

/** An institution's 主要技术指标 as it wrote them: runs of named lines as parameters, everything between as text. */
export function specBlocks(text: string): (Spec[] | string)[] {
  const blocks: (Spec[] | string)[] = [];
  for (const line of text
    .split('\n')
    .map((l) => l.trim())
    .filter(Boolean)) {
    const found = named.exec(line);
    const last = blocks.at(-1);
    if (found) {
      const spec: Spec = [(found[1] as string).trim(), found[2] as string];
      if (Array.isArray(last)) last.push(spec);
      else blocks.push([spec]);
    } else if (typeof last === 'string') blocks[blocks.length - 1] = `${last}\n${line}`;
    else blocks.push(line);
  }
  return blocks;
}
