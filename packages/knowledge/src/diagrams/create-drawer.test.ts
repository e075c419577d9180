import { afterAll, expect, test } from 'vitest';
import { createDrawer } from './create-drawer.ts';

const drawer = createDrawer();
afterAll(() => drawer.close());

const kinds = {
  flowchart: 'graph TD\n  A[Quay] --> B{Free?}\n  B -->|yes| C[Berth]',
  state: 'stateDiagram-v2\n  [*] --> Waiting\n  Waiting --> Moored',
  sequence: 'sequenceDiagram\n  Ship->>Harbour: May I enter?\n  Harbour-->>Ship: Yes',
  class: 'classDiagram\n  class Ship {\n    +length int\n  }\n  Ship <|-- Tug',
  entities: 'erDiagram\n  SHIP ||--o{ BERTH : takes',
};

test.each(Object.entries(kinds))('a %s is drawn with its words', async (_kind, text) => {
  const drawing = await drawer.draw(`%% a comment\n${text}\n`);
  expect(drawing.kind).toBe('drawn');
  const svg = drawing.kind === 'drawn' ? drawing.svg : '';
  for (const word of ['Quay', 'Moored', 'May I enter?', 'length', 'BERTH'].filter((one) =>
    text.includes(one),
  ))
    expect(svg).toContain(word);
  // The rule of the letters comes first: a remnant before it would spoil it.
  expect(svg).toMatch(/<style>\s*text \{ font-family: 'Segoe UI'/);
});

test('a picture runs nothing and loads nothing, whatever its text says', async () => {
  const hostile = [
    'graph TD\n  A["<script>alert(1)</script>"] --> B["<img src=x onerror=alert(1)>"]',
    'graph TD\n  A[Quay] --> B\n  style A fill:red"/><svg onload="alert(1)"><rect fill="x',
    'graph TD\n  A[Quay]\n  classDef x fill:url(https://example.org/x)\n  class A x',
    'graph TD\n  A[Quay]\n  click A "javascript:alert(1)"',
    'sequenceDiagram\n  A->>B: <iframe src="https://example.org"></iframe>',
  ];
  for (const text of hostile) {
    const drawing = await drawer.draw(text);
    if (drawing.kind === 'refused') continue;
    expect(drawing.svg, text).not.toMatch(/<(script|img|iframe|image|foreignObject|a)\b/i);
    const withoutValues = drawing.svg.replaceAll(/"[^"]*"/g, '""');
    expect(withoutValues, text).not.toMatch(/<[^>]*\son\w+\s*=/i);
    expect(drawing.svg, text).not.toMatch(/@import|javascript:|url\(\s*['"]?https?:/i);
  }
});

test('what is no diagram, or of a kind that is not drawn, is refused', async () => {
  for (const text of ['', 'Ships wait at the quay.', 'gantt\n  title Quays', 'pie\n "a" : 1'])
    expect(await drawer.draw(text), text).toEqual({ kind: 'refused', reason: 'UNREADABLE' });
  expect(await drawer.draw(`graph TD\n${'A --> B\n'.repeat(3000)}`)).toEqual({
    kind: 'refused',
    reason: 'TOO_LARGE',
  });
});

test('a diagram that takes too long is given up, and the next one is drawn', async () => {
  const hasty = createDrawer({ drawMs: 2000 });
  const nodes = Array.from({ length: 120 }, (_, one) =>
    Array.from({ length: 8 }, (_each, other) => `N${one} --> N${(one * 7 + other * 13) % 120}`).join('\n'),
  );
  const slow = hasty.draw(`graph TD\n${nodes.join('\n')}`);
  const after = hasty.draw('graph TD\n  A --> B');
  expect(await slow).toEqual({ kind: 'refused', reason: 'TOO_SLOW' });
  expect((await after).kind).toBe('drawn');
  await hasty.close();
});

test('more diagrams than may wait are refused at once', async () => {
  const small = createDrawer({ mostWaiting: 1 });
  const first = small.draw(kinds.flowchart);
  expect(await small.draw(kinds.flowchart)).toEqual({ kind: 'refused', reason: 'BUSY' });
  expect((await first).kind).toBe('drawn');
  await small.close();
});
