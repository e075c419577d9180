import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { outcomeOf, Product } from './product.ts';

/** An embedder that answers one request for passages, and the others only once it is let. */
const held = Promise.withResolvers<void>();
let asked = 0;
let embedder: Server;
let product: Product;

beforeAll(async () => {
  embedder = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const { input } = JSON.parse(body);
      const answer = () =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(
          JSON.stringify({
            data: input.map((_: string, index: number) => ({ index, embedding: [1, index + 1, 1] })),
          }),
        );
      if (asked++ === 0) answer();
      else void held.promise.then(answer);
    });
  });
  await new Promise<void>((resolve) => embedder.listen(0, '127.0.0.1', resolve));
  const address = embedder.address();
  product = new Product({
    EMBEDDING_PROVIDER: 'openai',
    EMBEDDING_BASE_URL: `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`,
    EMBEDDING_MODEL: 'slow',
  });
  product.commit(
    Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [
        `src/quay/berth${i}.ts`,
        `/** Berth number ${i}. */\nexport function berth${i}(length: number): number {\n  return length * ${i};\n}\n`,
      ]),
    ),
  );
  await product.start();
});
afterAll(async () => {
  held.resolve();
  await product.stop();
  embedder.closeAllConnections();
  embedder.close();
});

test('what is finalized is served at once, and says how much of it search by meaning reaches', async () => {
  const { page } = product;
  await page.goto(`${product.url}/connect`);
  await page.getByLabel('Repository address').fill(product.repository);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByRole('button', { name: 'Sync this branch' }).waitFor();
  await page.goto(`${product.url}/p/harbour/memory`);
  await page.getByText('Nothing is synced on this branch yet.').waitFor();
  await page.goto(`${product.url}/p/harbour`);
  await page.getByTestId('start-sync').click();
  const note = page.getByTestId('meaning');
  let said = '';
  const embedded = async () => {
    await page.goto(`${product.url}/p/harbour`);
    said = (await note.textContent()) ?? '';
    return Number(/: (\d+) of/.exec(said)?.[1] ?? 0);
  };
  await note.waitFor();
  await expect.poll(embedded, { timeout: 60_000 }).toBeGreaterThan(0);
  const [, share, done, passages] = /at (\d+)\s?%: (\d+) of (\d+)/.exec(said) ?? [];
  expect(Number(done)).toBeLessThan(Number(passages));
  expect(Number(share)).toBe(Math.floor((100 * Number(done)) / Number(passages)));
  expect(said).toContain('Until all have one, search goes by words.');
  // Files and words are there meanwhile.
  await page.goto(`${product.url}/p/harbour/memory?q=berth17`);
  await page.getByTestId('meaning').waitFor();
  await page.locator('[data-hit]').first().click();
  await page.waitForURL(/files\/src\/quay\/berth17\.ts/);
  await page.locator('.line').getByText('berth17').first().waitFor();
  await page.goto(`${product.url}/p/harbour`);
  await note.waitFor();
  held.resolve();
  expect(await outcomeOf(page)).toBe('COMPLETED');
  await note.waitFor({ state: 'detached' });
  expect(product.complaints).toEqual([]);
});
