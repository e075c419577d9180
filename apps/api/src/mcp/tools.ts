import type { Tool } from './tool.ts';
import { context } from './tools/context.ts';
import { history } from './tools/history.ts';
import { knowledge } from './tools/knowledge.ts';
import { note } from './tools/note.ts';
import { read } from './tools/read.ts';
import { search } from './tools/search.ts';
import { status } from './tools/status.ts';
import { symbols } from './tools/symbols.ts';
import { sync } from './tools/sync.ts';
import { tree } from './tools/tree.ts';

/** Every tool, the most used first. A tool only sends queries to the API, so that the caller's rights are those of the API. */
export const tools: readonly Tool[] = [
  search,
  context,
  read,
  symbols,
  tree,
  history,
  knowledge,
  status,
  sync,
  note,
];
