import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { encodeGlobalID } from '../graphql/ids.ts';
import { Branch } from './branch.ts';
import { Project } from './project.ts';
import { Repository } from './repository.ts';
import { RepositoryFile } from './repository-file.ts';
import { ProjectSync } from './sync.ts';

const shared = 'The page of the web app on this server that shows it, for links in other programs:';

builder.prismaObjectField(Project, 'webUrl', (t) =>
  t.string({
    description: `${shared} the overview of the project.`,
    select: { slug: true },
    resolve: ({ slug }, _args, { publicUrl }) => `${publicUrl}/p/${slug}`,
  }),
);

builder.prismaObjectField(Repository, 'webUrl', (t) =>
  t.string({
    description: `${shared} the overview of the project at this repository.`,
    select: { projectId: true, id: true, project: { select: { slug: true } } },
    resolve: ({ projectId, id, project }, _args, { publicUrl }) =>
      addressOf(publicUrl, { slug: project.slug, repository: `${projectId}:${id}` }),
  }),
);

builder.prismaObjectField(ProjectSync, 'webUrl', (t) =>
  t.string({
    description: `${shared} what the sync changed.`,
    select: { projectId: true, id: true, project: { select: { slug: true } } },
    resolve: ({ projectId, id, project }, _args, { publicUrl }) => {
      const sync = encodeURIComponent(encodeGlobalID('ProjectSync', `${projectId}:${id}`));
      return `${publicUrl}/p/${project.slug}/history/${sync}`;
    },
  }),
);

builder.objectField(Branch, 'webUrl', (t) =>
  t.string({
    description: `${shared} the overview of the project at this branch.`,
    resolve: async ({ projectId, repositoryId, name }, _args, context) =>
      addressOf(context.publicUrl, {
        slug: await slugOf(projectId, context),
        repository: `${projectId}:${repositoryId}`,
        branch: name,
      }),
  }),
);

builder.objectField(RepositoryFile, 'webUrl', (t) =>
  t.string({
    description: `${shared} the file in the current state of its branch.`,
    resolve: async ({ projectId, branchId, shownPath }, _args, context) => {
      const [slug, branch] = await Promise.all([
        slugOf(projectId, context),
        context.prisma.branch.findUniqueOrThrow({
          where: { projectId_id: { projectId, id: branchId } },
          select: { name: true, repositoryId: true },
        }),
      ]);
      const place = { slug, repository: `${projectId}:${branch.repositoryId}`, branch: branch.name };
      return addressOf(
        context.publicUrl,
        place,
        `/files/${shownPath.split('/').map(encodeURIComponent).join('/')}`,
      );
    },
  }),
);

async function slugOf(id: string, { prisma }: ApiContext): Promise<string> {
  return (await prisma.project.findUniqueOrThrow({ where: { id }, select: { slug: true } })).slug;
}

function addressOf(
  publicUrl: string,
  place: { readonly slug: string; readonly repository: string; readonly branch?: string },
  page = '',
): string {
  const query = new URLSearchParams({ repository: encodeGlobalID('Repository', place.repository) });
  if (place.branch !== undefined) query.set('branch', place.branch);
  return `${publicUrl}/p/${place.slug}${page}?${query.toString()}`;
}
