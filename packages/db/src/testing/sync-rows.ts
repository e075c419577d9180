/** A sync's row after its end. */
export interface SyncRow extends Record<string, unknown> {
  readonly id: string;
  readonly branch_id: string;
  readonly number: number;
  readonly status: string;
  readonly commit_oid: string;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly failure_retryable: boolean | null;
  readonly stats: Record<string, number>;
  readonly warnings: readonly { readonly code: string; readonly path: string | null }[];
  readonly knowledge_changes: Readonly<Record<string, unknown>> | null;
  readonly previous_sync_id: string | null;
  readonly embedded_at: Date | null;
  readonly started_at: Date;
  readonly completed_at: Date;
}
