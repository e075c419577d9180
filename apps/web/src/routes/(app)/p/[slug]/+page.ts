import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { OverviewQuery } from '#lib/overview/Overview.graphql.ts';
import { placeIn } from '#lib/place/place.ts';
import { shownSync } from '#lib/place/shown-snapshot.ts';
import type { PageLoad, PageLoadEvent } from './$types';

export const load: PageLoad = async (event) => {
  const { kept, past, repository, branch } = await shownPlace(event);
  const { data, operation } = await loadQuery(event, OverviewQuery, {
    slug: event.params.slug,
    ...shownSync({ kept, past }),
    repository: repository?.id ?? '',
    connected: repository !== undefined,
    branch,
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

async function shownPlace(event: PageLoadEvent) {
  const { shell, kept: named, past } = await event.parent();
  const place = placeIn(event.url);
  const all = shell.repositories.nodes;
  const repository = all.find(({ id }) => id === place.repository) ?? all[0];
  const main = repository?.defaultBranch ?? null;
  // The overview shows the default branch also before its first sync: that is where it is started.
  const isElsewhere = place.branch === null && main !== null && named?.isDefault === false;
  return { kept: isElsewhere ? null : named, past, repository, branch: place.branch ?? main };
}
