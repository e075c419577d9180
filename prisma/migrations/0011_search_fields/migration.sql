-- What a passage stands under: indexed and embedded with its text, never shown.
ALTER TABLE "passage" ADD COLUMN "head" TEXT;

-- The names that an entry defines, as they are written and as they are looked up: one word per name, in lower case and without
-- marks, with weight A for code and D for headings and keys. A prefix finds `createQueue` by `createQ`, which an array's index can't.
ALTER TABLE "memory_entry" ADD COLUMN "names" TEXT[] NOT NULL DEFAULT '{}';
ALTER TABLE "memory_entry" ADD COLUMN "name_keys" tsvector NOT NULL DEFAULT '';
ALTER TABLE "memory_entry" ADD COLUMN "generated" BOOLEAN NOT NULL DEFAULT false;
CREATE INDEX "memory_entry_names" ON "memory_entry" USING gin ("name_keys") WHERE "superseded_at" IS NULL;
