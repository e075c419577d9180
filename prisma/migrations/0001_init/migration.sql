-- The first model. What Prisma's schema can say comes first; what only SQL can say follows it.
CREATE EXTENSION IF NOT EXISTS vector;

-- CreateEnum
CREATE TYPE "api_scope" AS ENUM ('READ', 'SYNC', 'WRITE', 'ADMIN');

-- CreateEnum
CREATE TYPE "project_role" AS ENUM ('OWNER', 'EDITOR', 'VIEWER');

-- CreateEnum
CREATE TYPE "source_provider" AS ENUM ('GITHUB', 'GIT');

-- CreateEnum
CREATE TYPE "sync_status" AS ENUM ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "sync_phase" AS ENUM ('PREPARE', 'SCAN', 'IMPORT', 'FINALIZE', 'ANALYZE', 'DOCUMENT', 'CONSOLIDATE', 'AXIOM', 'EMBED');

-- CreateEnum
CREATE TYPE "sync_trigger" AS ENUM ('MANUAL', 'WEBHOOK', 'SCHEDULE', 'RESTORE');

-- CreateEnum
CREATE TYPE "memory_kind" AS ENUM ('CODE', 'DOC', 'LETTER', 'NOTE', 'INSIGHT');

-- CreateEnum
CREATE TYPE "severity" AS ENUM ('LOW', 'MEDIUM', 'HIGH', 'CRITICAL');

-- CreateEnum
CREATE TYPE "pattern_kind" AS ENUM ('ARCHITECTURE', 'NAMING', 'SECURITY', 'TESTING', 'DEPENDENCY', 'ANTI_PATTERN', 'SUCCESS', 'PAIN', 'SOLUTION', 'TOOL');

-- CreateEnum
CREATE TYPE "authority" AS ENUM ('MANDATORY', 'GUIDELINE', 'INFORMATIONAL');

