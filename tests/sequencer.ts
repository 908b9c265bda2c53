import { BaseSequencer, type TestSpecification } from 'vitest/node';

const first = 'tests/rules/redemption.test.ts';

/** It brings a quarter of the running year to its payouts, which the jobs of any other file's night would list before: it comes first, on every machine. */
export class QuarterFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(b.moduleId.endsWith(first)) - Number(a.moduleId.endsWith(first)));
  }
}
