-- The public keys of devices and password managers that sign their users in. Like passwords, they are the system's alone.
CREATE TABLE "passkey" (
  "id" TEXT NOT NULL,
  "user_id" TEXT NOT NULL,
  "name" TEXT,
  "public_key" TEXT NOT NULL,
  "credential_id" TEXT NOT NULL,
  -- 32 bits without a sign, which INTEGER does not hold.
  "counter" DOUBLE PRECISION NOT NULL,
  "device_type" TEXT NOT NULL,
  "backed_up" BOOLEAN NOT NULL,
  "transports" TEXT,
  "aaguid" TEXT,
  "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "passkey_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "passkey_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey" ("credential_id");
CREATE INDEX "passkey_user_id_idx" ON "passkey" ("user_id");
GRANT SELECT, INSERT, UPDATE, DELETE ON "passkey" TO project_sync_system;
