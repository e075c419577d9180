import { hashOfTwo, inputHash, type DocumentPage } from './document-page.ts';
import { architectureInputs, architecturePageOf } from './pages/architecture-page.ts';
import { conventionsPageOf, exceptionsOf, type Habits } from './pages/conventions-page.ts';
import { overviewInputs, overviewPageOf } from './pages/overview-page.ts';
import type { RulePatterns } from './page-pattern.ts';
import type { RepositoryFacts } from './repository-facts.ts';

/** A page that is written only where its inputs differ from those of the text that stands. */
export interface PlannedPage {
  readonly path: string;
  readonly inputHash: string;
  write(): DocumentPage;
}

/** The pages about the whole repository, each with the hash of exactly what it says. The habits are those of its modules. */
export function repositoryPages(facts: RepositoryFacts, habits: Habits): PlannedPage[] {
  return [
    planned('overview', overviewInputs(facts), overviewPageOf),
    planned('architecture', architectureInputs(facts), architecturePageOf),
    plannedConventions(habits, facts.patterns),
  ];
}

/** The page on conventions, which patterns change without any other of these pages. */
export function plannedConventions(habits: Habits, patterns: readonly RulePatterns[]): PlannedPage {
  const exceptions = exceptionsOf(patterns);
  return {
    path: 'conventions',
    inputHash: hashOfTwo(habits, exceptions),
    write: () => conventionsPageOf(habits, exceptions),
  };
}

function planned<I>(path: string, inputs: I, write: (inputs: I) => DocumentPage): PlannedPage {
  return { path, inputHash: inputHash(inputs), write: () => write(inputs) };
}
