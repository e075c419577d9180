import { builtinModules } from 'node:module';
import { pythonStandard } from '../patterns/manifests/python-standard.ts';

const ofNode = new Set(builtinModules);

/** The packages that come with each language, by the ending of the file that imports one. */
const standard: readonly (readonly [file: RegExp, isStandard: (name: string) => boolean])[] = [
  [/\.pyi?$/, (name) => name === '' || pythonStandard.has(name)],
  [/\.go$/, (name) => !/^[^/]*\./.test(name)],
  [/\.rs$/, (name) => /^(std|core|alloc|proc_macro|test)$/.test(name)],
  [/\.(java|kt|scala)$/, (name) => /^javax?(\.|$)/.test(name)],
  [/\.([cm]?[jt]sx?|svelte)$/, (name) => name.startsWith('node:') || ofNode.has(name)],
  [/\.cs$/, (name) => /^System(\.|$)/.test(name)],
];

/** Whether a package comes with the language of a file that imports it: it says nothing of what the file needs. */
export function isStandard(path: string, name: string): boolean {
  return standard.some(([file, isOf]) => file.test(path) && isOf(name));
}
