/** The kinds of insight. */
export const insightCategories = [
  'success',
  'pain',
  'solution',
  'pattern',
  'tool',
  'architecture',
  'decision',
] as const;
export type InsightCategory = (typeof insightCategories)[number];

type Rule = readonly [category: InsightCategory, words: RegExp];

// The first rule that fits decides, so the more telling words stand first.
const headings: readonly Rule[] = [
  [
    'solution',
    /\b(solutions?|fix(es|ed)?|workarounds?|remed(y|ies)|resolutions?|mitigations?|how we solved)\b/i,
  ],
  [
    'pain',
    /\b(pains?|problems?|issues?|risks?|pitfalls?|gotchas?|blockers?|incidents?|bugs?|failures?|went wrong|what hurts|careful)\b/i,
  ],
  ['decision', /\b(decisions?|decided|adrs?|rules?|agreements?|conventions?|policy|outcome|corrections?)\b/i],
  ['success', /\b(success(es)?|wins?|what worked|went well|worked well|achievements?)\b/i],
  ['architecture', /\b(architecture|design|structure|modules?|boundar(y|ies)|data flow|components?)\b/i],
  ['tool', /\b(tools?|tooling|librar(y|ies)|dependenc(y|ies)|commands?|set-?up|environment)\b/i],
  ['pattern', /\b(patterns?|practices?|habits?|lessons?|learn(ed|t|ings?)|idioms?|findings?|advice)\b/i],
];

const sentences: readonly Rule[] = [
  [
    'solution',
    /\b(fix(ed|es)? (it|this|that|the|by)|(was|is|were|are|got|been) (fixed|solved|cured|resolved)|solv(ed|es)|cured?|resolv(ed|es)|the (fix|cure|remedy|solution|workaround) (is|was)|works? around|workaround|went away|goes away|stopped (when|after|once)|helped against)\b/i,
  ],
  [
    'pain',
    /\b(fail(s|ed|ing|ures?)?|break(s|ing)?|broke|crash(es|ed|ing)?|hangs?|hung|stalls?|leak(s|ed|ing)?|loses?|lost|losing|times? out|timed out|deadlocks?|flak(y|es)|corrupts?|too slow|slows? down|runs? out|dies|drops?|wrong(ly)?|painful|trouble|the (problem|trouble|pain) (is|was|with)|overflows?|blocks?)\b/i,
  ],
  [
    'success',
    /\b(worked (well|fine|out)|works well|paid off|pays off|went (well|smoothly)|success(ful|fully)?|saved us|cut .{1,60} (to|by|in) |halved|doubled|without (a )?(single )?(failure|incident))\b/i,
  ],
  [
    'decision',
    /\b(we (decided|agreed|chose|settled|will|use|keep|do not|don't|never|always)|decid(ed|es)|decision|agreed|must|shall|should|never|always|do not|don't|avoid|prefer|rather than|instead of|has to|have to|no longer|required?|requires|mandatory|forbidden|only (after|before))\b/i,
  ],
  [
    'architecture',
    /\b(depends? on|imports?|layer(s|ed)?|module|boundary|owns|talks to|calls into|is split|consists of|single source|sits (between|behind)|behind (one|a) port|reads? (only )?from|writes? (only )?to)\b/i,
  ],
  ['decision', /\b(before|after) (the|a|an|any|each|every|running|deploying|merging)\b|\bneeds?\b/i],
  [
    'tool',
    /\b(use|install|with the (tool|command)|is the tool|command line|linter|compiler|debugger|profiler)\b/i,
  ],
  [
    'pattern',
    /^(enable|disable|run|keep|put|add|write|check|make|test|start|stop|split|move|name|store|send|wait|call|pass|return|turn|read|pin|log|cache)\b|\b(pattern|practice|habit|whenever|each time|every time|as a rule|tends? to|usually|limit(s|ed)?|timeout|is set to|set the|defaults? to|enabled|disabled|runs? with|at most|at least|(is|are|takes?|at|to|of)( now)? \d[\d.,]*\s?(s|ms|h|seconds?|minutes?|hours?|days?|[kmg]b|percent))\b/i,
  ],
];

const categoryOf = (text: string, rules: readonly Rule[]): InsightCategory | null =>
  rules.find(([, words]) => words.test(text))?.[0] ?? null;

/** The category that a heading announces for the text below it. */
export const categoryOfHeading = (heading: string): InsightCategory | null => categoryOf(heading, headings);

/** The category that a sentence speaks of by itself; null for a sentence that only narrates. */
export const categoryOfSentence = (sentence: string): InsightCategory | null =>
  categoryOf(sentence, sentences);

/** Whether a text is the name of a category. */
export function isInsightCategory(text: string): text is InsightCategory {
  return insightCategories.some((category) => category === text);
}
