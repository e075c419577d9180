import type { ResultOf } from '../graphql/graphql.ts';
import type { SyncRow } from '../sync/SyncRow.graphql.ts';
import { findKeptBranch, type FoundBranch, type KeptPage, type KeptRepository } from './find-kept-branch.ts';
import type { PlaceQuery } from './place.graphql.ts';
import { placeOfSync, type Correction, type Place } from './place.ts';

type Answer = ResultOf<typeof PlaceQuery>;
type Project = NonNullable<Answer['project']>;

/** One question for what a place needs. */
export type AskPlace = (
  variables: { repository: string; chosen: boolean; asOf: string; past: boolean } & KeptPage,
) => Promise<Answer>;

/** A place with what stands there: the branch, and the sync whose state is read instead of the current one. */
export interface SettledPlace {
  project: Project;
  /** The place that is meant: the address must say the same. */
  place: Place;
  /** The parts of the address that named something else, or nothing at all. */
  corrections: Correction[];
  /** The branch of the place; null in a project without repositories. */
  branch: FoundBranch | null;
  past: ResultOf<typeof SyncRow> | null;
}

/** Settles the place that an address names. A sync of the past decides its repository and branch. */
export async function settlePlace(named: Place, ask: AskPlace): Promise<SettledPlace | null> {
  const answer = await ask(variablesOf(named));
  const { project } = answer;
  if (project === null) return null;
  const { place, corrections, past } = correct(named, answer, project);
  const again = place.repository !== named.repository || place.branch !== named.branch;
  const page = { ...variablesOf({ ...place, asOf: null }) };
  const repository = again ? repositoryIn(await ask(page)) : repositoryIn(answer);
  const branch =
    repository === null
      ? null
      : await findKeptBranch(place.branch, repository, async (next) =>
          repositoryIn(await ask({ ...page, ...next })),
        );
  return { project, place, corrections, branch, past };
}

function correct(named: Place, answer: Answer, project: Project) {
  const all = project.repositories.nodes;
  const corrections: Correction[] = [];
  let place = named;
  if (named.repository !== null && repositoryIn(answer) === null) {
    corrections.push('repository');
    // A branch of an unknown repository says nothing about another one.
    place = { ...named, repository: null, branch: null };
  }
  const past = pastIn(answer, project);
  if (named.asOf !== null && past === null) {
    corrections.push('moment');
    place = { ...place, asOf: null };
  }
  if (past === null) return { place, corrections, past };
  const own = placeOfSync(past, all[0]?.id);
  const isOther =
    (place.branch !== null && place.branch !== own.branch) ||
    (place.repository !== null && place.repository !== past.repository.id);
  if (isOther) corrections.push('momentElsewhere');
  const repository = place.repository === past.repository.id ? place.repository : own.repository;
  return { place: { repository, branch: own.branch, asOf: past.id }, corrections, past };
}

/** The sync of the past, if it left a state and belongs to this project. */
function pastIn({ past }: Answer, project: Project): ResultOf<typeof SyncRow> | null {
  if (past?.__typename !== 'ProjectSync' || past.snapshot === null) return null;
  return project.repositories.nodes.some(({ id }) => id === past.repository.id) ? past : null;
}

function repositoryIn({ project, chosen }: Answer): KeptRepository | null {
  if (project === null) return null;
  // An address may name a repository of another project, which does not belong on this project's pages.
  if (chosen != null)
    return chosen.__typename === 'Repository' && chosen.project.id === project.id ? chosen : null;
  return project.first?.nodes[0] ?? null;
}

function variablesOf({ repository, branch, asOf }: Place) {
  return {
    repository: repository ?? '',
    chosen: repository !== null,
    asOf: asOf ?? '',
    past: asOf !== null,
    query: branch,
    after: null,
  };
}
