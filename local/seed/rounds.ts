import { type Person, requestId } from './person.ts';
import { acts, book, type DemoOrder, type Laboratory, redeem } from './orders.ts';
import type { Applicant } from './applicants.ts';
import { payOut } from './payout.ts';
import { each, type Stage } from './stage.ts';

export interface Officials {
  experts: Person[];
  department: Person;
  finance: Person;
  recommender: Person;
}
/** The days of one quarter's story. */
export interface Calendar {
  booked: string;
  accepted: string;
  approved: string;
  delivered: string;
  paid: string;
  redeemed: string;
  passed: string;
  closed: string;
  reported: string;
  published: string;
  /** Without it the notice still runs, and its vouchers wait in the queue. */
  paidOut?: [listed: string, arrived: string, mended: string];
}

/** A whole quarter from booking to 已办结, or to its notice: one redemption refused by the experts where `refuse` says so. */
export async function closedQuarter(
  stage: Stage,
  officials: Officials,
  pairs: [Applicant, Laboratory][],
  days: Calendar,
  refuse: number,
): Promise<void> {
  const { sql } = stage.stack;
  await stage.on(days.booked);
  const orders = await each(pairs, async ([applicant, lab], i) =>
    book(applicant, lab, days.booked, 60_000 + (i % 7) * 20_000),
  );
  await each(orders, acts.submit);
  await stage.on(days.accepted);
  await each(orders, acts.accept);
  await stage.on(days.approved);
  await each(orders, (o) => acts.approve(o, stage));
  await stage.on(days.delivered);
  await each(orders, acts.deliver);
  await stage.on(days.paid);
  // Paid one after another, minutes apart: the order of payment is the order of payout (R8), and is seen.
  for (const [i, o] of orders.entries()) {
    await stage.on(days.paid, i * 7);
    await acts.pay(o);
  }
  await each(orders, (o, i) => acts.rate(o, 3 + (i % 3)));
  await stage.on(days.redeemed);
  const redemptions = await each(orders, (o) => redeem(o, stage, days.redeemed));
  await stage.on(days.passed);
  await each(redemptions, (id) => stage.office.act('pass_redemption', { redemption_id: id, request_id: requestId() }));

  await stage.on(days.closed);
  const [round] = await sql`select round_id as id from public.redemptions where id = ${redemptions[0] as number}`;
  const advance = (who: Person, action: string) =>
    who.act('advance_round', { round_id: Number(round?.['id']), action, reason: null, request_id: requestId() });
  await advance(stage.office, 'close');
  await advance(stage.office, 'open_review');
  for (const expert of officials.experts) {
    const mine =
      await sql`select a.redemption_id::integer as id from public.expert_assignments a join public.redemptions r on r.id = a.redemption_id where a.expert_id = ${expert.id} and a.active and r.round_id = ${round?.['id'] as number}`;
    if (mine.length === 0) continue;
    await expert.act('state_no_conflict', { redemption_ids: mine.map(({ id }) => id), request_id: requestId() });
    await expert.act('cast_votes', {
      request_id: requestId(),
      votes: mine.map(({ id }) =>
        id === redemptions[refuse]
          ? { redemption_id: id, verdict: 'no', reason: '检验报告与合同约定的项目不符' }
          : { redemption_id: id, verdict: 'yes', reason: null },
      ),
    });
  }
  await stage.on(days.reported);
  await advance(stage.office, 'report');
  await advance(officials.department, 'confirm');
  await advance(officials.finance, 'confirm');
  await stage.on(days.published);
  await advance(stage.office, 'publish');
  const labs = new Map(orders.map((o: DemoOrder) => [o.lab.orgId, o.lab]));
  for (const pack of await sql`select id, institution_id from public.paper_packs where round_id = ${round?.['id'] as number}`) {
    const lab = labs.get(Number(pack['institution_id'])) as Laboratory;
    for (const [who, action] of [
      [lab, 'print'],
      [lab, 'send'],
      [officials.recommender, 'approve'],
      [officials.recommender, 'forward'],
      [stage.office, 'archive'],
    ] as const) {
      await who.act('advance_paper_pack', {
        pack_id: Number(pack['id']),
        action,
        reason: null,
        request_id: requestId(),
      });
    }
  }
  if (days.paidOut) {
    await stage.on(days.paidOut[0]);
    await advance(stage.office, 'start_payout');
    await payOut(stage, [...labs.values()], days.paidOut);
    await advance(stage.office, 'settle');
  }
  // Old messages have been read: what is unread in the demo belongs to the running quarter.
  for (const who of new Set([
    ...orders.flatMap((o) => [o.applicant, o.lab] as Person[]),
    ...officials.experts,
    officials.department,
    officials.finance,
    officials.recommender,
    stage.office,
    stage.secondOffice,
  ])) {
    await who.act('mark_notifications_read', { notification_ids: null });
  }
}
