import { expect, test } from 'vitest';
import { isCommonPassword } from './common-password.ts';

const email = 'ada.lovelace@analytical.example';

test.each([
  'password1234',
  'Password-2026!',
  'P@ssw0rd1234',
  'passwordpassword',
  'dragon123456',
  '1q2w3e4r5t6y',
  '123456789012',
  '987654321098',
  'abcdefghijkl',
  'aaaaaaaaaaaa',
  'abababababab',
  'Lovelace-1815!',
  'ada.lovelace@analytical.example',
  'ProjectSync2026',
])('%s is among the passwords that are guessed first', (password) => {
  expect(isCommonPassword(password, email)).toBe(true);
});

test.each([
  'correct horse battery',
  'Tr0ub4dor & three cats',
  'kq7v-9x2m-p4wd',
  '84610729355281',
  'lovelace wrote notes',
  'ẞüßes Gebäck am Tag',
])('%s is not, whatever kinds of characters it has', (password) => {
  expect(isCommonPassword(password, email)).toBe(false);
});
