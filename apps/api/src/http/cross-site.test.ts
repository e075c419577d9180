import { expect, test } from 'vitest';
import { crossSiteProblem } from './cross-site.ts';

const own = (origin: string | undefined) => origin === undefined || origin === 'https://own.example';
const codeOf = (method: string, headers: Record<string, string>) =>
  crossSiteProblem({ method, headers }, own)?.code ?? null;

test.each([
  ['GET', {}, null],
  ['GET', { origin: 'https://own.example' }, null],
  ['GET', { origin: 'https://elsewhere.example' }, 'ORIGIN_NOT_ALLOWED'],
  ['POST', { 'content-type': 'application/json; charset=utf-8' }, null],
  ['POST', { 'content-type': 'application/x-www-form-urlencoded' }, 'UNSUPPORTED_MEDIA_TYPE'],
  ['POST', {}, 'UNSUPPORTED_MEDIA_TYPE'],
])('%s with %j: %s', (method, headers, code) => expect(codeOf(method, headers)).toBe(code));
