import { githubSchema } from '@project-sync/fake-github';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { BRANCHES, DEFAULT_BRANCH, filesQuery, HEAD, textsQuery, treesQuery } from './queries.ts';

const schema = githubSchema();
const oids = ['a'.repeat(40), 'b'.repeat(40)];
/** Variables of these names would be taken for Octokit's own options. */
const reserved = ['query', 'method', 'url', 'headers', 'request', 'baseUrl', 'mediaType', 'operationName'];

describe('every query that is sent', () => {
  it.each([
    ['branches', BRANCHES],
    ['default branch', DEFAULT_BRANCH],
    ['head', HEAD],
    ['trees', treesQuery(oids)],
    ['texts', textsQuery(oids)],
    ['files', filesQuery('c'.repeat(40), ['src/a.ts', 'quo"te\\\n\u0001', 'naïve/😀'])],
  ])('is one that GitHub’s schema allows: %s', (_, query) => {
    expect(validate(schema, parse(query))).toEqual([]);
    for (const name of reserved) expect(query).not.toContain(`$${name}:`);
  });

  it('fails validation if GitHub’s schema lacks a field of it', () => {
    expect(validate(schema, parse(HEAD.replace('nameRaw', 'nameBytes')))).toHaveLength(1);
  });
});
