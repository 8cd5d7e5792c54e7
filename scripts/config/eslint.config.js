// SPDX-License-Identifier: GPL-3.0-or-later
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

// The rooms of src/ that compute only: no file, socket, process or clock of their own.
const pure = new Set([
  'model',
  'mapping',
  'plan',
  'archive',
  'rebuild',
  'redirects',
  'verify',
  'report',
]);

const effects = {
  regex: '^(node:)?(fs|fs/promises|http|https|net|tls|child_process|worker_threads)$|^(execa|ora)$',
  message: 'this room computes only; effects belong to host.ts, source/, target/, run/ and cli/',
};

// One row a room: what it may import besides itself, diagnostics.ts and packages.
const layers = {
  model: [],
  mapping: ['model'],
  plan: ['model'],
  archive: ['model'],
  rebuild: ['model', 'archive'],
  redirects: ['model'],
  verify: ['model'],
  report: ['model'],
  source: ['model', 'host'],
  target: ['model', 'host', 'plan'],
  run: ['model', 'plan', 'mapping', 'archive', 'rebuild', 'redirects', 'verify', 'report'],
};
const rooms = [...Object.keys(layers), 'cli', 'host'];

const layer = ([room, allowed]) => {
  const forbidden = rooms.filter((other) => other !== room && !allowed.includes(other));
  return {
    files: [`src/${room}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(\\.\\./)+(${forbidden.join('|')})(/|\\.js$)`,
              message: `${room}/ may not import this room (see the layer table)`,
            },
            ...(pure.has(room) ? [effects] : []),
            ...(pure.has(room)
              ? []
              : [{ regex: '^execa$', message: 'only host.ts runs commands' }]),
          ],
        },
      ],
    },
  };
};

export default tseslint.config(
  { ignores: ['dist/**', 'fixtures/**', 'node_modules/**', '.sandbox/**', '.demo/**'] },
  {
    files: ['src/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: process.cwd() },
    },
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'return an exit code to bin/ instead' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: true },
      ],
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  ...Object.entries(layers).map(layer),
  {
    files: ['src/cli/**/*.ts', 'src/host.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^child_process$|^node:child_process$', message: 'use host.ts' }] },
      ],
    },
  },
  prettier,
);
