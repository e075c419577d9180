import { isVectorType } from './catalogue.ts';
import { branch, list, number, only, type Tree, words } from './sql-tree.ts';

/** Returns whether a column's TypeName holds vectors. */
export function isVector(typeName: Tree): boolean {
  const type = branch(only(typeName, 'TypeName') ?? typeName);
  const length = number(branch(only(list(type['typmods'])[0], 'A_Const')?.['ival'])['ival']);
  return isVectorType(words(type['names']).at(-1) ?? '', length);
}
