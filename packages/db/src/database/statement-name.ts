/**
 * Names a statement in traces by its verb and the first table it names, without its text: `UPDATE project_sync`. Of a
 * statement with parts it is the first part's.
 */
export function statementName(text: string): string {
  const plain = text.replace(/--.*$/gm, '');
  const verb =
    /\b(SELECT|INSERT|UPDATE|DELETE|COPY|BEGIN|COMMIT|ROLLBACK|LISTEN|SET|CREATE|ALTER|DROP)\b/i.exec(plain);
  if (verb?.[1] === undefined) return 'SQL';
  const table = /\b(?:FROM|INTO|UPDATE|COPY)\s+(?:ONLY\s+)?((?:"?\w+"?\.)?"?\w+"?)/i.exec(
    plain.slice(verb.index),
  );
  const name = table?.[1]?.replaceAll('"', '');
  return name === undefined ? verb[1].toUpperCase() : `${verb[1].toUpperCase()} ${name}`;
}
