import { client } from './client.ts';
import { command, row, rows } from './query.ts';

/** What an organization has asked for: the codes it claims, the newest first (R38, R39). */
export const claimsOf = (organizationId: number) =>
  rows(
    client()
      .from('uscc_claims')
      .select('id, uscc, state, state_since')
      .eq('organization_id', organizationId)
      .order('id', { ascending: false })
      .limit(50),
  );

/** One claim as the platform decides it: who asks, who holds the code, the evidence. */
export const usccClaim = (id: number) =>
  row(
    client()
      .from('uscc_claims')
      .select(
        '*, applicant:organizations!uscc_claims_applicant_id_fkey(name), institution:organizations!uscc_claims_institution_id_fkey(name), holder:organizations!uscc_claims_holder_id_fkey(name), document:documents(original_name, byte_size, sha256)',
      )
      .eq('id', id)
      .maybeSingle(),
  );

/** An organization that has no code states its own. */
export const stateUscc = (uscc: string, request_id: string) => command('state_uscc', { uscc, request_id });

export interface UsccClaimPayload {
  uscc: string;
  reason: string;
  document_id: number | null;
}
export const claimUscc = (payload: UsccClaimPayload, request_id: string) =>
  command('claim_uscc', { payload, request_id });
export const decideUsccClaim = (claim_id: number, action: string, request_id: string, reason: string | null) =>
  command('decide_uscc_claim', { claim_id, action, request_id, reason });
