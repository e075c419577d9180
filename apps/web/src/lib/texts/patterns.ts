import { count } from '../text/format.ts';
import { counted } from '../text/counted.ts';

/** The texts of the patterns and of what people decide about them. */
export const patternsTexts = {
  title: 'Patterns',
  intro: 'What rules found in the code of this state. A decision holds while the code says the same.',
  states: { OPEN: 'Open', ACCEPTED: 'Accepted', DISMISSED: 'Dismissed' },
  everySeverity: 'Every severity',
  byState: 'By decision',
  bySeverity: 'By severity',
  kinds: {
    ARCHITECTURE: 'architecture',
    NAMING: 'naming',
    SECURITY: 'security',
    TESTING: 'testing',
    DEPENDENCY: 'dependency',
    ANTI_PATTERN: 'anti-pattern',
    SUCCESS: 'success',
    PAIN: 'pain point',
    SOLUTION: 'solution',
    TOOL: 'tool',
  },
  suggestion: 'Suggestion:',
  firstSeen: 'first seen',
  morePlaces: (places: number) => `and ${counted(places, 'more place', 'more places')}`,
  by: (name: string) => `by ${name},`,
  accept: 'Accept',
  dismiss: 'Dismiss',
  reopen: 'Open again',
  undo: 'Undo',
  whyDismissed: 'Why is it wrong or of no use here? (optional)',
  whyAccepted: 'What is to be done about it? (optional)',
  dismissText: 'It stays hidden in the whole project while its evidence stays the same.',
  acceptText: 'It is right, and worth a change of the code.',
  judged: { OPEN: 'Open again:', ACCEPTED: 'Accepted:', DISMISSED: 'Dismissed:' },
  turnedDown: 'often dismissed',
  turnedDownText: 'People dismissed more than one in ten of its findings, so they come last.',
  ruleRecord: (dismissed: number, judged: number) =>
    `${count(dismissed)} of ${count(judged)} judged were dismissed`,
  empty: { OPEN: 'No open pattern.', ACCEPTED: 'Nothing was accepted.', DISMISSED: 'Nothing was dismissed.' },
  emptyText: 'Nothing that the rules look for was found with this filter.',
  notSynced: 'Nothing is synced on this branch yet.',
  trend: (from: number, to: number, syncs: number) =>
    `${counted(to, 'finding', 'findings')}; ${counted(syncs, 'sync', 'syncs')} ago there were ${count(from)}`,
};
