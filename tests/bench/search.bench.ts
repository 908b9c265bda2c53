import { seedCatalogue } from '../../local/seed/catalogue.ts';
import { median, withStack } from './support.ts';

/** S4: server search for two characters, count included, over 100,000 entries, against `like '%词%'` over the same columns. */
export default async function search(): Promise<void> {
  await withStack(async (stack) => {
    const { sql } = stack;
    await seedCatalogue(sql, Number(process.env['ENTRIES'] ?? 100_000), 600);
    // A rare word among many common ones.
    await sql`update public.catalogue set purpose = purpose || '，含钇铝石榴石晶体测试' where slug in (select slug from public.catalogue order by slug limit 5)`;
    await sql.unsafe('analyze');
    for (const [word, kind] of [
      ['石榴', 'rare'],
      ['海流', 'uncommon'],
      ['显微', 'common'],
      ['分析', 'most common'],
    ] as const) {
      const ours: number[] = [];
      const like: number[] = [];
      let n = 0;
      for (let i = 0; i < 5; i++) {
        let t = performance.now();
        n = Number(
          (
            await sql`select (private.search_catalogue(${word}, null, null, null, null, false, false, null, 1) ->> 'total')::integer as n`
          )[0]?.['n'],
        );
        ours.push(performance.now() - t);
        t = performance.now();
        const pattern = `%${word}%`;
        await sql`select count(*) from public.catalogue where name like ${pattern} or model like ${pattern} or maker like ${pattern} or institution_name like ${pattern} or city like ${pattern} or purpose like ${pattern}`;
        like.push(performance.now() - t);
      }
      console.log(
        `${kind.padEnd(12)} ${word}: ${n} found; ours, with facets, ${median(ours).toFixed(1)} ms; like, count only, ${median(like).toFixed(1)} ms; × ${(median(like) / median(ours)).toFixed(1)}`,
      );
    }
  });
}
