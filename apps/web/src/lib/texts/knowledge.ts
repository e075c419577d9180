import { count } from '../text/format.ts';

/** The texts of the knowledge base. */
export const knowledgeTexts = {
  title: 'Knowledge',
  documents: 'Documents',
  insights: 'Insights',
  patterns: 'Patterns',
  notes: 'Notes',
  empty: 'No document yet.',
  emptyText: 'Write down what must hold here: readers and programs find it by its authority.',
  write: 'Write a document',
  authority: { MANDATORY: 'Mandatory', GUIDELINE: 'Guideline', INFORMATIONAL: 'Informational' },
  authorityLabel: 'Authority',
  severities: { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High', CRITICAL: 'Critical' },
  titleLabel: 'Title',
  contentLabel: 'Text (Markdown)',
  generated: 'Generated',
  sources: 'From',
  noPatterns: 'No pattern has been found yet.',
  seen: (times: number) => (times === 1 ? 'seen once' : `seen ${count(times)} times`),
  preview: 'Preview',
  updated: 'Updated',
};
