import { expect, test } from 'vitest';
import { parseNotebook } from './parse-notebook.ts';

const notebook = (cells: object[], metadata: object = {}) => JSON.stringify({ cells, metadata, nbformat: 4 });

test('a notebook is its cells, with their numbers and what came of them', () => {
  const read = parseNotebook(
    notebook(
      [
        { cell_type: 'markdown', source: ['# Wind\n', 'of a day'] },
        {
          cell_type: 'code',
          execution_count: 3,
          source: '1 / 0',
          outputs: [
            { output_type: 'stream', text: ['one\n', 'two'] },
            { output_type: 'execute_result', data: { 'text/html': '<b>4</b>', 'text/plain': '4' } },
            { output_type: 'error', traceback: ['\u001b[0;31mZeroDivisionError\u001b[0m'] },
          ],
        },
        { cell_type: 'code', execution_count: null, source: [], outputs: [] },
      ],
      { language_info: { name: 'julia' } },
    ),
  );
  expect(read?.language).toBe('julia');
  expect(read?.cells).toMatchObject([
    { kind: 'markdown', text: '# Wind\nof a day', run: null, outputs: [] },
    {
      kind: 'code',
      text: '1 / 0',
      run: 3,
      outputs: [
        { text: 'one\ntwo', isError: false },
        { text: '4', isError: false },
        { text: 'ZeroDivisionError', isError: true },
      ],
    },
    { kind: 'code', text: '', run: null },
  ]);
});

test('a picture is shown by its bytes, and only by bytes', () => {
  const picture = (bytes: string) =>
    parseNotebook(
      notebook([
        {
          cell_type: 'code',
          source: '',
          outputs: [{ output_type: 'display_data', data: { 'image/png': bytes } }],
        },
      ]),
    )?.cells[0]?.outputs;
  expect(picture('iVBOR\nw0KGgo=')).toMatchObject([{ image: 'data:image/png;base64,iVBORw0KGgo=' }]);
  expect(picture('x" onerror="1')).toEqual([]);
});

test('what is no notebook is read as source', () => {
  for (const text of ['', '{', '[]', '{"cells": 1}', 'null']) expect(parseNotebook(text)).toBeNull();
});
