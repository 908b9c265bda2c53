// A quarter in miniature, written by hand from R24–R30, R40, R43, R47 and R48 and knowing nothing of the database: what may be done, and what
// comes of it. Who is seated is the system's choice: the model is told and judges it.

export type Outcome = 'ok' | 'refused';
export type Office = 'platform' | 'department' | 'finance';
export type Verdict = 'yes' | 'no';
export interface Seat {
  expert: number;
  panel: 1 | 2;
  active: boolean;
  stated: boolean;
  asked: string;
}
export interface Item {
  n: number;
  lab: number;
  state: string;
  result?: Verdict | undefined;
  panel: 1 | 2;
  open: boolean;
  seats: Seat[];
  /** What the experts said in this turn. */
  votes: Map<number, Verdict>;
  /** In another quarter's review now, papers and all. */
  postponed: boolean;
  papersMoved: boolean;
  archived: boolean;
  voucher: 'paid' | 'failed' | 'redeemed';
  payment: '' | 'drafted' | 'listed' | 'in_transit' | 'arrived';
  returnedOn: number;
}
export interface Notice {
  own?: Item;
  to: string;
  results: Map<Item, Verdict>;
}
export interface Objection {
  item: Item;
  notice: Notice;
  decision: '' | 'upheld' | 'rejected';
}
export interface Pack {
  lab: number;
  state: string;
  opened: string;
}
export interface List {
  state: 'drafted' | 'approved' | 'in_transit' | 'other';
  by: number;
  lines: { item: Item; account: number }[];
}
export const needed = 3;
export const noticeDays = 5;
const day = (text: string, more: number) =>
  new Date(Date.parse(`${text}T00:00:00Z`) + more * 86_400_000).toISOString().slice(0, 10);
/** The last of so many working days after a day, Monday to Friday. */
export function workingDays(from: string, count: number): string {
  let at = from;
  for (let left = count; left > 0; ) {
    at = day(at, 1);
    if (![0, 6].includes(new Date(`${at}T00:00:00Z`).getUTCDay())) left--;
  }
  return at;
}
export const later = day;

