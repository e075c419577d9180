/** The columns of an insight that its readers get. */
export const insightColumns = `i.project_id, i.id, i.entry_id, i.title, i.detail, i.category, i.severity, i.suggestion,
  i.is_model_written, coalesce(i.written_at, i.created_at) AS written_at`;

/** An insight as it is read. */
export interface StoredInsight {
  readonly projectId: string;
  readonly id: string;
  readonly entryId: bigint;
  readonly title: string;
  readonly detail: string;
  readonly category: string;
  readonly severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL' | null;
  readonly suggestion: string | null;
  readonly isModelWritten: boolean;
  readonly writtenAt: Date;
}

/** The row behind an insight. */
export interface InsightRow extends Record<string, unknown> {
  readonly project_id: string;
  readonly id: string;
  readonly entry_id: bigint;
  readonly title: string;
  readonly detail: string;
  readonly category: string;
  readonly severity: StoredInsight['severity'];
  readonly suggestion: string | null;
  readonly is_model_written: boolean;
  readonly written_at: Date;
}

/** Reads a row. */
export function insightOfRow(row: InsightRow): StoredInsight {
  const { title, detail, category, severity, suggestion } = row;
  return {
    projectId: row.project_id,
    id: row.id,
    entryId: row.entry_id,
    title,
    detail,
    category,
    severity,
    suggestion,
    isModelWritten: row.is_model_written,
    writtenAt: row.written_at,
  };
}

// The consolidation follows a removal only with the next sync; what can no longer be read is no evidence until then either.
/** The places of an insight's statements that can be read now, as rows `s`. */
export const evidenceOf = (insight: string): string => `
  insight_member m
  JOIN insight_statement s ON s.project_id = m.project_id AND s.key = m.key
  JOIN insight_source o ON o.project_id = s.project_id AND o.source = s.source AND o.superseded_at IS NULL AND o.is_read
  JOIN memory_entry e ON e.project_id = s.project_id AND e.id = s.entry_id
   AND CASE WHEN e.oid IS NULL THEN e.superseded_at IS NULL
            ELSE EXISTS (SELECT FROM repository_file f
                           JOIN branch b ON b.project_id = f.project_id AND b.id = f.branch_id AND b.removed_at IS NULL AND f.added <= b.head
                           JOIN repository r ON r.project_id = b.project_id AND r.id = b.repository_id AND r.removed_at IS NULL
                          WHERE f.project_id = e.project_id AND f.oid = e.oid AND f.dialect = e.dialect) END
 WHERE m.project_id = ${insight}.project_id AND m.insight_id = ${insight}.id AND m.superseded_at IS NULL`;

/** An insight is there while a statement of it can be read. One from before consolidation stands for itself. */
export const isThere = (insight: string): string => `
  ${insight}.superseded_at IS NULL AND (${insight}.key IS NULL OR ${insight}.is_model_written OR EXISTS (SELECT FROM ${evidenceOf(insight)}))`;
