import { count } from '../text/format.ts';

/** The texts of the insights. */
export const insightsTexts = {
  title: 'Insights',
  intro:
    'What letters, notes and recorded decisions of the whole project say, each with the sentences that say so.',
  categories: {
    success: 'Success',
    pain: 'Pain point',
    solution: 'Solution',
    pattern: 'Pattern',
    tool: 'Tool',
    architecture: 'Architecture',
    decision: 'Decision',
  },
  every: 'All',
  byCategory: 'By category',
  said: (times: number) => (times === 1 ? 'said once' : `said ${count(times)} times`),
  sources: 'Sources',
  pairedWith: { pain: 'Answered by', solution: 'Answers', other: 'Belongs to' },
  contradicts: 'Says the opposite',
  overruled: 'a later statement says the opposite',
  modelWritten: 'worded by a language model',
  empty: 'No insight yet.',
  emptyText:
    'They are drawn from letters below .memory/, from notes, and from decisions that are recorded in the repository.',
  emptyCategory: 'No insight of this category.',
};
