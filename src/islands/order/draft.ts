import type { Booking, BookedContent } from '../../backend/bookings.ts';
import type { OrderPayload } from '../../backend/orders.ts';
import { parseYuan } from '../../domain/amounts.ts';
import { emptyLine, type TypedLine, problemsOf } from '../../domain/order-form.ts';
import { type Answer, type Exclusion, verdictOf } from '../../domain/exclusions.ts';
import { visibleLength } from '../../domain/identity.ts';
import { formatFen, parseQuantity } from '../../domain/money.ts';

/** What the form holds; kept in this browser until it is saved, so that nothing typed is lost. */
export interface BookingDraft {
  title: string;
  purpose: string;
  projectId: number;
  from: string;
  to: string;
  contractNo: string;
  signedOn: string;
  contractTotal: string;
  testFee: string;
  lines: TypedLine[];
  answers: Record<string, Answer>;
  /** «除已勾选的以外，以上均无»: the answer to everything that is not ticked (R9). */
  declared: boolean;
  contracts: { id: number; name: string }[];
  evidence: { id: number; name: string }[];
  /** What was mended, for a returned order. */
  explanation: string;
}
const blank = (projectId: number): BookingDraft => ({
  title: '',
  purpose: '',
  projectId,
  from: '',
  to: '',
  contractNo: '',
  signedOn: '',
  contractTotal: '',
  testFee: '',
  lines: [emptyLine()],
  answers: {},
  declared: false,
  contracts: [],
  evidence: [],
  explanation: '',
});
const yuan = (fen: number) => (fen > 0 ? formatFen(fen).replaceAll(',', '') : '');

function draftOf({ fields, lines, answers, declared, explanation, papers }: BookedContent): BookingDraft {
  const files = (kind: string) =>
    papers.filter((p) => p.kind === kind).map(({ document: d }) => ({ id: d.id, name: d.original_name }));
  return {
    title: fields.title,
    purpose: fields.purpose,
    projectId: fields.project_id,
    from: fields.expected_from ?? '',
    to: fields.expected_to ?? '',
    contractNo: fields.contract_no,
    signedOn: fields.contract_signed_on ?? '',
    contractTotal: yuan(fields.contract_total_fen),
    testFee: yuan(fields.test_fee_fen),
    lines: lines.map((l) => ({
      description: l.description,
      quantity: String(Number(l.quantity)),
      price: yuan(l.unit_price_fen),
      exclusion: l.exclusion_code ?? '',
    })),
    answers: Object.fromEntries(
      answers.filter((a) => a.applies).map((a) => [a.code, { applies: true, justification: a.justification }]),
    ),
    declared,
    contracts: files('contract'),
    evidence: files('evidence'),
    explanation,
  };
}
/** What the form begins with: what the order says, or nothing yet. */
export const serverDraft = (d: Booking): BookingDraft =>
  d.content ? draftOf(d.content) : blank(d.projects[0]?.id ?? 0);

/** The situations that are asked for once an order; the others are the kinds of a fee line. */
export const wholeOrder = (all: Exclusion[]) => all.filter((e) => e.scope !== 'line');

/** Everything that would be refused, before anything is sent. */
export function problemsIn(f: BookingDraft, d: Booking): string[] {
  const whole = wholeOrder(d.exclusions);
  const verdict = (e: Exclusion) => verdictOf(e, f.answers[e.code]);
  return [
    ...problemsOf({ ...f, contracts: f.contracts.length, today: d.day }),
    ...whole
      .filter((e) => verdict(e) === 'excluded')
      .map((e) => `适用范围：「${e.label}」不在补贴范围内，不能使用创新券。`),
    ...whole
      .filter((e) => verdict(e) === 'argue' && visibleLength(f.answers[e.code]?.justification) < 10)
      .map((e) => `适用范围：请为「${e.label}」写明服务于研发的理由（至少 10 字）。`),
    ...(f.declared ? [] : ['适用范围：请勾选所涉及的情形，并确认“除已勾选的以外，以上均无”。']),
  ];
}

/** The form in the words of the database. */
export function payloadOf(f: BookingDraft, d: Booking): OrderPayload {
  const { kind, resource_id } = d.entry ?? { kind: '', resource_id: 0 };
  return {
    ...(kind === 'instrument' ? { instrument_id: resource_id } : { service_id: resource_id }),
    project_id: f.projectId,
    title: f.title,
    purpose: f.purpose,
    ...(d.order?.state === 'returned' && { explanation: f.explanation }),
    expected_from: f.from || null,
    expected_to: f.to || null,
    contract_no: f.contractNo,
    contract_signed_on: f.signedOn,
    contract_total_fen: parseYuan(f.contractTotal) ?? 0,
    test_fee_fen: parseYuan(f.testFee) ?? 0,
    related_declared: Boolean(f.answers['E5.1']?.applies),
    documents: [
      ...f.contracts.map((c) => ({ id: c.id, kind: 'contract' as const })),
      ...f.evidence.map((c) => ({ id: c.id, kind: 'evidence' as const })),
    ],
    lines: f.lines.map((l) => ({
      description: l.description,
      quantity: (parseQuantity(l.quantity) ?? 0) / 100,
      unit_price_fen: parseYuan(l.price) ?? 0,
      exclusion_code: l.exclusion || null,
    })),
    answers: wholeOrder(d.exclusions).map((e) => ({
      code: e.code,
      applies: Boolean(f.answers[e.code]?.applies),
      justification: f.answers[e.code]?.justification ?? '',
    })),
    answers_declared: f.declared,
  };
}
