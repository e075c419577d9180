import type { SyncChange } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';

export const ChangeKind = builder.enumType('ChangeKind', {
  description: 'How a path differs between two snapshots.',
  values: {
    ADDED: { description: 'The path exists only in the newer snapshot.' },
    MODIFIED: { description: 'The content or the mode at the path differs.' },
    REMOVED: { description: 'The path exists only in the older snapshot.' },
    RENAMED: {
      description: 'The file moved here from `previousPath` with the same or nearly the same content.',
    },
  },
});

export const FileChange = builder.objectRef<SyncChange>('FileChange').implement({
  description: 'One path that differs between two snapshots.',
  fields: (t) => ({
    kind: t.field({
      type: ChangeKind,
      description: 'How the path differs between the snapshots.',
      resolve: ({ kind }) => kind,
    }),
    path: t.exposeString('path', {
      description: 'The path in the newer snapshot, or in the older one if it was removed.',
    }),
    previousPath: t.exposeString('previousPath', {
      nullable: true,
      description: 'The path of a renamed file in the older snapshot; null for other changes.',
    }),
    oid: t.expose('oid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The object ID of the newer content; null if the path was removed.',
    }),
    previousOid: t.expose('previousOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The object ID of the older content; null if the path was added.',
    }),
  }),
});
