// A voucher system in miniature, written by hand from R1–R30 and knowing nothing of the database: what may be done, and what comes of it.

export type Outcome = 'ok' | 'refused';
export interface Quota {
  cap: number;
  held: number;
  spent: number;
}
export interface Order {
  applicant: number;
  lab: number;
  contract: string;
  eligible: number;
  /** When it was submitted for the first time, counted; 0 while it never was. */
  submitted: number;
  state: string;
  revision: number;
  accepted: number;
  approved: number;
  refusedBy: number[];
  everDelivered: boolean;
  voucher: '' | 'unpaid' | 'paid' | 'redeemed' | 'failed' | 'expired';
  redemption: '' | 'submitted' | 'returned' | 'passed' | 'failed';
  supplement: number;
  redemptionRefusedBy: number[];
  invoice: string;
}
const floor30 = (fen: number) => Math.floor((fen * 3) / 10);

export class Model {
  quotas: (Quota | undefined)[];
  caps: number[];
  /** Certified applicants may begin; lapsed ones only finish (R2). */
  certified: boolean[];
  orders: Order[] = [];
  refusals = new Map<string, number>();
  /** Invoices by who listed them, and those that a passed claim holds for ever (R37). */
  invoices = new Set<string>();
  taken = new Set<string>();
  /** After the year's end nothing unpaid can be paid (R7). */
  yearOver = false;
  constructor(caps: number[]) {
    this.caps = caps;
    this.quotas = caps.map(() => undefined);
    this.certified = caps.map(() => true);
  }
  left(applicant: number): number {
    const q = this.quotas[applicant];
    return q ? q.cap - q.held - q.spent : 0;
  }
  figure(o: Order): number {
    return this.quotas[o.applicant] ? Math.min(floor30(o.eligible), this.left(o.applicant), this.room(o)) : 0;
  }
  /** The other orders of the same contract that were ever submitted (R38), first come first. */
  private siblings(o: Order): Order[] {
    return this.orders
      .filter((x) => x !== o && x.submitted > 0 && this.key(x) === this.key(o))
      .sort((a, b) => a.submitted - b.submitted);
  }
  testFee(o: Order): number {
    const first = this.siblings(o).find((x) => !['declined', 'withdrawn', 'ordinary'].includes(x.state));
    return (first ?? o).eligible;
  }
  /** What the contract leaves: its share of the test fee less what its other orders were approved for. */
  room(o: Order): number {
    const held = ['awaiting_consent', 'approved', 'delivered', 'disputed', 'paid'];
    const used = this.siblings(o).reduce((n, x) => n + (held.includes(x.state) ? x.approved : 0), 0);
    return Math.max(0, floor30(this.testFee(o)) - used);
  }
  /** One order of a contract at a time (R45). */
  private busy(o: Order): boolean {
    return this.siblings(o).some((x) =>
      ['submitted', 'platform_review', 'returned', 'awaiting_consent'].includes(x.state),
    );
  }
  key(o: Order): string {
    return `${o.applicant}:${o.lab}:${o.contract}`;
  }
  claim(a: number): Outcome {
    if (this.yearOver) return 'refused';
    if (this.quotas[a]) return 'ok';
    if (!this.certified[a]) return 'refused';
    this.quotas[a] = { cap: this.caps[a] as number, held: 0, spent: 0 };
    return 'ok';
  }
  book(applicant: number, lab: number, contract: string, eligible: number): Outcome {
    this.orders.push({
      applicant,
      lab,
      contract,
      eligible,
      submitted: 0,
      state: 'draft',
      revision: 0,
      accepted: 0,
      approved: 0,
      refusedBy: [],
      everDelivered: false,
      voucher: '',
      redemption: '',
      supplement: 0,
      redemptionRefusedBy: [],
      invoice: '',
    });
    return 'ok';
  }
  /** `changed`: something of a returned order is new, be it an explanation (R15). */
  submit(o: Order, changed: boolean): Outcome {
    if (o.state !== 'draft' && o.state !== 'returned') return 'refused';
    if (o.state === 'returned' && !changed) return 'refused';
    if (o.state === 'draft' && (!this.certified[o.applicant] || !this.quotas[o.applicant] || this.yearOver))
      return 'refused';
    if ((this.refusals.get(this.key(o)) ?? 0) >= 2 || this.figure(o) <= 0 || this.yearOver) return 'refused';
    if (this.busy(o) || this.testFee(o) !== o.eligible) return 'refused';
    if (o.state === 'returned') o.revision = 1;
    if (o.submitted === 0) o.submitted = 1 + Math.max(...this.orders.map((x) => x.submitted));
    o.accepted = this.figure(o);
    o.state = 'submitted';
    return 'ok';
  }
  accept(o: Order, lab: number): Outcome {
    if (o.state !== 'submitted' || o.lab !== lab) return 'refused';
    o.state = 'platform_review';
    return 'ok';
  }
  decline(o: Order, lab: number): Outcome {
    if (o.state !== 'submitted' || o.lab !== lab) return 'refused';
    o.state = 'declined';
    return 'ok';
  }
  approve(o: Order, officer: number, lower: number | undefined): Outcome {
    if (o.state !== 'platform_review' || o.refusedBy.includes(officer) || this.yearOver) return 'refused';
    const q = this.quotas[o.applicant];
    const raw = floor30(o.eligible);
    if (!q || (lower !== undefined && (lower <= 0 || lower >= raw))) return 'refused';
    const amount = Math.min(raw, this.left(o.applicant), this.room(o), lower ?? raw);
    if (amount <= 0) return 'refused';
    q.held += amount;
    o.approved = amount;
    o.state = amount < o.accepted ? 'awaiting_consent' : 'approved';
    if (o.state === 'approved') o.voucher = 'unpaid';
    return 'ok';
  }
  refuse(o: Order, officer: number): Outcome {
    if (o.state !== 'platform_review' || o.refusedBy.includes(officer)) return 'refused';
    const times = o.revision === 1 ? 2 : Math.min(2, (this.refusals.get(this.key(o)) ?? 0) + 1);
    this.refusals.set(this.key(o), times);
    o.refusedBy.push(officer);
    o.state = times >= 2 ? 'ordinary' : 'returned';
    return 'ok';
  }
  private release(o: Order): void {
    (this.quotas[o.applicant] as Quota).held -= o.approved;
    if (o.voucher === 'unpaid') o.voucher = 'expired';
  }
  agree(o: Order): Outcome {
    if (o.state !== 'awaiting_consent' || this.yearOver) return 'refused';
    o.state = 'approved';
    o.voucher = 'unpaid';
    return 'ok';
  }
  disagree(o: Order): Outcome {
    if (o.state !== 'awaiting_consent') return 'refused';
    this.release(o);
    o.state = 'ordinary';
    return 'ok';
  }
  /** A draft is the applicant's own: it is deleted, and nothing is left of it. */
  discard(o: Order): Outcome {
    if (o.state !== 'draft') return 'refused';
    o.state = 'discarded';
    return 'ok';
  }
  withdraw(o: Order): Outcome {
    if (
      !['submitted', 'platform_review', 'returned', 'awaiting_consent', 'approved'].includes(o.state) ||
      o.everDelivered
    )
      return 'refused';
    if (o.state === 'awaiting_consent' || o.state === 'approved') this.release(o);
    o.state = 'withdrawn';
    return 'ok';
  }
  deliver(o: Order, lab: number): Outcome {
    if ((o.state !== 'approved' && o.state !== 'disputed') || o.lab !== lab) return 'refused';
    o.state = 'delivered';
    o.everDelivered = true;
    return 'ok';
  }
  dispute(o: Order): Outcome {
    if (o.state !== 'delivered') return 'refused';
    o.state = 'disputed';
    return 'ok';
  }
  pay(o: Order): Outcome {
    if (o.state !== 'delivered' || o.voucher !== 'unpaid' || this.yearOver) return 'refused';
    const q = this.quotas[o.applicant] as Quota;
    q.held -= o.approved;
    q.spent += o.approved;
    o.state = 'paid';
    o.voucher = 'paid';
    return 'ok';
  }
  redeem(o: Order, lab: number, invoice: string): Outcome {
    if (o.voucher !== 'paid' || o.lab !== lab || o.redemption !== '') return 'refused';
    // The same institution lists an invoice once; another's claim bars only when it has passed.
    if (this.invoices.has(`${lab}:${invoice}`) || this.taken.has(invoice)) return 'refused';
    this.invoices.add(`${lab}:${invoice}`);
    o.invoice = invoice;
    o.redemption = 'submitted';
    return 'ok';
  }
  pass(o: Order, officer: number): Outcome {
    // The new year's rows are not there yet in this world: passing waits for them (R6).
    if (o.redemption !== 'submitted' || o.redemptionRefusedBy.includes(officer) || this.yearOver) return 'refused';
    if (this.taken.has(o.invoice)) return 'refused';
    this.taken.add(o.invoice);
    o.redemption = 'passed';
    return 'ok';
  }
  returnRedemption(o: Order, officer: number): Outcome {
    if (o.redemption !== 'submitted' || o.redemptionRefusedBy.includes(officer)) return 'refused';
    o.redemptionRefusedBy.push(officer);
    if (o.supplement === 0) {
      o.redemption = 'returned';
      return 'ok';
    }
    o.redemption = 'failed';
    o.voucher = 'failed';
    o.state = 'ordinary';
    // Given back within the same year, by the shipped parameter (R24).
    if (!this.yearOver) (this.quotas[o.applicant] as Quota).spent -= o.approved;
    return 'ok';
  }
  supplement(o: Order, lab: number, changed: boolean): Outcome {
    if (o.redemption !== 'returned' || o.lab !== lab || !changed || this.taken.has(o.invoice)) return 'refused';
    o.supplement = 1;
    o.redemption = 'submitted';
    return 'ok';
  }
  /** 31 December 24:00 and the daily job after it. */
  newYear(): Outcome {
    this.yearOver = true;
    for (const o of this.orders) {
      if (['approved', 'delivered', 'disputed', 'awaiting_consent', 'returned'].includes(o.state)) {
        if (o.state !== 'returned') this.release(o);
        o.state = 'ordinary';
      }
    }
    return 'ok';
  }
}
