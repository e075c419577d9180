import { loadQuery } from '#lib/graphql/load-query.ts';
import { projectOf } from '#lib/graphql/project-of.ts';
import { WikiQuery } from '#lib/wiki/Wiki.graphql.ts';
import { shownSync, snapshotIn } from '#lib/place/shown-snapshot.ts';
import type { ContentsEntry } from '#lib/wiki/contents-tree.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async (event) => {
  const shown = shownSync(await event.parent());
  const asked = askedIn(event.url);
  const { data, operation } = await loadQuery(event, WikiQuery, {
    slug: event.params.slug,
    ...shown,
    ...asked.variables,
  });
  const snapshot = snapshotIn(data.node);
  const named = data.named?.__typename === 'Document' ? data.named : null;
  // Before the first sync there are only the texts of people.
  const written = projectOf(data.project).documents.nodes.map(
    ({ id: documentId, ...rest }): ContentsEntry => ({ documentId, ...rest }),
  );
  return {
    entries: snapshot?.tableOfContents ?? written,
    document: named ?? snapshot?.document ?? null,
    versions: snapshot?.documentVersions ?? [],
    isAsked: asked.isAsked,
    syncId: shown.kept ? shown.sync : null,
    operation,
  };
};

/** The document that an address names: by its ID, by its place, or else the page to start with. */
function askedIn({ searchParams }: URL) {
  const [id, page] = [searchParams.get('document'), searchParams.get('page')];
  return {
    isAsked: id !== null || page !== null,
    variables: { page: id === null ? (page ?? 'overview') : '', document: id ?? '', named: id !== null },
  };
}
