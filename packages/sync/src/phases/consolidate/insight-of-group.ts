import { noteOf, type ReadStatement, type StatementGroup } from '@project-sync/knowledge';
import type { ConsolidatedInsight } from '../../ports/consolidation-store.ts';

const LONGEST_TITLE = 90;
const GRAVE = /\b(los(t|es|ing) |data loss|corrupt|outage|security|leak|crash|deadlock|breach)/i;

/** Makes the insight of a group: its text is the statement that leads it. */
export function insightOf(
  { leader, members }: StatementGroup,
  statements: ReadonlyMap<string, ReadStatement>,
): ConsolidatedInsight {
  const leading = statements.get(leader);
  if (leading === undefined) throw new Error(`The group ${leader} has no leading statement.`);
  const detail = leading.quote.replaceAll(/\s+/g, ' ');
  const { title, passage } = noteOf({ title: titleOf(detail), content: detail });
  return {
    key: leader,
    members,
    title,
    detail: passage.text,
    category: leading.category,
    severity: leading.category === 'pain' ? (GRAVE.test(detail) ? 'HIGH' : 'MEDIUM') : null,
    writtenAt: leading.first,
    passage,
  };
}

/** The start of a statement without its label and its marks of emphasis, cut between words. */
function titleOf(detail: string): string {
  const plain = detail
    .replace(/^[*_]{0,2}[\p{L} ]{3,20}[*_]{0,2}:\s+/u, '')
    .replaceAll(/[*_`]{1,3}/g, '')
    .replace(/[.!:;]+$/, '');
  const start = plain === '' ? detail : plain;
  if (start.length <= LONGEST_TITLE) return start.charAt(0).toUpperCase() + start.slice(1);
  const cut = start.lastIndexOf(' ', LONGEST_TITLE - 1);
  const short = start.slice(0, cut > LONGEST_TITLE / 2 ? cut : LONGEST_TITLE - 1).toWellFormed();
  return `${short.charAt(0).toUpperCase()}${short.slice(1)} …`;
}
