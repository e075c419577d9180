import type { SnapshotKey, TreeChild } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { RepositoryFile } from './repository-file.ts';

const TreeEntryKind = builder.enumType('TreeEntryKind', {
  description: 'The kind of a direct child of a folder.',
  values: {
    FOLDER: { description: 'A folder, which has children of its own.' },
    FILE: { description: 'A regular file, executable or not.' },
    SYMLINK: { description: 'A symbolic link, whose text is its target.' },
    SUBMODULE: { description: 'A submodule: a pinned commit of another repository.' },
  },
});

/** A child, and the snapshot it is seen in. */
export interface TreeEntryView extends TreeChild {
  readonly of: SnapshotKey;
}

export const TreeEntry = builder.objectRef<TreeEntryView>('TreeEntry').implement({
  description: 'One direct child of a folder of a snapshot.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ of: { projectId, branchId, number }, path }) =>
        rowId('TreeEntry', projectId, branchId, number, path),
    }),
    kind: t.field({
      type: TreeEntryKind,
      description: 'The kind of the child, such as FOLDER or FILE.',
      resolve: ({ kind }) => kind,
    }),
    name: t.exposeString('name', { description: 'The name of the child within its folder.' }),
    path: t.exposeString('path', { description: 'The path of the child from the root of the repository.' }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The file, link or submodule itself; null for a folder.',
      resolve: ({ file }) => file,
    }),
  }),
});
