import { expect, test } from 'vitest';
import { resolveTexts } from '../testing/resolve-texts.ts';

test('files that all export each other are searched once each', { timeout: 20_000 }, async () => {
  const count = 30;
  const texts: Record<string, string> = {};
  for (let at = 0; at < count; at += 1) {
    const others = Array.from({ length: count }, (_, other) =>
      other === at ? '' : `export * from './f${other}.ts';`,
    );
    texts[`f${at}.ts`] = `${others.join('\n')}\nexport function own${at}() {}\n`;
  }
  texts['user.ts'] = "import { own17, nothing } from './f0.ts';\nown17();\nnothing();\n";
  const { references } = await resolveTexts(texts);
  expect(references).toEqual(['user.ts:2 → f17.ts own17 (followed-reexport)']);
});

test('types that extend each other end the search', async () => {
  const { references } = await resolveTexts({
    'A.java': 'package p;\ninterface A extends B, C { default void f() { gone(); there(); } }\n',
    'B.java': 'package p;\ninterface B extends A, C {}\n',
    'C.java': 'package p;\ninterface C extends A, B { default void there() {} }\n',
  });
  expect(references).toContain('A.java:2 → C.java C.there (inherited-member)');
});
