import { changelogOf } from '@project-sync/db';
import type { DocumentPage } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import { Citation } from './document.ts';
import { otherSnapshot } from './snapshot-compare.ts';
import { Snapshot } from './snapshot.ts';

const Changelog = builder.objectRef<Pick<DocumentPage, 'content' | 'citations'>>('Changelog').implement({
  description: 'The changes between two snapshots: of what others use, and of the patterns.',
  fields: (t) => ({
    content: t.string({
      description:
        'The changes of exports, modules, dependencies and patterns as Markdown, with secrets masked.',
      resolve: ({ content }, _args, { redact }) => redact(content),
    }),
    citations: t.field({
      type: [Citation],
      description: 'The lines of this snapshot that the statements rest on.',
      resolve: ({ citations }) => [...citations],
    }),
  }),
});

builder.objectField(Snapshot, 'changelog', (t) =>
  t.field({
    type: Changelog,
    description:
      'The exports, modules, dependencies and patterns that came, changed or went since the snapshot of another sync of the project. Patterns are compared where the same rules found them. Fails with SYNC_NOT_FOUND and SYNC_NOT_FINALIZED as changesSince does.',
    args: {
      since: t.arg.id({
        required: true,
        description: 'The sync whose snapshot is the older side of the comparison.',
      }),
    },
    resolve: async (newer, { since }, context) => {
      const older = await otherSnapshot(since, newer.projectId, context);
      return context.reads.inProject(newer.projectId, (sql) =>
        changelogOf(sql, newer.projectId, { older, newer }),
      );
    },
  }),
);
