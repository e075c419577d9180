import { compareSnapshots, snapshotPaths } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { localId, parseTenantId } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeCursor } from '../graphql/pagination.ts';
import { Snapshot } from './snapshot.ts';
import { FileChange } from './sync.ts';

builder.objectFields(Snapshot, (t) => ({
  paths: t.stringList({
    description: 'Every path of it in byte order, in one answer: what a finder holds.',
    resolve: (snapshot, _args, { reads }) =>
      reads.inProject(snapshot.projectId, (sql) => snapshotPaths(sql, snapshot)),
  }),
  changesSince: t.connection(
    {
      type: FileChange,
      description: 'What differs in it from the state that another sync left, in byte order of the path.',
      args: {
        syncId: t.arg.id({ required: true, description: 'The sync whose state it is compared with.' }),
      },
      resolve: async (snapshot, args, { reads, prisma }) => {
        checkForwardPage(args);
        const first = args.first ?? 20;
        const list = `since ${snapshot.projectId} ${snapshot.syncId} ${args.syncId}`;
        const after = decodeCursor(args.after, list);
        const named = parseTenantId(localId(args.syncId, 'ProjectSync'));
        const other =
          named === null || named.projectId !== snapshot.projectId
            ? null
            : await prisma.projectSync.findUnique({ where: { projectId_id: named } });
        // A state that never was, or is not the viewer's, holds nothing: all of this one is new against it.
        const older = {
          projectId: snapshot.projectId,
          branchId: other?.branchId ?? snapshot.branchId,
          number: other?.number ?? 0,
        };
        const { changes, total } = await compareSnapshots(reads, older, snapshot, {
          after,
          first: first + 1,
        });
        return connectionOf(changes, first, ({ path }) => path, { list, after: after !== null, total });
      },
    },
    ...connectionFor('FileChange'),
  ),
}));
