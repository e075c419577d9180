import type { Reading } from './report.ts';
import { branch, type Branch, nodes, relationOf, type RelationName, text } from './sql-tree.ts';

/** Records the foreign keys of a definition whose ON DELETE changes rows: a delete in the parent reaches the child. */
export function linkForeignKeys(reading: Reading, child: RelationName, within: Branch): void {
  for (const [type, node] of nodes({ within })) {
    if (type !== 'Constraint' || node['contype'] !== 'CONSTR_FOREIGN') continue;
    if (!['c', 'n', 'd'].includes(text(node['fk_del_action']))) continue;
    const parent = relationOf(branch(node['pktable']));
    reading.catalogue.link({
      from: [parent.schema, parent.name],
      to: [child.schema, child.name],
      by: 'foreign key',
    });
  }
}
