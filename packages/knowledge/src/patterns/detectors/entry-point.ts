import type { Detector, DigestedSnapshot } from '../detector.ts';
import type { FoundPattern } from '../found-pattern.ts';
import { wholeTally } from '../tally.ts';

const MOST_ENTRIES = 20;

/** The files through which the code is used from outside: those that a manifest names. */
export const entryPoint: Detector = {
  name: 'entry-point',
  version: 1,
  reads: ['manifest', 'role'],
  // A manifest may offer any file that comes.
  tally: () =>
    wholeTally({
      takes: (_, { manifest, role }) => [manifest, role],
      find: entryOf,
    }),
};

function entryOf({ files, offered }: DigestedSnapshot): FoundPattern[] {
  const entries = [...offered].filter((path) => files.get(path)?.role === 'source').sort();
  if (entries.length === 0 || entries.length > MOST_ENTRIES) return [];
  return [
    {
      subject: entries.join('\n'),
      kind: 'ARCHITECTURE',
      severity: 'LOW',
      certainty: 'PROVEN',
      title:
        entries.length === 1
          ? `The code is entered by ${entries.join()}`
          : `The code is entered by ${entries.length} files`,
      description: `The manifests name ${entries.join(', ')} for use from outside.`,
      suggestion: null,
      places: entries.map((path) => ({ path, startLine: 1, endLine: 1 })),
    },
  ];
}
