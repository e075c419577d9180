import { expect, test } from 'vitest';
import { matchedDefinition } from './matched-definition.ts';
import { readQuestionOrThrow } from './read-question.ts';

/** A passage that joins three small functions of a class and has the name of the largest. */
const joined = {
  symbol: 'readBody',
  parents: ['Request'],
  names: ['Request.readBody', 'Request.readHeaders', 'Request.closeSocket'],
};
const matched = (text: string, passage: typeof joined = joined): string | null => {
  const question = readQuestionOrThrow(text);
  return matchedDefinition(passage, question, {
    passages: 1000,
    held: question.words.map(({ word }) => (word === 'read' ? 500 : 5)),
    model: null,
  });
};

test('a name in the question leads to its definition, however it is written', () => {
  for (const name of ['readHeaders', 'read_headers', 'Request.readHeaders', 'where is readHeaders called'])
    expect(matched(name)).toBe('readHeaders');
});

test('without a name, the words of the question do, rare ones before frequent ones', () => {
  expect(matched('close the connection to the server')).toBe('closeSocket');
  expect(matched('read and close')).toBe('closeSocket');
});

test('the name of the passage stays where no other definition says more', () => {
  expect(matched('readBody')).toBeNull();
  expect(matched('read everything')).toBeNull();
  expect(matched('time-out of the server')).toBeNull();
});

test('the title of a test or a heading is named as a whole, whatever marks stand in it', () => {
  const titles = { symbol: 'Usage', parents: [], names: ['Usage', 'Since v1.2 files are closed'] };
  expect(matched('closed files', { ...titles, parents: [] as string[] })).toBe('Since v1.2 files are closed');
});
