/** The parts of a question that must hold for every hit. */
export interface QuestionFilters {
  readonly phrases: readonly string[];
  /** A regular expression in the syntax that PostgreSQL reads, without what could make it slow. */
  readonly pattern: string | null;
  readonly paths: readonly string[];
  readonly languages: readonly string[];
  readonly repositories: readonly string[];
  readonly symbols: readonly string[];
  readonly excluded: readonly string[];
}

/** A question that cannot be answered as it is written. */
export interface QuestionProblem {
  readonly code: 'OPERAND_MISSING' | 'PATTERN_INVALID' | 'QUESTION_TOO_LONG';
  readonly message: string;
}

/** A question without its operators, and these apart. */
export interface SplitQuestion {
  readonly text: string;
  readonly filters: QuestionFilters;
}

const LONGEST_PATTERN = 200;
/** Longer texts are issues or logs: what looks like an operator there is a part of a sentence or of code. */
const LONGEST_WITH_OPERATORS = 300;

const operators =
  /(?<=^|\s)(?:"([^"]*)"|\/((?:[^/\\\s]|\\.)(?:[^/\\]|\\.)*)\/(?=\s|$)|(path|lang|repo|sym):(?:"([^"]*)"|(\S*))|-(?!\d)([\p{L}_][\p{L}\p{N}_]+)(?=\s|$))/gu;

/** Takes the operators out of a question: `"phrase"`, `/pattern/`, `path:`, `lang:`, `repo:`, `sym:` and `-word`. */
export function splitOperators(question: string): SplitQuestion | QuestionProblem {
  const found = {
    phrases: [],
    paths: [],
    languages: [],
    repositories: [],
    symbols: [],
    excluded: [],
  } as Record<Exclude<keyof QuestionFilters, 'pattern'>, string[]>;
  let pattern: string | null = null;
  let problem: QuestionProblem | null = null;
  if (question.length > LONGEST_WITH_OPERATORS || question.includes('\n'))
    return { text: question, filters: { ...found, pattern } };
  const named = { path: found.paths, lang: found.languages, repo: found.repositories, sym: found.symbols };
  const text = question.replace(operators, (whole, ...groups: (string | undefined)[]) => {
    const [phrase, regex, operator, quoted, plain, excluded] = groups;
    const blank = whole.replace(/\S/g, ' ');
    if (regex !== undefined) {
      pattern = regex;
      problem ??= patternProblem(regex);
      return blank;
    }
    if (operator !== undefined) {
      const value = (quoted ?? plain ?? '').trim();
      if (value === '') problem ??= operandMissing(`${operator}:`, examples[operator] ?? '');
      else named[operator as keyof typeof named].push(value);
      return operator === 'sym' ? ` ${value} ` : blank;
    }
    if (excluded !== undefined) {
      found.excluded.push(excluded);
      return blank;
    }
    const said = phrase?.trim() ?? '';
    if (said === '') problem ??= operandMissing('""', '"not found"');
    else found.phrases.push(said);
    // The words of a phrase also say what the question is about.
    return ` ${said} `;
  });
  return problem ?? { text, filters: { ...found, pattern } };
}

const examples: Record<string, string> = {
  path: 'path:src/',
  lang: 'lang:typescript',
  repo: 'repo:api',
  sym: 'sym:createQueue',
};

function operandMissing(operator: string, example: string): QuestionProblem {
  return { code: 'OPERAND_MISSING', message: `${operator} needs a value, for example ${example}` };
}

// PostgreSQL's engine needs no backtracking for what is left when references back, looks ahead and behind and large counts are
// refused. JavaScript's own engine would need exponential time for some of the rest, so it never runs them.
function patternProblem(pattern: string): QuestionProblem | null {
  const refuse = (why: string): QuestionProblem => ({
    code: 'PATTERN_INVALID',
    message: `The pattern /${pattern.slice(0, 60)}/ cannot be used: ${why}.`,
  });
  if (pattern.length > LONGEST_PATTERN) return refuse(`it has more than ${LONGEST_PATTERN} characters`);
  const bare = pattern.replaceAll(/\\\\/g, '');
  if (/\\[1-9]|\\k</.test(bare)) return refuse('references back are not supported');
  if (/\(\?/.test(bare)) return refuse('groups that begin with (? are not supported');
  const counts = [...bare.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, low, high]) =>
    Number(high === '' ? low : (high ?? low)),
  );
  if (counts.reduce((product, count) => product * Math.max(1, count), 1) > 1000)
    return refuse('its counts multiply to more than 1,000');
  try {
    new RegExp(pattern, 'u');
  } catch {
    try {
      new RegExp(pattern);
    } catch (error) {
      return refuse(
        error instanceof Error
          ? (error.message.split(': ').at(-1)?.toLowerCase() ?? 'it is not valid')
          : 'it is not valid',
      );
    }
  }
  return null;
}
