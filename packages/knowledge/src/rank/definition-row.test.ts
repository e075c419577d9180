import { expect, test } from 'vitest';
import { definitionRow } from './definition-row.ts';

test.each([
  {
    of: 'typescript',
    name: 'startSync',
    text: "import { startSync } from './a.ts';\n/** Calls startSync. */\n\nconst id = await startSync(1);\nexport async function startSync(n: number) {",
    row: 4,
  },
  {
    of: 'of another case',
    name: 'startSync',
    text: 'interface StartSync {\n  id: string;\n}\nexport const startSync = (given: StartSync) => {',
    row: 3,
  },
  {
    of: 'a method',
    name: 'add',
    text: '    add(1);\n    this.add(2);\n  async add(route: Route): Promise<void> {',
    row: 2,
  },
  {
    of: 'a field',
    name: 'routes',
    text: '  build() { return this.routes; }\n  readonly routes: Route[] = [];',
    row: 1,
  },
  {
    of: 'python',
    name: 'send_all',
    text: '# send_all sends\nself.send_all(x)\nasync def send_all(\n    self,',
    row: 2,
  },
  { of: 'go', name: 'Add', text: '// Add adds.\nr.Add(1)\nfunc (r *Router) Add(path string) {', row: 2 },
  { of: 'rust', name: 'push', text: 'stack.push(1);\npub(crate) fn push(&mut self) {', row: 1 },
  {
    of: 'java',
    name: 'send',
    text: 'return send(request, 1);\n  public static <T> Future<T> send(Request request) {',
    row: 1,
  },
  {
    of: 'c',
    name: 'spread',
    text: '/* spread */\nx = spread(p);\nstatic void *spread(struct point *p)\n{',
    row: 2,
  },
  { of: 'c of a macro', name: 'MAX_DEPTH', text: 'if (depth > MAX_DEPTH)\n#define MAX_DEPTH 10', row: 1 },
  { of: 'ruby', name: 'etag_matches?', text: 'etag_matches?(x)\ndef self.etag_matches?(list)', row: 1 },
  { of: 'php', name: 'used', text: '$this->used = 1;\n  private int $used = 0;', row: 1 },
  { of: 'sql', name: 'person', text: 'SELECT * FROM person;\nCREATE TABLE IF NOT EXISTS person (', row: 1 },
  { of: 'only a comment', name: 'later', text: '// what comes later\n', row: 0 },
])('the line that defines a name is found among those that use it ($of)', ({ name, text, row }) => {
  expect(definitionRow(text.split('\n'), name)).toBe(row);
});

test('a name that is only a part of others is not found', () => {
  expect(definitionRow(['function startSyncNow() {', 'const unstartSync = 1;'], 'startSync')).toBeNull();
});
