import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { classifyPath } from '../src/classify-path.ts';
import { decodeContent } from '../src/decode-content.ts';
import { redact } from '../src/redact.ts';

// Published packages hold no secrets worth the name, so whatever is masked in them is masked wrongly.
// `node packages/knowledge/bench/false-masks.ts [--files 5000] [--root node_modules/.pnpm]`
const option = (name: string, otherwise: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : (process.argv[at + 1] ?? otherwise);
};
const most = Number(option('files', '5000'));
const masked: string[] = [];
const seen = new Set<string>();
let bytes = 0;
const begun = performance.now();
for (const path of globSync(
  `${option('root', 'node_modules/.pnpm')}/**/*.{ts,js,mjs,cjs,css,json,md,yml,yaml,toml,sh,svelte,html,py,c,h}`,
)) {
  if (seen.size >= most) break;
  // What is not read has nothing to mask.
  if (classifyPath(path.split('/').slice(-2).join('/')).dialect === 'none') continue;
  const content = await readFile(path).catch(() => null);
  const decoded = content === null ? null : decodeContent(content);
  if (decoded?.kind !== 'text' || seen.has(decoded.text)) continue;
  seen.add(decoded.text);
  bytes += decoded.text.length;
  const { findings } = redact(decoded.text);
  const [first] = findings;
  if (first !== undefined) masked.push(`${path.split('node_modules/').at(-1)}: ${JSON.stringify(first)}`);
}
console.log(
  `| files | MB | files with something masked | of 1,000 | seconds |\n| ---: | ---: | ---: | ---: | ---: |`,
);
console.log(
  `| ${seen.size} | ${(bytes / 1e6).toFixed(1)} | ${masked.length} | ${((masked.length / seen.size) * 1000).toFixed(2)} | ${((performance.now() - begun) / 1000).toFixed(1)} |`,
);
for (const line of masked) console.log(`- ${line}`);
