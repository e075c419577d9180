import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../configuration.ts';
import { embedderFindings } from './embedder-findings.ts';
import { measureEmbedder, speedSentence } from './measure-embedder.ts';

/** Starts a server that takes so long for a text and answers with vectors of this length; returns its address. */
async function serverOf({ msPerText = 0, length = 8 }): Promise<{ url: string; asked: string[][] }> {
  const asked: string[][] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      asked.push(input);
      void wait(msPerText * input.length).then(() => {
        const data = input.map((_, index) => ({ index, embedding: Array.from({ length }, () => 1) }));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`, asked };
}
const configurationOf = (url: string, extra: Record<string, string> = {}) =>
  readConfiguration({
    EMBEDDING_PROVIDER: 'openai',
    EMBEDDING_BASE_URL: url,
    EMBEDDING_MODEL: 'some-model',
    ...extra,
  });

test('says the speed of the embedder and how long 10,000 passages take', async () => {
  const { url } = await serverOf({ msPerText: 40 });
  const findings = await embedderFindings(configurationOf(url));
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ what: 'embedding', ok: true });
  const [, rate = '', minutes = ''] =
    /^some-model answers: ([\d.]+) texts a second, so 10,000 passages take about (\d+) minutes$/.exec(
      findings[0]?.message ?? '',
    ) ?? [];
  expect(Number(rate)).toBeGreaterThan(2);
  expect(Number(rate)).toBeLessThanOrEqual(25);
  expect(Number(minutes)).toBeGreaterThanOrEqual(7);
});

test('warns of vectors that are cut', async () => {
  const { url } = await serverOf({ length: 2560 });
  const findings = await embedderFindings(configurationOf(url));
  expect(findings.map(({ ok }) => ok)).toEqual([true, true]);
  expect(findings[1]).toMatchObject({ what: 'vectors', warning: true });
  expect(findings[1]?.message).toContain('2,560 numbers');
});

test('sends no more passages than the token limit allows', async () => {
  const { url, asked } = await serverOf({});
  await embedderFindings(configurationOf(url, { EMBEDDING_MAX_TOKENS: '1200' }));
  const sent = asked.flat().filter((text) => text !== 'doctor');
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.join('').length / 3.5).toBeLessThan(1200);
});

test('an embedder that is not there is a failure with a remedy', async () => {
  const findings = await embedderFindings(configurationOf('http://127.0.0.1:9/v1'));
  expect(findings).toMatchObject([{ what: 'embedding', ok: false }]);
  expect(findings[0]?.message).toContain('EMBEDDING_');
}, 30_000);

test('an embedder that refuses each passage is a failure', async () => {
  const refusing = {
    model: 'm',
    async *embed(texts: readonly string[], { purpose }: { purpose: string }) {
      const vector = purpose === 'query' ? new Float32Array(1536) : null;
      yield await Promise.resolve(texts.map((_, index) => ({ index, vector })));
    },
  };
  const options = { maxTokens: null, signal: new AbortController().signal };
  await expect(measureEmbedder(refusing, options)).rejects.toThrow('refuses');
});

test('says times in the unit that fits', () => {
  expect([4000, 100, 3, 0.5].map((textsPerSecond) => speedSentence({ textsPerSecond }))).toEqual([
    '4,000 texts a second, so 10,000 passages take about 3 seconds',
    '100 texts a second, so 10,000 passages take about 2 minutes',
    '3.0 texts a second, so 10,000 passages take about 56 minutes',
    '0.5 texts a second, so 10,000 passages take about 6 hours',
  ]);
});
