import { fileURLToPath } from 'node:url';
import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('..', import.meta.url));
const sqlPattern =
  '/(^|[^\\w.])(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|ALTER|CREATE|DROP|NOTIFY|LISTEN) +["$\\w(*]/';
const sqlElsewhere = 'SQL belongs in packages/db: give this statement a name in one of its folders.';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/generated/**',
      '**/build/**',
      '**/.svelte-kit/**',
      '**/*.d.ts',
      '.data/**',
      '.tmp/**',
    ],
  },
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'max-lines': ['error', { max: 350 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', { max: 15 }],
      'max-params': ['error', { max: 3 }],
      // The app is served at the root of its port, so there is no base path to resolve against.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  // What only the types can tell. The web app's types are checked by svelte-check, under its own settings.
  {
    files: ['packages/*/{src,bench,training}/**/*.ts', 'apps/api/{src,bench}/**/*.ts', 'scripts/**/*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: root,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-member-access': 'error',
      '@typescript-eslint/no-unsafe-call': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
    },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: ['**/*.test.ts', 'apps/api/src/testing/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=', 'TemplateElement[value.raw='].map((text) => ({
          selector: `${text}${sqlPattern}]`,
          message: sqlElsewhere,
        })),
        { selector: 'MemberExpression[property.name=/^[$](query|execute)Raw/]', message: sqlElsewhere },
      ],
    },
  },
  // A resolver's four parameters are GraphQL's own.
  { files: ['apps/api/src/{schema,graphql}/**/*.ts'], rules: { 'max-params': ['error', { max: 4 }] } },
  // A suite of one subject, and a measurement from beginning to end, read better whole than cut by a number.
  {
    files: ['**/*.test.ts', '**/*.spec.ts', '**/bench/**/*.ts', '**/e2e/**/*.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
);
