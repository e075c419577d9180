-- The GitHub App of this server. Its private key and the secret of its webhook are encrypted together.
CREATE TABLE "github_app" (
  "id" TEXT NOT NULL DEFAULT 'this',
  "app_id" TEXT NOT NULL,
  "slug" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "html_url" TEXT NOT NULL,
  "secrets_cipher" BYTEA NOT NULL,
  "created_by" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "github_app_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "github_app_one" CHECK ("id" = 'this')
);
GRANT SELECT, INSERT, UPDATE, DELETE ON "github_app" TO project_sync_system;
