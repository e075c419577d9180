import { findFile, type MemoryHits, type PlacedEntry } from '@project-sync/db';
import type { MatchReason, TextRange } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import { rowId, rowIdText } from '../graphql/ids.ts';
import { connectionFor } from '../graphql/connection.ts';
import { Document } from './document.ts';
import { MemoryEntry } from './memory-entry.ts';
import { Repository } from './repository.ts';
import { RepositoryFile } from './repository-file.ts';

/** A hit as a resolver gives it. */
export interface HitView {
  /** Identifies the search: the score and the snippet of an entry are those of one question. */
  readonly asked: string;
  readonly entry: PlacedEntry;
  readonly symbol: string | null;
  readonly title: string;
  readonly score: number;
  readonly snippet: string;
  readonly snippetStartLine: number | null;
  readonly highlights: readonly TextRange[];
  readonly reasons: readonly MatchReason[];
  readonly alsoAt: readonly string[];
  readonly repositoryId: string | null;
  readonly commitOid: string | null;
  readonly isCurrent: boolean;
}

/** The figures about all hits that come with a page of them. */
export interface HitsView extends Pick<MemoryHits, 'isTotalExact' | 'nearestOnly'> {
  readonly facets: FacetsView;
}

interface FacetView {
  readonly value: string;
  readonly count: number;
}

interface FacetsView {
  readonly repositories: readonly FacetView[];
  readonly languages: readonly FacetView[];
  readonly kinds: readonly FacetView[];
  readonly folders: readonly FacetView[];
}

const MatchReasonEnum = builder.enumType('MatchReason', {
  description: 'The reason why an entry is a hit.',
  values: {
    SYMBOL: { description: 'The hit defines a name that the query contains.' },
    WORDS: { description: 'Its text has words of the query.' },
    MEANING: { description: 'Its vector is near the vector of the query.' },
    PATH: { description: 'Its path or its title has words of the query.' },
  },
});

const TextRangeType = builder.objectRef<TextRange>('TextRange').implement({
  description: 'A part of a text.',
  fields: (t) => ({
    start: t.exposeInt('start', { description: 'The offset of its first character, from 0.' }),
    end: t.exposeInt('end', { description: 'The offset after its last character.' }),
  }),
});

/** One memory entry that search found. */
export const SearchHit = builder.objectRef<HitView>('SearchHit').implement({
  description: 'One memory entry that search found, with its rank and place.',
  fields: (t) => ({
    entry: t.field({
      type: MemoryEntry,
      description: 'The memory entry that was found.',
      resolve: ({ entry }) => entry,
    }),
    score: t.exposeFloat('score', {
      description: 'The rank of the hit: higher is better, comparable only within one search.',
    }),
    reasons: t.field({
      type: [MatchReasonEnum],
      description: 'The reasons why the entry is a hit.',
      resolve: ({ reasons }) => [...reasons],
    }),
    snippet: t.exposeString('snippet', {
      description: 'The lines of the entry that match best, for people to read.',
    }),
    snippetStartLine: t.exposeInt('snippetStartLine', {
      nullable: true,
      description: 'The first line of the snippet in its file; null for notes, insights and documents.',
    }),
    highlights: t.field({
      type: [TextRangeType],
      description: 'Parts of the snippet that match, in their order.',
      resolve: ({ highlights }) => [...highlights],
    }),
    alsoAt: t.exposeStringList('alsoAt', {
      description: 'Paths of further files that hold the same text.',
    }),
    repository: t.prismaField({
      type: Repository,
      nullable: true,
      description: 'The repository the hit comes from; null for notes, insights and documents of users.',
      resolve: (query, { entry, repositoryId }, _args, { prisma }) =>
        repositoryId === null
          ? null
          : prisma.repository.findUnique({
              ...query,
              where: { projectId_id: { projectId: entry.projectId, id: repositoryId } },
            }),
    }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The file the hit comes from; null for notes, insights and documents.',
      resolve: ({ entry }, _args, { reads }) =>
        entry.fileId === null ? null : findFile(reads, entry.projectId, entry.fileId),
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit of the searched snapshot; null for notes, insights and documents of users.',
    }),
    isCurrent: t.exposeBoolean('isCurrent', {
      description: 'False when the searched snapshot is known to be behind the source.',
    }),
  }),
});

builder.objectFields(SearchHit, (t) => ({
  symbol: t.exposeString('symbol', {
    nullable: true,
    description:
      'The definition in the entry that the query is about, where the entry has several; else the symbol of the entry.',
  }),
  title: t.exposeString('title', {
    description:
      'A name to show the hit by: its symbol where the query led to that, else the title of the entry.',
  }),
  document: t.prismaField({
    type: Document,
    nullable: true,
    description:
      'The document the hit is a section of: a generated page, or a text by a user; null for files, notes and insights.',
    resolve: (query, { entry: { projectId, documentId: id } }, _args, { prisma }) =>
      id === null
        ? null
        : prisma.document.findUnique({ ...query, where: { projectId_id: { projectId, id } } }),
  }),
  id: t.id({
    description: rowIdText,
    resolve: ({ entry, asked }) => rowId('SearchHit', entry.projectId, entry.id, entry.fileId ?? 0, asked),
  }),
}));

const Facet = builder.objectRef<FacetView>('Facet').implement({
  description: 'A value that hits share.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The value, as the filter of the same name takes it.' }),
    count: t.exposeInt('count', { description: 'The number of counted hits that have it.' }),
  }),
});

const facet = (of: keyof FacetsView, description: string) => ({ of, description });
const facets = [
  facet('repositories', 'By the name of the repository.'),
  facet('languages', 'By the language of the file.'),
  facet('kinds', 'By the kind of the entry.'),
  facet('folders', 'By the first two folders of the path.'),
] as const;

const SearchFacets = builder.objectRef<FacetsView>('SearchFacets').implement({
  description: 'The hits by what they have in common, most frequent values first.',
  fields: (t) =>
    Object.fromEntries(
      facets.map(({ of, description }) => [
        of,
        t.field({ type: [Facet], description, resolve: (view) => [...view[of]] }),
      ]),
    ),
});

/** The connection and edge of hits, with what is known beyond the page. */
export const searchConnection = connectionFor('SearchHit', 'Search');
builder.objectFields(searchConnection[0], (t) => ({
  isTotalExact: t.boolean({
    description: 'False where only the best hits are counted: then there are at least `totalCount`.',
    resolve: (view) => (view as HitsView).isTotalExact,
  }),
  nearestOnly: t.boolean({
    description: 'True where no hit has a word or name of the query: then the hits are only near in meaning.',
    resolve: (view) => (view as HitsView).nearestOnly,
  }),
  facets: t.field({
    type: SearchFacets,
    description: 'The counted hits by repository, language, kind and folder.',
    resolve: (view) => (view as HitsView).facets,
  }),
}));
