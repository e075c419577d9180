import { describe, expect, test } from 'vitest';
import { embeddedText, passageOf } from './passage.ts';
import type { SplitEntry } from './split-entry.ts';
import { splitText } from './split-text.ts';

const split = (text: string, dialect = 'typescript'): Promise<SplitEntry[]> => splitText({ text, dialect });
const steps = (count: number, indent = '  '): string =>
  Array.from({ length: count }, (_, index) => `${indent}work(${index}, 'a step of it');`).join('\n');

describe('small neighbours', () => {
  test('are joined until they say enough, and never beyond the largest passage', async () => {
    const text = Array.from(
      { length: 200 },
      (_, index) => `export const LIMIT_${index} = ${index * 7919};`,
    ).join('\n\n');
    const entries = await split(text);
    const sizes = entries.map((entry) => entry.text.length);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1400);
    expect(entries.flatMap(({ names }) => names)).toEqual(
      Array.from({ length: 200 }, (_, index) => `LIMIT_${index}`),
    );
  });

  test('keep their hashes far from a line that was added above or between them', async () => {
    const constants = Array.from(
      { length: 300 },
      (_, index) => `export const LIMIT_${index} = ${index * 7919};`,
    );
    const known = new Set((await split(constants.join('\n'))).map(({ hash }) => hash));
    expect(known.size).toBeGreaterThan(10);
    for (const at of [0, 7, 150]) {
      const changed = await split(constants.toSpliced(at, 0, 'export const ADDED = 1;').join('\n'));
      expect(changed.filter(({ hash }) => !known.has(hash)).length).toBeLessThanOrEqual(3);
    }
  });

  test('are not joined across the end of a container', async () => {
    const methods = Array.from({ length: 30 }, (_, index) => `  m${index}() {}`).join('\n');
    const text = `const before = 1;\nclass Large {\n${methods}\n}\nconst after = 2;\n`;
    const entries = await split(text);
    const containing = (name: string) => entries.find(({ names }) => names.includes(name));
    expect(containing('before')?.names).toEqual(['before']);
    expect(containing('after')?.names).toEqual(['after']);
    expect(containing('Large')?.symbol).toBe('Large');
  });

  test('leave imports apart from the first large definition, which an import then does not change', async () => {
    const code = `export function run() {\n${steps(20)}\n}\n`;
    const [before, after] = [
      await split(`import a from 'a';\n\n${code}`),
      await split(`import b from 'b';\nimport a from 'a';\n\n${code}`),
    ];
    expect(after.at(-1)?.hash).toBe(before.at(-1)?.hash);
  });

  test('include every heading with its section, and no passage is a heading alone', async () => {
    const prose = 'Some words of a section. '.repeat(40);
    const entries = await split(
      `# Jobs\n\n## send(name)\n\n${prose}\n\n### Empty\n\n## fetch(name)\n\n${prose}\n\n## End\n`,
      'markdown',
    );
    expect(entries.map(({ names }) => names)).toEqual([
      ['Jobs', 'Jobs.send(name)', 'Jobs.send(name).Empty'],
      ['Jobs.fetch(name)', 'Jobs.End'],
    ]);
    for (const { text } of entries) expect(text).toContain('Some words');
  });
});

describe('the head of a passage', () => {
  test('is the signature where the text lacks it, below the names of the containers', async () => {
    const fields = Array.from({ length: 40 }, (_, index) => `  field${index} = ${index * 7919};`).join('\n');
    const text = `export class Router {\n${fields}\n\n  async add(path: string): Promise<void> {\n${steps(90, '    ')}\n  }\n}\n`;
    const parts = (await split(text)).filter(({ symbol }) => symbol === 'add');
    expect(parts.length).toBeGreaterThan(2);
    expect(parts[0]?.names).toEqual(['Router.add']);
    for (const part of parts.slice(1)) {
      expect(part.head).toBe('Router › async add(path: string): Promise<void>');
      expect(part.text).not.toContain('async add');
      expect(part.names).toEqual([]);
    }
  });

  test('is the signature for a long comment, and the first words of the comment for the signature', async () => {
    const comment = Array.from(
      { length: 60 },
      (_, index) => ` * Sentence ${index} explains what the function is for.`,
    );
    const text = `/**\n * Mounts an application.\n${comment.join('\n')}\n */\nexport function mount(path: string): void {\n${steps(20)}\n}\n`;
    const parts = await split(text);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts[0]?.head).toBe('export function mount(path: string): void');
    expect(parts.find(({ names }) => names.includes('mount'))?.head).toBe('Mounts an application.');
  });

  test('is the path of headings in a document', async () => {
    const prose = Array.from(
      { length: 40 },
      (_, index) => `Paragraph ${index} with some words in it.\n`,
    ).join('\n');
    const parts = await split(`# Guide\n\nIntro.\n\n## Install\n\n${prose}`, 'markdown');
    expect(parts.at(-1)?.head).toBe('# Guide › ## Install');
    expect(parts.at(-1)?.text).not.toContain('## Install');
  });

  test('is part of the hash, at most 160 characters long, and missing where nothing is', async () => {
    expect(passageOf('text', 'head').hash).not.toBe(passageOf('text').hash);
    expect(passageOf('text', 'head').hash).not.toBe(passageOf('head\ntext').hash);
    expect(passageOf('text', null).hash).toBe('982d9e3e-b996-f559-e633-f4d194def376');
    expect(embeddedText(passageOf('text', 'head'))).toBe('head\ntext');
    const name = 'x'.repeat(150);
    const entries = await split(`class ${name} {\n  ${name}() {\n${steps(200, '    ')}\n  }\n}\n`);
    for (const { head } of entries) expect(head?.length ?? 0).toBeLessThanOrEqual(160);
    expect((await split('export const a = 1;\n'))[0]?.head).toBeNull();
  });
});

test('a large function inside another one is an entry of its own, and the outer one keeps the rest', async () => {
  const text = `export function respond() {\n${steps(30)}\n  function resolve() {\n${steps(30, '    ')}\n  }\n${steps(30)}\n}\n`;
  const entries = await split(text);
  expect(entries.find(({ symbol }) => symbol === 'resolve')?.parents).toEqual(['respond']);
  expect(entries[0]?.symbol).toBe('respond');
  expect(entries.at(-1)).toMatchObject({ symbol: 'respond', head: 'export function respond()' });
});

test('every entry of a generated file is marked', async () => {
  const entries = await split(`// Code generated by protoc-gen-go. DO NOT EDIT.\n${steps(200, '')}\n`, 'go');
  expect(entries.length).toBeGreaterThan(2);
  expect(entries.every(({ generated }) => generated)).toBe(true);
  expect((await split(steps(10, '')))[0]?.generated).toBe(false);
});
