import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { classifyPath } from '../src/files/classify-path.ts';
import { decodeContent } from '../src/files/decode-content.ts';
import { redact } from '../src/secrets/redact.ts';

// Published packages contain hardly a real secret, so nearly every mask in them is a false one. The keys of their tests
// are listed and counted as well.
// `node packages/knowledge/bench/false-masks.ts [--files 5000] [--root node_modules/.pnpm --root /usr/share …]`
const { values } = parseArgs({
  options: {
    root: { type: 'string', multiple: true, default: ['node_modules/.pnpm'] },
    files: { type: 'string', default: '5000' },
  },
});
const extensions =
  'ts,tsx,js,mjs,cjs,css,scss,json,md,rst,txt,yml,yaml,toml,ini,conf,cfg,sh,svelte,vue,html,xml,py,pyi,c,h,cc,cpp,hpp,go,rs,java,rb,php,pl,pm,lua,sql,proto,graphql';
const LARGEST = 1_000_000;

const seen = new Set<string>();
const masked: string[] = [];
console.log('| root | files | MB | files with something masked | of 1,000 | seconds |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
for (const root of values.root) {
  const from = { files: seen.size, masked: masked.length, at: performance.now() };
  let bytes = 0;
  for (const path of globSync(`${root}/**/*.{${extensions}}`)) {
    if (seen.size >= Number(values.files)) break;
    // Ignored files are not read, so nothing in them is masked.
    if (classifyPath(path.split('/').slice(-2).join('/')).dialect === 'none') continue;
    const content = await readFile(path).catch(() => null);
    const decoded = content === null || content.length > LARGEST ? null : decodeContent(content);
    if (decoded?.kind !== 'text' || seen.has(decoded.text)) continue;
    seen.add(decoded.text);
    bytes += decoded.text.length;
    const { findings } = redact(decoded.text);
    if (findings.length > 0)
      masked.push(
        `${path.split('node_modules/').at(-1)}: ${findings.map(({ rule, line }) => `${rule} ${line}`).join(', ')}`,
      );
  }
  const files = seen.size - from.files;
  const wrong = masked.length - from.masked;
  console.log(
    `| ${root} | ${files} | ${(bytes / 1e6).toFixed(1)} | ${wrong} | ${((wrong / files) * 1000).toFixed(2)} | ${((performance.now() - from.at) / 1000).toFixed(1)} |`,
  );
}
console.log(
  `\n${masked.length} of ${seen.size} files, ${((masked.length / seen.size) * 1000).toFixed(2)} of 1,000:`,
);
for (const line of masked) console.log(`- ${line}`);
