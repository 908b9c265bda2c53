import type { Stack } from '../stack.ts';
import { type Person, requestId, signUp } from './person.ts';

/** What every part of the demo story works with: the stack, its one clock, and the platform's two officers. */
export interface Stage {
  stack: Pick<Stack, 'url' | 'keys' | 'sql'>;
  password: string;
  office: Person;
  /** Decides what the first officer has refused once: nobody judges the same case twice. */
  secondOffice: Person;
  /** Sets the demo's clock to nine in the morning of a day, Asia/Shanghai, and so many minutes. */
  on(day: string, minute?: number): Promise<void>;
}

export const person = (stage: Pick<Stage, 'stack' | 'password'>, name: string) =>
  signUp(stage.stack, `${name}@demo.example`, stage.password);

export async function staff(
  stage: Pick<Stage, 'stack' | 'password'>,
  name: string,
  role: string,
  displayName: string,
): Promise<Person> {
  const someone = await person(stage, name);
  await stage.stack
    .sql`insert into public.staff_roles (user_id, role, display_name) values (${someone.id}, ${role}, ${displayName})`;
  return someone;
}

/** Runs `work` over the items, a few at a time: the API answers in parallel, and the story stays short. */
export async function each<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  width = 6,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(width, items.length) }, async () => {
      while (next < items.length) {
        const index = next++;
        results[index] = await work(items[index] as T, index);
      }
    }),
  );
  return results;
}

export async function certify(stage: Stage, who: Person, payload: Record<string, unknown>): Promise<void> {
  const { id } = await who.act<{ id: number }>('submit_certification', {
    request_id: requestId(),
    payload: { valid_from: '2025-01-01', valid_to: '2027-12-31', ...payload },
  });
  await stage.office.act('approve_certification', { certification_id: id, request_id: requestId() });
}

export async function pledgeId(stage: Stage, kind: 'applicant' | 'institution', year: number): Promise<number> {
  return Number(
    (await stage.stack.sql`select id from public.pledges where kind = ${kind} and year = ${year}`)[0]?.['id'],
  );
}
