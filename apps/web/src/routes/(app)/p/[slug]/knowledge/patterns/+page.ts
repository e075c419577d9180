import { loadQuery } from '#lib/graphql/load-query.ts';
import { patternFilterIn } from '#lib/patterns/pattern-filter.ts';
import { PatternsQuery } from '#lib/patterns/Patterns.graphql.ts';
import { shownSync, snapshotIn } from '#lib/place/shown-snapshot.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const shown = shownSync(await event.parent());
  const filter = patternFilterIn(event.url);
  const chosenId = event.url.searchParams.get('pattern') ?? '';
  const states = [filter.state];
  const severities = filter.severity === null ? null : [filter.severity];
  const { data, operation } = await loadQuery(event, PatternsQuery, {
    ...shown,
    states,
    severities,
    chosen: chosenId,
    isChosen: chosenId !== '',
  });
  const chosen = data.chosen?.__typename === 'Pattern' ? data.chosen : null;
  return {
    snapshot: snapshotIn(data.node),
    syncId: shown.sync,
    filter,
    states,
    severities,
    chosen,
    operation,
  };
};
