import { z } from 'zod';
import { encodeGlobalID } from '../graphql/ids.ts';

const text = z.string();

/** The facts of a mail, as the transaction of its event wrote them. */
const facts = z.object({
  project: z.object({ id: text, slug: text, name: text }),
  repository: z.object({ id: text, name: text }),
  branch: text,
  sync: z
    .object({
      id: text,
      ordinal: z.number(),
      stats: z.looseObject({ filesAdded: z.number(), filesModified: z.number(), filesRemoved: z.number() }),
      warnings: z.array(text),
      failure: z.object({ code: text, message: text }).nullable(),
    })
    .exactOptional(),
  head: z.object({ commitOid: text }).exactOptional(),
});

/** The longest name in a subject, and the longest reason in a text. */
const LONGEST_NAME = 80;
const LONGEST_REASON = 2000;

/** Writes the subject and the text of a mail. Names are one line, and nothing in either is a secret. */
export function mailText(
  data: unknown,
  { publicUrl, redact }: { readonly publicUrl: string; readonly redact: (text: string) => string },
): { readonly subject: string; readonly text: string } {
  const { project, repository, branch, sync, head } = facts.parse(data);
  const oneLine = (value: string) =>
    redact(
      value
        .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
        .slice(0, LONGEST_NAME)
        .trim(),
    );
  const place = `${oneLine(branch)} in ${oneLine(repository.name)}`;
  const home = `${publicUrl}/p/${project.slug}`;
  const repositoryId = encodeGlobalID('Repository', `${project.id}:${repository.id}`);
  const at = `${home}?${new URLSearchParams({ repository: repositoryId, branch })}`;
  const news =
    sync === undefined
      ? {
          title: `${place} is behind its source`,
          lines: [
            `The source is at ${head?.commitOid.slice(0, 10) ?? 'another commit'}, which is not synced yet.`,
          ],
          link: at,
        }
      : {
          title: `Sync #${sync.ordinal} of ${place} ${sync.failure === null ? 'is complete' : 'failed'}`,
          lines: linesOf(sync, redact),
          link: `${home}/history/${sync.ordinal}`,
        };
  return {
    subject: `[${oneLine(project.name)}] ${news.title}`,
    text: [
      `${news.title}.`,
      '',
      ...news.lines,
      '',
      news.link,
      '',
      `You are sent this because of your choice in the settings of ${oneLine(project.name)}:`,
      `${home}/settings`,
      '',
    ].join('\n'),
  };
}

function linesOf(
  { failure, stats, warnings }: NonNullable<z.infer<typeof facts>['sync']>,
  redact: (text: string) => string,
): string[] {
  if (failure !== null) return [redact(failure.message.slice(0, LONGEST_REASON)), `(${failure.code})`];
  return [
    `${stats.filesAdded} added, ${stats.filesModified} changed, ${stats.filesRemoved} removed files.`,
    ...(warnings.length === 0 ? [] : [`With warnings: ${warnings.join(', ')}.`]),
  ];
}
