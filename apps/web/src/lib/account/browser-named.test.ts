import { expect, test } from 'vitest';
import { browserNamed } from './browser-named.ts';

test('a browser is named as people know it', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36';
  expect(browserNamed(chrome)).toBe('Chrome, Linux');
  expect(browserNamed(`${chrome} Edg/130.0`)).toBe('Edge, Linux');
  expect(
    browserNamed('Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:130.0) Gecko/20100101 Firefox/130.0'),
  ).toBe('Firefox, macOS');
  expect(browserNamed('curl/8.5')).toBe('curl/8.5');
  expect(browserNamed(null)).toBeNull();
});
