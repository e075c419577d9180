import type { Detector, DigestedSnapshot } from '../patterns/detector.ts';
import { digestFile } from '../patterns/digest-file.ts';
import type { FileDigest } from '../patterns/file-digest.ts';
import { digestedSnapshot, findPatterns } from '../patterns/find-patterns.ts';
import type { FoundPattern } from '../patterns/found-pattern.ts';
import { passageOf } from '../split/passage.ts';
import { splitText } from '../split/split-text.ts';
import { dialectOf, resolvedFiles } from './resolve-texts.ts';

type Texts = Readonly<Record<string, string>>;

/** The digests of texts, as if they were all files of one snapshot. */
export async function digestsOf(texts: Texts): Promise<Map<string, FileDigest>> {
  const resolved = new Map((await resolvedFiles(texts)).map((file) => [file.path, file]));
  const digests = new Map<string, FileDigest>();
  for (const path of Object.keys(texts).sort()) {
    const text = texts[path] ?? '';
    const { facts = null, links = null } = resolved.get(path) ?? {};
    const dialect = dialectOf(path) ?? (path.endsWith('.md') ? 'markdown' : 'lines');
    const entries = facts === null ? [] : await splitText({ text, dialect });
    const passages = entries
      .filter(({ symbol, startLine, endLine }) => symbol !== null && endLine - startLine >= 7)
      .map(({ text: own, head, startLine, endLine }) => ({
        hash: passageOf(own, head).hash,
        startLine,
        endLine,
      }));
    digests.set(
      path,
      digestFile({
        path,
        dialect,
        ignored: null,
        facts,
        links,
        text,
        passages,
      }),
    );
  }
  return digests;
}

/** The findings of one rule in a snapshot. */
export function foundIn(detector: Detector, snapshot: DigestedSnapshot): readonly FoundPattern[] {
  return findPatterns(snapshot, [detector]).flatMap(({ found }) => found);
}

/** The findings of one rule in texts. */
export async function patternsOf(detector: Detector, texts: Texts): Promise<readonly FoundPattern[]> {
  return foundIn(detector, digestedSnapshot(await digestsOf(texts)));
}

/** Their titles alone. */
export async function titlesOf(detector: Detector, texts: Texts): Promise<string[]> {
  return (await patternsOf(detector, texts)).map(({ title }) => title);
}
