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
  // A suite of one subject reads better whole than cut by a number.
  { files: ['**/*.test.ts', '**/*.spec.ts'], rules: { 'max-lines': 'off' } },
);
