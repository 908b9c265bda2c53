import { bookingState } from '../../domain/bookable.ts';
import { qualifications } from '../../domain/catalogue-rows.ts';
import { type CatalogueEntry, flagsOf } from '../../domain/catalogue.ts';
import { formatRange } from '../../domain/money.ts';
import { specBlocks } from '../../domain/specs.ts';

/** One line of the comparison: what it is called, and what an entry says to it. */
export type Fact = [label: string, of: (e: CatalogueEntry) => string];

const specsOf = (e: CatalogueEntry) =>
  specBlocks(e.details.specs ?? '').flatMap((b) => (typeof b === 'string' ? [] : b));

/** The parameters that more than one entry names: only those can be compared line by line. */
function sharedSpecs(entries: CatalogueEntry[]): string[] {
  const names = entries.flatMap((e) => [...new Set(specsOf(e).map(([name]) => name))]);
  return [...new Set(names.filter((name, i) => names.indexOf(name) < i))];
}

/** Everything that entries are compared by, in the order of the table. `classes` has the names of classes by their code. */
export function factsOf(entries: CatalogueEntry[], classes: Record<string, string>): Fact[] {
  const shared = sharedSpecs(entries);
  const others = (e: CatalogueEntry) =>
    specBlocks(e.details.specs ?? '')
      .flatMap((b) =>
        typeof b === 'string' ? b : b.filter(([name]) => !shared.includes(name)).map((spec) => spec.join('：')),
      )
      .join('\n');
  return [
    ['类别', (e) => classes[e.class_code] ?? ''],
    ['生产厂家', (e) => e.maker],
    ['能做什么', (e) => e.purpose],
    ...shared.map(
      (name): Fact => [
        name,
        (e) =>
          specsOf(e)
            .flatMap(([n, value]) => (n === name ? value : []))
            .join('\n'),
      ],
    ),
    [shared.length > 0 ? '其他指标' : '主要技术指标', others],
    ['方法标准', (e) => e.details.standard ?? ''],
    ['样品要求', (e) => e.details.sample_requirement ?? ''],
    ['检测周期', (e) => (e.details.turnaround_days ? `${e.details.turnaround_days} 个工作日左右` : '')],
    ['价格', (e) => `${formatRange(e.price_min_fen, e.price_max_fen)} 元/${e.unit}`],
    ['管理单位', (e) => e.institution_name],
    ['所在地', (e) => e.city],
    ['资质', (e) => qualifications(flagsOf(e))],
    ['创新券', (e) => bookingState(flagsOf(e), e.reopens_on ?? '')],
  ];
}
