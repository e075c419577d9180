import { visible } from '../text/format.ts';

const LONGEST = 200;

/** A piece of a commit's subject, as code where its author marked it so. */
export interface SubjectPart {
  readonly text: string;
  readonly isCode: boolean;
}

/** Cuts the first line of a commit's message into text and what stands between backticks. */
export function subjectParts(message: string | null | undefined): SubjectPart[] {
  const [subject = ''] = (message ?? '').trim().split('\n', 1);
  return visible(subject.trimEnd().slice(0, LONGEST))
    .split(/`([^`]+)`/)
    .map((text, at) => ({ text, isCode: at % 2 === 1 }))
    .filter(({ text }) => text !== '');
}