-- CreateTable
CREATE TABLE "user" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "user_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "session" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_key" (
    "id" UUID NOT NULL,
    "owner_id" TEXT NOT NULL,
    "project_id" UUID,
    "name" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "scopes" "api_scope"[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_delivery" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT,
    "embedding_model" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "project_member" (
    "project_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" "project_role" NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "project_member_pkey" PRIMARY KEY ("project_id","user_id")
);

-- CreateTable
CREATE TABLE "invitation" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "email" TEXT,
    "role" "project_role" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "accepted_at" TIMESTAMPTZ(3),

    CONSTRAINT "invitation_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "audit_log" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" TEXT,
    "action" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_log_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "repository" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "provider" "source_provider" NOT NULL,
    "url" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "default_branch" TEXT,
    "token_cipher" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "removed_at" TIMESTAMPTZ(3),

    CONSTRAINT "repository_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "branch" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "head" INTEGER NOT NULL DEFAULT 0,
    "source_head_oid" TEXT,
    "source_checked_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "branch_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "project_sync" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "branch_id" UUID NOT NULL,
    "trigger" "sync_trigger" NOT NULL,
    "status" "sync_status" NOT NULL DEFAULT 'QUEUED',
    "phase" "sync_phase" NOT NULL DEFAULT 'PREPARE',
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "number" INTEGER,
    "full" BOOLEAN NOT NULL DEFAULT false,
    "commit_oid" TEXT,
    "tree_oid" TEXT,
    "commit_message" TEXT,
    "committed_at" TIMESTAMPTZ(3),
    "previous_sync_id" UUID,
    "restored_from_id" UUID,
    "requested_by" TEXT,
    "stats" JSONB NOT NULL DEFAULT '{}',
    "warnings" JSONB NOT NULL DEFAULT '[]',
    "failure_code" TEXT,
    "failure_message" TEXT,
    "failure_retryable" BOOLEAN,
    "fence" INTEGER NOT NULL DEFAULT 0,
    "worker_id" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "last_sequence" INTEGER NOT NULL DEFAULT 0,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finalized_at" TIMESTAMPTZ(3),
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "project_sync_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "sync_event" (
    "project_id" UUID NOT NULL,
    "sync_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "status" "sync_status" NOT NULL,
    "phase" "sync_phase" NOT NULL,
    "progress" DOUBLE PRECISION NOT NULL,
    "message" TEXT NOT NULL,
    "stats" JSONB NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "sync_event_pkey" PRIMARY KEY ("project_id","sync_id","sequence")
);

-- CreateTable
CREATE TABLE "blob" (
    "project_id" UUID NOT NULL,
    "oid" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "is_binary" BOOLEAN NOT NULL,
    "encoding" TEXT,
    "content" BYTEA,
    "skip_reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "blob_pkey" PRIMARY KEY ("project_id","oid")
);

-- CreateTable
CREATE TABLE "git_tree" (
    "project_id" UUID NOT NULL,
    "oid" TEXT NOT NULL,
    "content" BYTEA NOT NULL,

    CONSTRAINT "git_tree_pkey" PRIMARY KEY ("project_id","oid")
);

-- CreateTable
CREATE TABLE "repository_file" (
    "project_id" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "branch_id" UUID NOT NULL,
    "path" BYTEA NOT NULL,
    "mode" INTEGER NOT NULL,
    "oid" TEXT NOT NULL,
    "dialect" TEXT NOT NULL,
    "language" TEXT,
    "ignored" TEXT,
    "added" INTEGER NOT NULL,
    "superseded" INTEGER,
    "renamed_from" BYTEA,

    CONSTRAINT "repository_file_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "blob_analysis" (
    "project_id" UUID NOT NULL,
    "oid" TEXT NOT NULL,
    "dialect" TEXT NOT NULL,
    "split_version" INTEGER NOT NULL,
    "redaction_version" INTEGER NOT NULL,
    "entries" INTEGER NOT NULL,

    CONSTRAINT "blob_analysis_pkey" PRIMARY KEY ("project_id","oid","dialect")
);

-- CreateTable
CREATE TABLE "passage" (
    "project_id" UUID NOT NULL,
    "hash" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "tokens" INTEGER NOT NULL,
    "words" tsvector NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "passage_pkey" PRIMARY KEY ("project_id","hash")
);

-- CreateTable
CREATE TABLE "embedding" (
    "project_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "hash" UUID NOT NULL,
    "vector" vector(1536) NOT NULL,
    "bits" bit(1536) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "embedding_pkey" PRIMARY KEY ("project_id","model","hash")
);

-- CreateTable
CREATE TABLE "embedding_generation" (
    "project_id" UUID NOT NULL,
    "model" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "completed_at" TIMESTAMPTZ(3),

    CONSTRAINT "embedding_generation_pkey" PRIMARY KEY ("project_id","model")
);

-- CreateTable
CREATE TABLE "memory_entry" (
    "project_id" UUID NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "kind" "memory_kind" NOT NULL,
    "oid" TEXT,
    "dialect" TEXT,
    "ordinal" INTEGER NOT NULL DEFAULT 0,
    "title" TEXT NOT NULL,
    "symbol" TEXT,
    "parents" TEXT[],
    "start_line" INTEGER,
    "end_line" INTEGER,
    "hash" UUID NOT NULL,
    "written_at" TIMESTAMPTZ(3),
    "tags" TEXT[],
    "author_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "memory_entry_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "workflow_insight" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "entry_id" BIGINT NOT NULL,
    "title" TEXT NOT NULL,
    "detail" TEXT NOT NULL,
    "category" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "severity" "severity",
    "suggestion" TEXT,
    "sync_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workflow_insight_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "pattern" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "kind" "pattern_kind" NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "severity" "severity",
    "frequency" INTEGER NOT NULL DEFAULT 1,
    "evidence" BIGINT[],
    "sync_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "pattern_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateTable
CREATE TABLE "document" (
    "project_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "authority" "authority" NOT NULL,
    "is_generated" BOOLEAN NOT NULL DEFAULT false,
    "sources" TEXT[],
    "sync_id" UUID,
    "author_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "superseded_at" TIMESTAMPTZ(3),

    CONSTRAINT "document_pkey" PRIMARY KEY ("project_id","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_email_key" ON "user"("email");

-- CreateIndex
CREATE UNIQUE INDEX "session_token_key" ON "session"("token");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "account_user_id_idx" ON "account"("user_id");

-- CreateIndex
CREATE INDEX "verification_identifier_idx" ON "verification"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "api_key_hash_key" ON "api_key"("hash");

-- CreateIndex
CREATE INDEX "api_key_owner_id_idx" ON "api_key"("owner_id");

-- CreateIndex
CREATE INDEX "api_key_project_id_idx" ON "api_key"("project_id");

-- CreateIndex
CREATE INDEX "webhook_delivery_received_at_idx" ON "webhook_delivery"("received_at");

-- CreateIndex
CREATE UNIQUE INDEX "project_slug_key" ON "project"("slug");

-- CreateIndex
CREATE INDEX "project_member_user_id_idx" ON "project_member"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "invitation_token_hash_key" ON "invitation"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "repository_project_id_provider_url_key" ON "repository"("project_id", "provider", "url");

-- CreateIndex
CREATE UNIQUE INDEX "branch_project_id_repository_id_name_key" ON "branch"("project_id", "repository_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "project_sync_previous_sync_id_key" ON "project_sync"("previous_sync_id");

-- CreateIndex
CREATE INDEX "project_sync_project_id_queued_at_idx" ON "project_sync"("project_id", "queued_at");

-- CreateIndex
CREATE INDEX "project_sync_project_id_repository_id_queued_at_idx" ON "project_sync"("project_id", "repository_id", "queued_at");

-- CreateIndex
CREATE UNIQUE INDEX "project_sync_project_id_previous_sync_id_key" ON "project_sync"("project_id", "previous_sync_id");

-- CreateIndex
CREATE UNIQUE INDEX "project_sync_project_id_branch_id_number_key" ON "project_sync"("project_id", "branch_id", "number");

-- CreateIndex
CREATE INDEX "repository_file_project_id_branch_id_added_idx" ON "repository_file"("project_id", "branch_id", "added");

-- CreateIndex
CREATE INDEX "repository_file_project_id_branch_id_superseded_idx" ON "repository_file"("project_id", "branch_id", "superseded");

-- CreateIndex
CREATE INDEX "repository_file_project_id_oid_idx" ON "repository_file"("project_id", "oid");

-- CreateIndex
CREATE INDEX "memory_entry_project_id_oid_dialect_ordinal_idx" ON "memory_entry"("project_id", "oid", "dialect", "ordinal");

-- CreateIndex
CREATE INDEX "memory_entry_project_id_hash_idx" ON "memory_entry"("project_id", "hash");

-- CreateIndex
CREATE UNIQUE INDEX "workflow_insight_project_id_entry_id_key" ON "workflow_insight"("project_id", "entry_id");

-- CreateIndex
CREATE INDEX "document_project_id_title_idx" ON "document"("project_id", "title");

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account" ADD CONSTRAINT "account_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_member" ADD CONSTRAINT "project_member_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_member" ADD CONSTRAINT "project_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "repository" ADD CONSTRAINT "repository_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "branch" ADD CONSTRAINT "branch_project_id_repository_id_fkey" FOREIGN KEY ("project_id", "repository_id") REFERENCES "repository"("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_project_id_repository_id_fkey" FOREIGN KEY ("project_id", "repository_id") REFERENCES "repository"("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_project_id_branch_id_fkey" FOREIGN KEY ("project_id", "branch_id") REFERENCES "branch"("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_project_id_previous_sync_id_fkey" FOREIGN KEY ("project_id", "previous_sync_id") REFERENCES "project_sync"("project_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_project_id_restored_from_id_fkey" FOREIGN KEY ("project_id", "restored_from_id") REFERENCES "project_sync"("project_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "sync_event" ADD CONSTRAINT "sync_event_project_id_sync_id_fkey" FOREIGN KEY ("project_id", "sync_id") REFERENCES "project_sync"("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "embedding_generation" ADD CONSTRAINT "embedding_generation_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memory_entry" ADD CONSTRAINT "memory_entry_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_insight" ADD CONSTRAINT "workflow_insight_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "workflow_insight" ADD CONSTRAINT "workflow_insight_project_id_entry_id_fkey" FOREIGN KEY ("project_id", "entry_id") REFERENCES "memory_entry"("project_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pattern" ADD CONSTRAINT "pattern_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_project_id_fkey" FOREIGN KEY ("project_id") REFERENCES "project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ── What only SQL can say ───────────────────────────────────────────────────────────────────────────────────

-- Vectors and contents are not compressible; compressing them costs time at every write and read.
ALTER TABLE "embedding" ALTER COLUMN "vector" SET STORAGE EXTERNAL;
ALTER TABLE "git_tree" ALTER COLUMN "content" SET STORAGE EXTERNAL;

CREATE INDEX "passage_words" ON "passage" USING gin ("words");

-- At most one sync of a branch is active: ten starts at once meet here.
CREATE UNIQUE INDEX "project_sync_active" ON "project_sync" ("project_id", "branch_id")
  WHERE "status" IN ('QUEUED', 'RUNNING');
CREATE INDEX "project_sync_unfinished" ON "project_sync" ("status", "lease_until")
  WHERE "status" IN ('QUEUED', 'RUNNING');

-- A path has up to 4,096 bytes and an index row less than 2,704, so order goes by its start and identity by its hash.
CREATE INDEX "repository_file_order" ON "repository_file"
  ("project_id", "branch_id", (substring("path" from 1 for 512)), "added");
CREATE UNIQUE INDEX "repository_file_current" ON "repository_file" ("project_id", "branch_id", (sha256("path")))
  WHERE "superseded" IS NULL;
CREATE INDEX "repository_file_path" ON "repository_file" ("project_id", "branch_id", (sha256("path")), "added");

CREATE UNIQUE INDEX "memory_entry_place" ON "memory_entry" ("project_id", "oid", "dialect", "ordinal")
  WHERE "oid" IS NOT NULL;
CREATE INDEX "memory_entry_free" ON "memory_entry" ("project_id", "kind") WHERE "oid" IS NULL;
CREATE UNIQUE INDEX "document_current" ON "document" ("project_id", "title") WHERE "superseded_at" IS NULL;

ALTER TABLE "branch" ADD CONSTRAINT "branch_head_counts" CHECK ("head" >= 0);
ALTER TABLE "repository_file"
  ADD CONSTRAINT "repository_file_order_of_syncs" CHECK ("added" > 0 AND ("superseded" IS NULL OR "superseded" > "added"));
ALTER TABLE "project_sync" ADD CONSTRAINT "project_sync_progress_range" CHECK ("progress" BETWEEN 0 AND 1);
ALTER TABLE "sync_event" ADD CONSTRAINT "sync_event_counts" CHECK ("sequence" > 0);
ALTER TABLE "memory_entry"
  ADD CONSTRAINT "memory_entry_has_its_place" CHECK (("oid" IS NULL) = ("kind" IN ('NOTE', 'INSIGHT')));

-- ── Roles ───────────────────────────────────────────────────────────────────────────────────────────────────

-- Roles belong to the whole server, so another database may have made them already.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'project_sync_app') THEN
    CREATE ROLE project_sync_app NOLOGIN NOINHERIT NOBYPASSRLS;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'project_sync_system') THEN
    CREATE ROLE project_sync_system NOLOGIN NOBYPASSRLS;
  END IF;
  -- Where another owner's database made them, an administrator has granted them already, and this role may not.
  IF NOT (pg_has_role(current_user, 'project_sync_app', 'USAGE') AND pg_has_role(current_user, 'project_sync_system', 'USAGE')) THEN
    EXECUTE format('GRANT project_sync_app, project_sync_system TO %I', current_user);
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  -- Another database's migration was faster; the roles are there.
  NULL;
END
$$;

-- ── Row-level security ──────────────────────────────────────────────────────────────────────────────────────

-- Who asks stands in two settings of the transaction. These run as their owner, since the asking role may not read
-- memberships of others; evaluated once a statement when called as (SELECT …).
CREATE FUNCTION "visible_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND p.removed_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;

CREATE FUNCTION "writable_projects"() RETURNS uuid[]
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
  AS $$
    SELECT coalesce(array_agg(m.project_id), '{}')
      FROM public.project_member m JOIN public.project p ON p.id = m.project_id
     WHERE m.user_id = nullif(current_setting('app.user_id', true), '')
       AND m.role IN ('OWNER', 'EDITOR')
       AND p.removed_at IS NULL
       AND (nullif(current_setting('app.project_id', true), '') IS NULL
            OR m.project_id = nullif(current_setting('app.project_id', true), '')::uuid)
  $$;

GRANT USAGE ON SCHEMA public TO project_sync_app, project_sync_system;
GRANT EXECUTE ON FUNCTION "visible_projects"(), "writable_projects"() TO project_sync_app, project_sync_system;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['project_member', 'invitation', 'audit_log', 'repository', 'branch', 'project_sync', 'sync_event',
    'blob', 'git_tree', 'repository_file', 'blob_analysis', 'passage', 'embedding', 'embedding_generation', 'memory_entry',
    'workflow_insight', 'pattern', 'document']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY system ON %I TO project_sync_system USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY tenant_reads ON %I FOR SELECT TO project_sync_app
      USING (project_id = ANY ((SELECT visible_projects())::uuid[]))', t);
    EXECUTE format('GRANT SELECT ON %I TO project_sync_app', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO project_sync_system', t);
  END LOOP;
  -- What a person's request may write. Vectors, passages, contents and listings are the engine's alone.
  FOREACH t IN ARRAY ARRAY['invitation', 'audit_log', 'repository', 'branch', 'project_sync', 'sync_event', 'passage', 'memory_entry',
    'workflow_insight', 'pattern', 'document', 'project_member']
  LOOP
    EXECUTE format('CREATE POLICY tenant_inserts ON %I FOR INSERT TO project_sync_app
      WITH CHECK (project_id = ANY ((SELECT writable_projects())::uuid[]))', t);
    EXECUTE format('GRANT INSERT ON %I TO project_sync_app', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['invitation', 'repository', 'branch', 'project_sync', 'memory_entry', 'pattern', 'document', 'project_member']
  LOOP
    EXECUTE format('CREATE POLICY tenant_updates ON %I FOR UPDATE TO project_sync_app
      USING (project_id = ANY ((SELECT writable_projects())::uuid[]))
      WITH CHECK (project_id = ANY ((SELECT writable_projects())::uuid[]))', t);
    EXECUTE format('GRANT UPDATE ON %I TO project_sync_app', t);
  END LOOP;
  -- Nothing of a person's request deletes, but for leaving a project and taking an invitation back.
  FOREACH t IN ARRAY ARRAY['invitation', 'project_member']
  LOOP
    EXECUTE format('CREATE POLICY tenant_deletes ON %I FOR DELETE TO project_sync_app
      USING (project_id = ANY ((SELECT writable_projects())::uuid[]))', t);
    EXECUTE format('GRANT DELETE ON %I TO project_sync_app', t);
  END LOOP;
END
$$;

ALTER TABLE "project" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "project" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "project" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "project" FOR SELECT TO project_sync_app
  USING ("id" = ANY ((SELECT visible_projects())::uuid[]));
CREATE POLICY tenant_updates ON "project" FOR UPDATE TO project_sync_app
  USING ("id" = ANY ((SELECT writable_projects())::uuid[])) WITH CHECK ("id" = ANY ((SELECT writable_projects())::uuid[]));
GRANT SELECT, UPDATE ON "project" TO project_sync_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON "project" TO project_sync_system;

-- People: a tenant sees the names of those in its own projects. Keys: its own ones.
ALTER TABLE "user" ENABLE ROW LEVEL SECURITY;
CREATE POLICY system ON "user" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON "user" FOR SELECT TO project_sync_app
  USING ("id" = nullif(current_setting('app.user_id', true), '')
         OR "id" IN (SELECT m."user_id" FROM "project_member" m));
GRANT SELECT ON "user" TO project_sync_app;

ALTER TABLE "api_key" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "api_key" FORCE ROW LEVEL SECURITY;
CREATE POLICY system ON "api_key" TO project_sync_system USING (true) WITH CHECK (true);
CREATE POLICY tenant_all ON "api_key" TO project_sync_app
  USING ("owner_id" = nullif(current_setting('app.user_id', true), ''))
  WITH CHECK ("owner_id" = nullif(current_setting('app.user_id', true), '')
              AND ("project_id" IS NULL OR "project_id" = ANY ((SELECT visible_projects())::uuid[])));
GRANT SELECT, INSERT, UPDATE ON "api_key" TO project_sync_app;

GRANT SELECT, INSERT, UPDATE, DELETE ON "user", "session", "account", "verification", "api_key", "webhook_delivery"
  TO project_sync_system;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO project_sync_app, project_sync_system;

-- The queue's own tables live apart, and belong to whoever runs the jobs.
CREATE SCHEMA IF NOT EXISTS pgboss AUTHORIZATION project_sync_system;