export class Quarter {
  today: string;
  state = 'open';
  items: Item[];
  packs: Pack[] = [];
  notices: Notice[] = [];
  objections: Objection[] = [];
  lists: List[] = [];
  accounts: number[];
  experts: number;
  constructor(today: string, labs: number[], experts: number, accounts: number[]) {
    this.today = today;
    this.experts = experts;
    this.accounts = accounts;
    this.items = labs.map((lab, n) => ({
      n,
      lab,
      state: 'passed',
      panel: 1,
      open: false,
      seats: [],
      votes: new Map(),
      postponed: false,
      papersMoved: false,
      archived: false,
      voucher: 'paid',
      payment: '',
      returnedOn: 0,
    }));
  }
  here = () => this.items.filter((i) => !i.postponed);
  active = (i: Item) => i.seats.filter((s) => s.panel === i.panel && s.active);
  /** Who could still be seated: nobody sits at one item twice. */
  spare = (i: Item) => this.experts - i.seats.length;
  complete(i: Item): boolean {
    const seats = this.active(i);
    return seats.length % 2 === 1 && seats.length >= needed && seats.every((s) => i.votes.has(s.expert));
  }
  private close(i: Item): void {
    const yes = this.active(i).filter((s) => i.votes.get(s.expert) === 'yes').length;
    i.result = yes * 2 > this.active(i).length ? 'yes' : 'no';
    i.open = false;
  }
  private reopen(i: Item): void {
    i.open = true;
    i.result = undefined;
    i.votes = new Map();
    for (const s of this.active(i)) s.asked = this.today;
  }
  private publish(results: Map<Item, Verdict>, own?: Item): void {
    const eve = day(this.today, -1);
    this.notices.push({ ...(own && { own }), to: workingDays(eve, noticeDays), results });
  }
  round(action: string, office: Office, named: Item[] = []): Outcome {
    const from: Record<string, [string, Office][]> = {
      close: [['open', 'platform']],
      open_review: [['listed', 'platform']],
      report: [['in_review', 'platform']],
      confirm: [
        ['reported', 'department'],
        ['department_confirmed', 'finance'],
      ],
      send_back: [
        ['reported', 'department'],
        ['department_confirmed', 'finance'],
      ],
      publish: [['finance_confirmed', 'platform']],
      start_payout: [['in_notice', 'platform']],
      settle: [['paying', 'platform']],
    };
    if (!from[action]?.some(([state, who]) => state === this.state && who === office)) return 'refused';
    const items = this.here();
    switch (action) {
      case 'close':
        this.packs = [...new Set(items.map((i) => i.lab))].map((lab) => ({
          lab,
          state: 'not_printed',
          opened: this.today,
        }));
        this.state = 'listed';
        break;
      case 'open_review':
        for (const i of items) this.reopen(i);
        this.state = 'in_review';
        break;
      case 'report':
        if (items.some((i) => i.open && !this.complete(i))) return 'refused';
        for (const i of items) if (i.open) this.close(i);
        this.state = 'reported';
        break;
      case 'confirm':
        this.state = office === 'department' ? 'department_confirmed' : 'finance_confirmed';
        break;
      case 'send_back':
        if (named.length === 0 || named.some((i) => i.postponed || i.state !== 'passed' || i.open)) return 'refused';
        for (const i of named) this.reopen(i);
        this.state = 'in_review';
        break;
      case 'publish':
        this.publish(new Map(items.map((i) => [i, i.result as Verdict])));
        this.state = 'in_notice';
        break;
      case 'start_payout':
        if (this.today <= (this.notices[0] as Notice).to) return 'refused';
        this.finish();
        this.state = 'paying';
        break;
      default:
        if (this.notices.some((n) => this.today <= n.to) || this.objections.some((o) => !o.decision)) return 'refused';
        if (
          items.some(
            (i) =>
              !['paid_out', 'rejected', 'objected'].includes(i.state) &&
              !(i.state === 'passed' && i.result === 'yes' && i.papersMoved),
          )
        )
          return 'refused';
        for (const p of this.packs) if (!['archived', 'moved'].includes(p.state)) p.state = 'closed';
        this.state = 'settled';
    }
    return 'ok';
  }
  // ── experts ──
  private seat = (i: Item, expert: number) => (i.open ? this.active(i).find((s) => s.expert === expert) : undefined);
  stateNoConflict(i: Item, expert: number): Outcome {
    const seat = this.seat(i, expert);
    if (!seat) return 'refused';
    seat.stated = true;
    return 'ok';
  }
  vote(i: Item, expert: number, verdict: Verdict): Outcome {
    if (!this.seat(i, expert)?.stated) return 'refused';
    i.votes.set(expert, verdict);
    return 'ok';
  }
  conflict(i: Item, expert: number): Outcome {
    const seat = this.seat(i, expert);
    if (!seat || i.votes.has(expert)) return 'refused';
    seat.active = false;
    return 'ok';
  }
  replace(i: Item, expert: number): Outcome {
    const seat = this.seat(i, expert);
    if (!seat || i.votes.has(expert) || workingDays(seat.asked, 10) >= this.today) return 'refused';
    if (this.spare(i) < needed - this.active(i).length + 1) return 'refused';
    seat.active = false;
    return 'ok';
  }
  add(i: Item): Outcome {
    const missing = needed - this.active(i).length;
    return i.open && missing > 0 && this.spare(i) >= missing ? 'ok' : 'refused';
  }
  postpone(i: Item): Outcome {
    if (!i.open || i.state !== 'passed' || i.panel !== 1 || this.complete(i) || i.postponed) return 'refused';
    i.postponed = true;
    i.open = false;
    return 'ok';
  }
  // ── objections, notices ──
  object(i: Item): Outcome {
    const notice = this.notices.findLast((n) => n.results.has(i) && this.today <= n.to);
    if (!notice || (notice.own && notice.results.get(i) === 'no')) return 'refused';
    this.objections.push({ item: i, notice, decision: '' });
    return 'ok';
  }
  decide(o: Objection, upheld: boolean): Outcome {
    const i = o.item;
    if (o.decision || (upheld && i.payment === 'in_transit')) return 'refused';
    if (!upheld) o.decision = 'rejected';
    else {
      for (const x of this.objections) if (!x.decision && x.notice === o.notice && x.item === i) x.decision = 'upheld';
      if (o.notice.results.get(i) === 'no') {
        i.panel = 2;
        i.state = 're_review';
        this.reopen(i);
      } else if (i.state === 'passed' || i.state === 're_notice') {
        i.state = 'objected';
        i.voucher = 'failed';
      }
    }
    this.finish();
    return 'ok';
  }
  /** What is published, over and not objected to becomes final. */
  finish(): void {
    for (const i of this.here()) {
      if (!(i.state === 're_notice' || (i.state === 'passed' && i.result === 'no'))) continue;
      const last = this.notices.findLast((n) => n.results.has(i));
      if (!last || this.today <= last.to || this.objections.some((o) => o.item === i && !o.decision)) continue;
      if (i.result === 'yes') i.state = 'passed';
      else {
        i.state = 'rejected';
        i.voucher = 'failed';
      }
    }
  }
  reReview(i: Item, action: string, office: Office): Outcome {
    const way: Record<string, [Office, string, string]> = {
      're_review report': ['platform', 're_reported', ''],
      're_reported confirm': ['department', 're_department_confirmed', ''],
      're_department_confirmed confirm': ['finance', 're_finance_confirmed', ''],
      're_reported send_back': ['department', 're_review', ''],
      're_department_confirmed send_back': ['finance', 're_review', ''],
      're_finance_confirmed publish': ['platform', 're_notice', ''],
    };
    const step = way[`${i.state} ${action}`];
    if (!step || step[0] !== office || (action === 'report' && !this.complete(i))) return 'refused';
    if (action === 'report') this.close(i);
    if (action === 'send_back') this.reopen(i);
    if (action === 'publish') this.publish(new Map([[i, i.result as Verdict]]), i);
    i.state = step[1];
    return 'ok';
  }
  // ── papers ──
  paper(pack: Pack, action: string, by: 'lab' | 'body' | 'platform'): Outcome {
    const way: Record<string, ['lab' | 'body' | 'platform', string]> = {
      'not_printed print': ['lab', 'printed'],
      'recommender_returned print': ['lab', 'printed'],
      'printed send': ['lab', 'sent'],
      'sent approve': ['body', 'recommender_approved'],
      'sent return': ['body', 'recommender_returned'],
      'recommender_approved forward': ['body', 'forwarded'],
      'forwarded archive': ['platform', 'archived'],
    };
    const mine = this.items.filter((i) => i.lab === pack.lab && !i.postponed && !i.papersMoved);
    if (action === 'move') {
      const before = ['not_printed', 'printed', 'sent', 'recommender_approved', 'recommender_returned'];
      if (by !== 'platform' || !before.includes(pack.state) || workingDays(pack.opened, 10) >= this.today)
        return 'refused';
      for (const i of mine) if (!['paid_out', 'rejected', 'objected'].includes(i.state)) i.papersMoved = true;
      pack.state = 'moved';
      return 'ok';
    }
    const step = way[`${pack.state} ${action}`];
    if (!step || step[0] !== by) return 'refused';
    pack.state = step[1];
    if (action === 'archive') for (const i of mine) i.archived = true;
    return 'ok';
  }
  // ── payments ──
  ready = (i: Item, account = this.accounts[i.lab]) =>
    i.state === 'passed' &&
    i.result === 'yes' &&
    !i.postponed &&
    ['paying', 'settled'].includes(this.state) &&
    i.archived &&
    !this.objections.some((o) => o.item === i && !o.decision) &&
    i.returnedOn !== this.accounts[i.lab] &&
    account === this.accounts[i.lab];
  waiting = () => this.items.filter((i) => i.payment === '' && this.ready(i));
  drawUp(by: number): Outcome {
    const ready = this.waiting();
    if (this.lists.some((l) => l.state === 'drafted') || ready.length === 0) return 'refused';
    for (const item of ready) item.payment = 'drafted';
    this.lists.push({
      state: 'drafted',
      by,
      lines: ready.map((item) => ({ item, account: this.accounts[item.lab] as number })),
    });
    return 'ok';
  }
  listed(l: List, action: string, by: number): Outcome {
    if (action === 'approve') {
      if (l.state !== 'drafted' || l.by === by || l.lines.some((x) => !this.ready(x.item, x.account))) return 'refused';
      for (const x of l.lines) x.item.payment = 'listed';
      l.state = 'approved';
    } else if (action === 'send_back') {
      if (l.state !== 'drafted') return 'refused';
      for (const x of l.lines) x.item.payment = '';
      l.state = 'other';
    } else {
      if (l.state !== 'approved') return 'refused';
      for (const x of l.lines) x.item.payment = this.ready(x.item, x.account) ? 'in_transit' : '';
      l.lines = l.lines.filter((x) => x.item.payment === 'in_transit');
      l.state = l.lines.length > 0 ? 'in_transit' : 'other';
    }
    return 'ok';
  }
  answered(l: List, item: Item, arrived: boolean): void {
    const line = l.lines.find((x) => x.item === item) as { account: number };
    item.payment = arrived ? 'arrived' : '';
    if (arrived) {
      item.state = 'paid_out';
      item.voucher = 'redeemed';
    } else item.returnedOn = line.account;
    l.lines = l.lines.filter((x) => x.item !== item || arrived);
    if (!l.lines.some((x) => x.item.payment === 'in_transit')) l.state = 'other';
  }
}
