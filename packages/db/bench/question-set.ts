import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A range of lines that answers a question. */
export interface AcceptedPlace {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** A question, with every place that answers it. */
export interface Question {
  readonly kind: 'concept' | 'howto' | 'symbol' | 'long';
  readonly text: string;
  readonly accepted: readonly AcceptedPlace[];
}

/** A file of the set. */
interface QuestionFile {
  readonly repository: string;
  readonly commit: string;
  /** Measured only when the ranking is fixed. */
  readonly heldout: boolean;
  readonly questions: readonly Question[];
  readonly names: readonly { readonly name: string; readonly path: string; readonly line: number }[];
  readonly issues: readonly {
    readonly fix: string;
    readonly files: readonly string[];
    readonly text: string;
  }[];
}

/** The questions about one public repository at one commit. */
export interface RepositoryQuestions extends QuestionFile {
  readonly name: string;
  /** Where its clone lies on this machine. */
  readonly clone: string;
  readonly branch: string;
}

const folder = fileURLToPath(new URL('questions/', import.meta.url));

/** Reads the questions about the named repositories and finds their clones: `<clones>/<name>`, with the commit checked out. */
export function readQuestionSet(clones: string, only: readonly string[] | null): RepositoryQuestions[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json') && (only?.includes(file.slice(0, -'.json'.length)) ?? true))
    .map((file) => {
      const name = file.slice(0, -'.json'.length);
      const read = JSON.parse(readFileSync(join(folder, file), 'utf8')) as QuestionFile;
      const clone = join(clones, name);
      const git = (...args: string[]) =>
        execFileSync('git', ['-C', clone, ...args], { encoding: 'utf8' }).trim();
      const commit = git('rev-parse', 'HEAD');
      if (commit !== read.commit)
        throw new Error(
          `${clone} is at ${commit}; the questions about ${read.repository} need ${read.commit}.`,
        );
      return { ...read, name, clone, branch: git('symbolic-ref', '--short', 'HEAD') };
    });
}
