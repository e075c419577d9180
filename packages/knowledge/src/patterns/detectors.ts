import type { Detector } from './detector.ts';
import { crossedLayer } from './detectors/crossed-layer.ts';
import { declaredLayer } from './detectors/declared-layer.ts';
import { deadExport } from './detectors/dead-export.ts';
import { deadLink } from './detectors/dead-link.ts';
import { duplicatedDependency, undeclaredDependency, unusedDependency } from './detectors/dependency.ts';
import { duplicatedPassage } from './detectors/duplicated-passage.ts';
import { entryPoint } from './detectors/entry-point.ts';
import { giantFile, giantFunction } from './detectors/giant.ts';
import { hub } from './detectors/hub.ts';
import { importCycle } from './detectors/import-cycle.ts';
import { namingConvention } from './detectors/naming.ts';
import { disabledCheck, hardCodedSecret, runsText, swallowedError } from './detectors/text-finding.ts';
import { untestedCode } from './detectors/untested.ts';

/** All rules that look at a snapshot by itself. */
export const detectors: readonly Detector[] = [
  importCycle,
  crossedLayer,
  declaredLayer,
  hub,
  entryPoint,
  deadExport,
  duplicatedPassage,
  undeclaredDependency,
  unusedDependency,
  duplicatedDependency,
  giantFile,
  giantFunction,
  swallowedError,
  disabledCheck,
  runsText,
  hardCodedSecret,
  untestedCode,
  namingConvention,
  deadLink,
];

/** Changes with every rule: patterns that other rules found are looked for again. */
export const PATTERNS_VERSION = detectors.reduce((sum, { version }) => sum + version, 0);
