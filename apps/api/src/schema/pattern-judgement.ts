import { judgePattern } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId } from '../graphql/ids.ts';
import { failed, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { requireRole } from '../graphql/require-role.ts';
import { PatternState } from './pattern.ts';

const LONGEST_REASON = 2000;

interface PatternKey {
  readonly patternKey: { readonly projectId: string; readonly id: string };
}

const JudgePatternInput = builder.inputType('JudgePatternInput', {
  description: 'A decision about a pattern.',
  fields: (t) => ({
    patternId: t.id({
      required: true,
      description: 'The ID of the pattern, on whatever branch it was seen.',
    }),
    state: t.field({ type: PatternState, required: true, description: 'The decision; OPEN takes one back.' }),
    reason: t.string({
      required: false,
      description:
        'Why, for those who meet the pattern later; 2,000 characters at most. Secrets in it are masked.',
    }),
  }),
});

builder.mutationField('judgePattern', (t) =>
  t.field({
    type: mutationResult<PatternKey>('JudgePattern', {
      description: 'The decision was stored.',
      fields: (success) => ({
        pattern: success.prismaField({
          type: 'Pattern',
          description: 'The pattern, in its new state.',
          resolve: (query, { patternKey }, _args, { prisma }) =>
            prisma.pattern.findUniqueOrThrow({ ...query, where: { projectId_id: patternKey } }),
        }),
      }),
    }),
    authScopes: { scope: 'WRITE' },
    description:
      'Decides of a pattern. The decision holds in the whole project while the evidence says the same: a dismissed pattern is not opened again. Needs the scope WRITE and the role EDITOR.',
    args: {
      input: t.arg({ type: JudgePatternInput, required: true, description: 'The decision to store.' }),
    },
    resolve: (_root, { input }, context) => judge(input, context),
  }),
);

async function judge(
  input: typeof JudgePatternInput.$inferInput,
  context: ApiContext,
): Promise<Failure | PatternKey> {
  const patternKey = tenantId(input.patternId, 'Pattern');
  if (patternKey === null) return notFound('pattern');
  const refused = await requireRole(context, patternKey.projectId, 'EDITOR');
  if (refused !== null) return refused.code === 'PROJECT_NOT_FOUND' ? notFound('pattern') : refused;
  const pattern = await context.prisma.pattern.findUnique({ where: { projectId_id: patternKey } });
  if (pattern === null) return notFound('pattern');
  const reason = input.reason?.replaceAll('\0', '').toWellFormed().trim() ?? '';
  if (reason.length > LONGEST_REASON)
    return failed('InvalidInputError', 'INVALID_CONTENT', 'A reason has 2,000 characters at most.');
  await context.sql((sql) =>
    judgePattern(sql, {
      projectId: patternKey.projectId,
      // A pattern that no rule found is judged by itself.
      hash: pattern.hash === '' ? pattern.id : pattern.hash,
      detector: pattern.detector,
      state: input.state,
      reason: reason === '' ? null : context.redact(reason),
      judgedBy: context.viewer?.userId ?? null,
    }),
  );
  return { patternKey };
}
