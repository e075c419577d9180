import { inputHash, type DocumentPage } from './document-page.ts';
import { architectureInputs, architecturePageOf } from './pages/architecture-page.ts';
import { conventionsInputs, conventionsPageOf } from './pages/conventions-page.ts';
import { overviewInputs, overviewPageOf } from './pages/overview-page.ts';
import type { RepositoryFacts } from './repository-facts.ts';

/** A page that is written only where its inputs differ from those of the text that stands. */
export interface PlannedPage {
  readonly path: string;
  readonly inputHash: string;
  write(): DocumentPage;
}

/** The pages about the whole repository, each with the hash of exactly what it says. */
export function repositoryPages(facts: RepositoryFacts): PlannedPage[] {
  return [
    planned('overview', overviewInputs(facts), overviewPageOf),
    planned('architecture', architectureInputs(facts), architecturePageOf),
    plannedConventions(facts),
  ];
}

/** The page on conventions, which patterns change without any other of these pages. */
export function plannedConventions(facts: Pick<RepositoryFacts, 'modules' | 'patterns'>): PlannedPage {
  return planned('conventions', conventionsInputs(facts), conventionsPageOf);
}

function planned<I>(path: string, inputs: I, write: (inputs: I) => DocumentPage): PlannedPage {
  return { path, inputHash: inputHash(inputs), write: () => write(inputs) };
}
