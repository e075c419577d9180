import { remembered } from '../words/remembered.ts';

/** The kind of a file by its path: what decides whether a question without a word about it is likely to mean it. */
export type PathKind =
  | 'source'
  | 'typing'
  | 'document'
  | 'layout'
  | 'test'
  | 'example'
  | 'changelog'
  | 'translation'
  | 'generated'
  | 'meta';

/** Tests, in the syntax that JavaScript and PostgreSQL share, for both decide by it. */
export const TEST_PATH =
  '(^|/)(tests?|__tests__|specs?|testing|testdata|test[-_]data|fixtures|__mocks__|__snapshots__|e2e|cypress)(/|$)|[._-](test|tests|spec|specs|stories|snap|test-d)[.]|(^|/)test_[^/]*[.]py$|(^|/)conftest[.]py$|[a-z](Test|Tests|Spec|IT)[.](java|kt|php|cs|scala|groovy|swift)$';

const patterns: readonly (readonly [PathKind, RegExp])[] = [
  ['test', new RegExp(TEST_PATH)],
  [
    'changelog',
    /(^|\/)(changes|changelog|history|news|releases?|release[-_]notes|upgrading|migrating)([-_.][^/]*)?$|(^|\/)(changelogs?|\.?changesets?|release[-_]notes)\//i,
  ],
  [
    'translation',
    /(^|\/)(docs?|documentation|site|content|website|i18n|l10n|locales?|translations?|lang)\/(.*\/)?(?!(en|js|ts|go|rs|py|rb|md|ui|db|ci|qa|io|vm)([-_][a-z]{2,4})?\/)([a-z]{2}|zh-hans|zh-hant)([-_][a-z]{2,4})?\/|readme[-_.](?!en\b)[a-z]{2}([-_][a-z]{2,4})?\.\w+$|[._](zh|ja|ko|fr|de|es|ru|pt|it)([-_][a-z]{2})?\.mdx?$/i,
  ],
  [
    'example',
    /(^|\/)_?(examples?|samples?|demos?|playgrounds?|docs?_src|benchmarks?|bench|benches|fuzz)(\/|$)/i,
  ],
  [
    'meta',
    /(^|\/)(\.github|\.gitlab|\.circleci|\.vscode|\.husky)\/|(^|\/)(license|licence|copying|notice|authors|contributors|code_of_conduct|security|funding|codeowners)([-_.][^/]*)?$|(^|\/)(package|tsconfig|composer|renovate|deno)[^/]*\.json$|(^|\/)[^/]*\.(toml|lock|cfg|ini)$|(^|\/)\.[^/]+$/i,
  ],
  ['layout', /\.(css|s[ac]ss|less|svg|tmpl|tpl|hbs|ejs|erb|mustache)$/i],
  ['typing', /\.d\.[cm]?ts$|\.pyi$|\.rbi$/],
  ['document', /\.(md|mdc|mdx|markdown|rst|adoc|asciidoc|txt|html?)$/i],
];

/** Tells the kind of a file from its path. A question asks it of the same files again and again. */
export const pathKind = remembered(
  (path): PathKind => patterns.find(([, pattern]) => pattern.test(path))?.[0] ?? 'source',
  500_000,
);

const asked: readonly (readonly [PathKind, RegExp])[] = [
  ['test', /\b(tests?|tested|testing|specs?|unit ?tests?|fixtures?|mock(s|ed|ing)?|assert(s|ions?)?)\b/i],
  ['example', /\b(examples?|samples?|demos?|benchmarks?|how fast)\b/i],
  ['layout', /\b(css|styles?|style ?sheets?|html|templates?|layouts?|markup|svg|icons?)\b/i],
  [
    'changelog',
    /\b(changelog|change log|release notes?|released|since (which )?version|changed in|which version|breaking changes?)\b/i,
  ],
  [
    'translation',
    /\b(translations?|translated|chinese|japanese|korean|french|german|spanish|russian|portuguese)\b|[^\x20-\x7e]{4}/i,
  ],
  [
    'meta',
    /\b(licen[cs]e|contribut|code of conduct|ci workflow|github actions?|workflow|package\.json|dependenc|funding)/i,
  ],
];

/** The kinds of files that a question speaks of, so that they do not step back for it. */
export function kindsAskedFor(question: string): ReadonlySet<PathKind> {
  return new Set(asked.flatMap(([kind, pattern]) => (pattern.test(question) ? [kind] : [])));
}
