import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/**',
      '**/generated/**',
      '**/build/**',
      '**/.svelte-kit/**',
      '**/*.d.ts',
      '.data/**',
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
      // The app is served at the root of its port, so there is no base path to resolve against.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  // SQL lives in packages/db alone: the room that answers requests calls its reads and writes by name.
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['Literal[value=', 'TemplateElement[value.raw='].map((text) => ({
          selector: `${text}/(^|[^\\w.])(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH|TRUNCATE|ALTER|CREATE|DROP|NOTIFY|LISTEN) +["$\\w(*]/]`,
          message: 'SQL texts live in packages/db: give this one a name in src/reads or src/store there.',
        })),
        {
          selector: 'MemberExpression[property.name=/^[$](query|execute)Raw/]',
          message: 'SQL texts live in packages/db: give this one a name in src/reads or src/store there.',
        },
      ],
    },
  },
  // A suite of one subject reads better whole than cut by a number.
  { files: ['**/*.test.ts', '**/*.spec.ts'], rules: { 'max-lines': 'off' } },
);
