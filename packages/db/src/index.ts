export { WORKER_NAME, workState, type WorkState } from './jobs/work-state.ts';
export { notificationArrives } from './live/notification-arrives.ts';
export { statementName } from './database/statement-name.ts';
export type { WatchStatement } from './database/query-counters.ts';
export type { Database, PrismaTransaction, Row, Sql, Tenant, TenantScope } from './database/database.ts';
export { DbError, type DbErrorCode } from './database/db-error.ts';
export { closeToOthers } from './database/embedded/close-to-others.ts';
export { isDatabaseAway } from './database/is-database-away.ts';
export { openDatabase, type DatabaseOptions } from './database/open-database.ts';
export { applyMigrations } from './migrate/apply-migrations.ts';
export { tenantReads, type TenantReads } from './reads/tenant-reads.ts';
export { openJobs, type Jobs } from './jobs/open-jobs.ts';
export { cancelSync } from './syncs/cancel-sync.ts';
export { releaseBranch } from './syncs/release-branch.ts';
export { claimLooks, settleLook, type RepositoryLook } from './syncs/branch-looks.ts';
export { startSync, type StartedSync, type SyncRequest } from './syncs/start-sync.ts';
export { startSyncs } from './syncs/start-syncs.ts';
export { noticeHeads, type NoticedHead } from './webhooks/queue-deliveries.ts';
export {
  findPushHook,
  setPushHook,
  takePushes,
  type PushDelivery,
  type PushHook,
} from './webhooks/take-pushes.ts';
export { endDeliveries, redeliver } from './webhooks/redeliver.ts';
export {
  webhookOutbox,
  type DeliveryAnswer,
  type DueDelivery,
  type RetryRules,
  type WebhookOutbox,
} from './webhooks/webhook-outbox.ts';
export { mailOutbox, type DueMail, type MailAnswer, type MailOutbox } from './mail/mail-outbox.ts';
export { setMailNotices, type MailNotices } from './mail/mail-notices.ts';
export { endLeases } from './syncs/end-leases.ts';
export { takeDelivery, type Delivery } from './syncs/take-delivery.ts';
export { syncClaims } from './syncs/sync-claims.ts';
export { projectActivity, type Activity } from './live/project-activity.ts';
export { syncEvents } from './live/sync-events.ts';
export { openSyncHints, type SyncHints } from './live/sync-hints.ts';
export type { SyncEventRow } from './syncs/sync-row.ts';
export { blobContents, findContent } from './reads/blob-contents.ts';
export { branchSyncs, type BranchSync } from './reads/branch-syncs.ts';
export { compareSnapshots, snapshotPaths } from './reads/compare-snapshots.ts';
export { treatedPaths, type TreatedPath } from './reads/treated-paths.ts';
export { countDifferences, differences, type SyncChange } from './reads/differences.ts';
export { eventPages } from './reads/event-pages.ts';
export { findEvidence } from './reads/evidence.ts';
export { countBranchSyncs, countKeptBranches, keptBranches } from './reads/kept-branches.ts';
export { fileById, findFile } from './reads/file-by-id.ts';
export { countVersions, fileVersions } from './reads/file-versions.ts';
export type { SnapshotFile, SnapshotKey } from './reads/snapshot-file.ts';
export { searchScope, type SearchScope, type WantedScope } from './reads/search-scope.ts';
export { countFiles, snapshotFile, snapshotFiles } from './reads/snapshot-files.ts';
export { snapshotGrowth, type GrowthPoint } from './reads/snapshot-growth.ts';
export { snapshotMeaning, type SnapshotMeaning } from './reads/snapshot-meaning.ts';
export { snapshotOfSync } from './reads/snapshot-of-sync.ts';
export { snapshotTree, type TreeChild } from './reads/snapshot-tree.ts';
export { changesOfSync } from './reads/sync-changes.ts';
export { projectUsage, type ProjectUsage } from './reads/project-usage.ts';
export { syncFigures, type SyncFigures } from './reads/sync-figures.ts';
export { measuredSyncs, type MeasuredSync } from './reads/measured-syncs.ts';
export { syncPhases, type PhaseTime } from './reads/sync-phases.ts';
export { countSyncs, syncPages, type SyncList } from './reads/sync-pages.ts';
export type { MemoryScope, PlacedEntry } from './search/memory-scope.ts';
export { countMemory, entryById, listMemory } from './search/list-memory.ts';
export {
  searchMemory,
  searchPage,
  type MemoryHit,
  type MemoryHits,
  type MemoryQuery,
} from './search/search-memory.ts';
export type { Facet, SearchFacets } from './search/search-facets.ts';
export type { SearchedScope } from './search/find-candidates.ts';
export { blobsHeld, planBase, treesHeld } from './engine/plan-reads.ts';
export { purgeInBackground } from './jobs/purge-in-background.ts';
export { REMOVE_QUEUE, requestRemoval, type Removal } from './removal/request-removal.ts';
export { embeddingStore } from './engine/embedding-store.ts';
export {
  acceptInvitation,
  findInvitation,
  isInvited,
  type OpenInvitation,
} from './projects/accept-invitation.ts';
export {
  auditPage,
  countAudit,
  type AuditEntry,
  type AuditFilter,
  type AuditPlace,
} from './audit/audit-pages.ts';
export {
  INSTANCE,
  recordAudit,
  noOrigin,
  type AuditedAction,
  type AuditOrigin,
} from './audit/record-audit.ts';
export { forgetExpired } from './jobs/forget-expired.ts';
export { hasOperatorAccess, setOperatorAccess } from './projects/operator-access.ts';
export {
  changeRights,
  countPeople,
  findPerson,
  letPersonIn,
  listPeople,
  rightsOf,
  shutPersonOut,
  type Person,
} from './projects/person-access.ts';
export { changeProfile } from './projects/change-profile.ts';
export { createFirstOwner } from './instance/create-first-owner.ts';
export {
  putGitHubApp,
  readGitHubApp,
  removeGitHubApp,
  resealGitHubApp,
  type GitHubAppRow,
} from './instance/github-app-rows.ts';
export { instanceState, type InstanceState } from './instance/instance-state.ts';
export { setSyncsPaused } from './projects/pause-syncs.ts';
export {
  hasSealedSecrets,
  knownSecrets,
  rememberSecret,
  sealedSecrets,
  writeSealedSecrets,
} from './instance/secret-rows.ts';
export { endProjectRights } from './projects/end-project-rights.ts';
export { findKey } from './projects/find-key.ts';
export { revokeKey } from './projects/revoke-key.ts';
export { addNote, type NewNote } from './projects/add-note.ts';
export { removeNote, updateNote, type ChangedNote } from './projects/change-note.ts';
export { authorshipOf, countNotes, projectNotes } from './reads/project-notes.ts';
export { announceRevoked, REVOKED_CHANNEL } from './live/announce-revoked.ts';
export { changeRole, removeMember } from './projects/change-membership.ts';
export { connectRepository, type NewRepository } from './projects/connect-repository.ts';
export { putDocument } from './projects/put-document.ts';
export { removeDocument } from './projects/remove-document.ts';
export { verifyBranch, type DifferenceKind, type Verification } from './engine/verify-branch.ts';
export { writeBackup, type WrittenBackup } from './backup/write-backup.ts';
export { restoreBackup, type RestoredBackup } from './backup/restore-backup.ts';
export { migrateCommand } from './migrate/command.ts';
export {
  describeSchemaState,
  isMigrating,
  isServable,
  readSchemaState,
  type SchemaState,
} from './migrate/schema-state.ts';
export { WordCounts } from './search/word-counts.ts';
export { searchSnapshots, type SearchedSnapshot, type WantedSnapshots } from './search/search-snapshots.ts';
export {
  codeCoverage,
  languageShares,
  type CodeCoverage,
  type LanguageShare,
} from './reads/code/code-coverage.ts';
export {
  countImporters,
  countReferences,
  importersOf,
  importsOf,
  referencesTo,
  type CodeImport,
  type CodeReference,
  type FilePlace,
} from './reads/code/code-links.ts';
export {
  countSymbols,
  fileSymbols,
  findSymbol,
  snapshotSymbols,
  symbolAt,
  type CodeSymbol,
} from './reads/code/code-symbols.ts';
export { fileGraph } from './reads/code/file-graph.ts';
export { findFileAt } from './reads/code/find-file-at.ts';
export { moduleGraph, type ModuleGraph, type ModuleNode } from './reads/code/module-graph.ts';
export { countInsights, findInsight, listInsights } from './reads/insights/insight-list.ts';
export {
  surroundingsOf,
  type Evidence,
  type InsightSurroundings,
  type RelatedInsight,
} from './reads/insights/insight-evidence.ts';
export type { StoredInsight } from './reads/insights/insight-sql.ts';
export { judgePattern, type Judgement } from './projects/judge-pattern.ts';
export { entryAtLine } from './reads/patterns/pattern-entries.ts';
export { isTurnedDown, judgedRule, judgedRules, type JudgedRule } from './reads/patterns/pattern-rules.ts';
export {
  changedPatterns,
  snapshotPatterns,
  type PatternFilter,
  type PatternState,
} from './reads/patterns/snapshot-patterns.ts';
export { changelogOf } from './reads/changelog.ts';
export { documentAdditions, type DocumentAddition } from './reads/document-additions.ts';
export { taskContext, type TaskContext, type TaskQuestion } from './context/task-context.ts';
export { modelTokensOfMonth } from './projects/model-use.ts';
export { requestPage } from './projects/request-page.ts';
export { setModelPages } from './projects/set-model-pages.ts';
export { modelMaterial } from './reads/model-material.ts';
export { decideRule, type RuleDecision } from './projects/decide-rule.ts';
