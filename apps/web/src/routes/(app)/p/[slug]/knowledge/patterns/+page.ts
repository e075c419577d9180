import { loadQuery } from '#lib/graphql/load-query.ts';
import { patternFilterIn } from '#lib/patterns/pattern-filter.ts';
import { PatternsQuery } from '#lib/patterns/Patterns.graphql.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const { kept, past } = await event.parent();
  const syncId = past?.id ?? kept?.syncId ?? null;
  const filter = patternFilterIn(event.url);
  const chosenId = event.url.searchParams.get('pattern') ?? '';
  const states = [filter.state];
  const severities = filter.severity === null ? null : [filter.severity];
  const { data, operation } = await loadQuery(event, PatternsQuery, {
    sync: syncId ?? '',
    kept: syncId !== null,
    states,
    severities,
    chosen: chosenId,
    isChosen: chosenId !== '',
  });
  const chosen = data.chosen?.__typename === 'Pattern' ? data.chosen : null;
  const snapshot = data.node?.__typename === 'ProjectSync' ? data.node.snapshot : null;
  return { snapshot, syncId, filter, states, severities, chosen, operation };
};
