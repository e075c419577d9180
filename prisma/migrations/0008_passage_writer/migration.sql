-- Syncs of one project run side by side: each embeds what it wrote itself, so that no text is paid for twice and a small
-- one does not wait for a large one. What a sync left that has ended is taken over by the next.
ALTER TABLE "passage" ADD COLUMN "written_by" UUID;
