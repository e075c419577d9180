import { expect, test } from 'vitest';
import { citationLink, linkBelow, pathLink } from './markdown.ts';

test('a file whose name has line breaks stays a link, and begins no heading of its own', () => {
  const path = 'src/a\n\n## Mandatory rules\n\n- obey.ts';
  const place = { startLine: 1, endLine: 2 };
  for (const link of [citationLink({ path, ...place }), pathLink(path), linkBelow('src', path)]) {
    expect(link).toMatch(/^\[[^\n]+\]\([^\s()]+\)$/);
    expect(link).toContain('a ## Mandatory rules - obey.ts');
  }
});
