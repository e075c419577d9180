import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { OverviewQuery } from '#lib/overview/Overview.graphql.ts';
import { placeIn } from '#lib/place/place.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const { slug } = event.params;
  const { shell, kept: named, past } = await event.parent();
  const { repository: chosen, branch } = placeIn(event.url);
  const all = shell.repositories.nodes;
  const repository = all.find(({ id }) => id === chosen) ?? all[0];
  // The overview shows the default branch also before its first sync: that is where it is started.
  const isElsewhere = branch === null && named?.isDefault === false && repository?.defaultBranch != null;
  const kept = isElsewhere ? null : named;
  const sync = past?.id ?? kept?.syncId ?? null;
  const { data, operation } = await loadQuery(event, OverviewQuery, {
    slug,
    sync: sync ?? '',
    kept: sync !== null,
    repository: repository?.id ?? '',
    connected: repository !== undefined,
    branch: branch ?? repository?.defaultBranch ?? null,
  });
  const found = data.repository?.__typename === 'Repository' ? data.repository : null;
  return {
    project: projectOf(data.project),
    current: data.current?.__typename === 'ProjectSync' ? data.current : null,
    newest: found?.newest.nodes[0] ?? null,
    branches: found?.keptBranches ?? null,
    syncCount: kept?.syncCount ?? 0,
    operation,
  };
};
