import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { browser } from '$app/env';
import { connection } from './connection.ts';
import { errorTypes } from './error-types.ts';

const unkeyed = [
  'PageInfo',
  'Snapshot',
  'SyncStats',
  'SyncFailure',
  'SyncWarning',
  'SyncPlan',
  'SyncProgress',
  'FileChange',
  'TreeEntry',
  'SearchHit',
  'SearchFacets',
  'Facet',
  'TextRange',
  'ImportEdge',
  'Reference',
  'AnalysisCoverage',
  'ApiChange',
  'Citation',
  'ContentsEntry',
  'DocumentAddition',
  'GrowthPoint',
  'InsightEvidence',
  'KnowledgeChanges',
  'LanguageShare',
  'ModuleEdge',
  'ModuleGraph',
  'ModuleNode',
  'PatternJudgement',
  'PatternOccurrence',
  'PatternRule',
  'ProjectMember',
  'AuditEntry',
  'SyncFigures',
  'Instance',
] as const;

let shared: Client | undefined;

/** One client for the browser; a new one for each page that the server renders, so that users never share a cache. */
export function client(): Client {
  if (!browser) return create();
  return (shared ??= create());
}

function create(): Client {
  return new Client({
    ...connection,
    exchanges: [
      cacheExchange({
        // Without these types the cache would drop the code and the message of a refused mutation.
        possibleTypes: { Error: errorTypes },
        keys: Object.fromEntries(unkeyed.map((name) => [name, () => null])),
      }),
      fetchExchange,
    ],
  });
}
