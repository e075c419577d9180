import { describe, expect, test } from 'vitest';
import { codeWords } from '../words/code-words.ts';
import { decodeAs, decodeContent, isLfsPointer } from './decode-content.ts';

describe('the text of a content', () => {
  test('is decoded by its byte order mark, as UTF-8, or as Latin-1', () => {
    expect(decodeContent(Buffer.from('größe'))).toEqual({ kind: 'text', text: 'größe', encoding: 'utf8' });
    expect(decodeContent(Buffer.from('\ufeffab', 'utf16le'))).toEqual({
      kind: 'text',
      text: 'ab',
      encoding: 'utf16le',
    });
    expect(decodeContent(Buffer.from('\ufeffab', 'utf16le').swap16())).toEqual({
      kind: 'text',
      text: 'ab',
      encoding: 'utf16be',
    });
    expect(decodeContent(Buffer.from('die Größe der Liste', 'latin1'))).toEqual({
      kind: 'text',
      text: 'die Größe der Liste',
      encoding: 'latin1',
    });
    expect(decodeContent(new Uint8Array())).toMatchObject({ kind: 'text', text: '' });
  });

  test('is missing where the bytes are no text', () => {
    expect(decodeContent(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 1]))).toEqual({ kind: 'binary' });
    expect(decodeContent(Uint8Array.from({ length: 500 }, (_, index) => 128 + (index % 120)))).toEqual({
      kind: 'binary',
    });
  });

  test('is missing where UTF-32 begins like UTF-16, and where a NUL is in it', () => {
    const wide = [...'\ufeffpassword'].map((letter) => `${letter}\0`).join('');
    for (const text of [wide, '\ufeffpass\0word'])
      for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()])
        expect(decodeContent(bytes)).toEqual({ kind: 'binary' });
  });

  test('is decoded again in a given encoding', () => {
    expect(decodeAs(Buffer.from('é', 'latin1'), 'latin1')).toBe('é');
  });

  test('is distinguished from a Git LFS pointer', () => {
    expect(
      isLfsPointer(`version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12\n`),
    ).toBe(true);
    expect(isLfsPointer('version 1')).toBe(false);
  });

  test('yields its identifiers as words, whole and in parts', () => {
    expect(codeWords('fetchBranchHead(HTTPServer, my_var)').split(' ')).toEqual(
      expect.arrayContaining([
        'fetchbranchhead',
        'fetch',
        'branch',
        'head',
        'httpserver',
        'http',
        'server',
        'my_var',
        'my',
        'var',
      ]),
    );
  });
});
