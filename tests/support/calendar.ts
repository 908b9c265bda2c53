import type postgres from 'postgres';

/** A calendar that counts as complete (R49) and changes no working day: its days off are weekends, each legal holiday has four. */
export async function quietCalendar(sql: postgres.Sql | postgres.TransactionSql, year: number): Promise<void> {
  await sql`insert into public.holidays (day, is_off, name, source)
    select d.day, true, (array['元旦', '春节', '清明', '劳动节', '端午', '中秋', '国庆节'])[1 + d.n % 7], '测试'
    from (select g::date as day, row_number() over (order by g) as n
      from generate_series(make_date(${year}, 1, 1), make_date(${year}, 12, 31), interval '1 day') g
      where extract(isodow from g) > 5 limit 28) d
    on conflict do nothing`;
}
