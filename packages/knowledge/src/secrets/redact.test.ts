import { expect, test } from 'vitest';
import { redact } from './redact.ts';
import { hex, letters, plantedSecrets } from '../testing/index.ts';

test('masks at least 95 of 100 planted secrets of more than 30 kinds', () => {
  const planted = plantedSecrets(10);
  const missed = planted.filter(({ secret, text }) =>
    redact(`before\n${text}\nafter\n`).text.includes(secret),
  );
  expect(new Set(planted.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(30);
  expect(planted.length).toBeGreaterThanOrEqual(300);
  expect(missed.length / planted.length, missed.map(({ kind }) => kind).join(', ')).toBeLessThanOrEqual(0.05);
});

test('leaves text without secrets unchanged', () => {
  const innocent = [
    'const password = "changeme";',
    'password: process.env.PASSWORD',
    "token = getToken('user')",
    'const apiKey = "your-api-key-here";',
    `sha256: ${hex('x', 64)}`,
    `"integrity": "sha512-${letters('y', 86)}=="`,
    'https://user@example.com/path',
    'git@github.com:owner/name.git',
    'secret: "${SECRET}"',
    `commit ${hex('z', 40)}`,
    'password: string;',
    'tokenType: "access_token"',
    'export const SECRET_NAME = "DATABASE_PASSWORD";',
    'uuid: 123e4567-e89b-12d3-a456-426614174000',
    "'Test2::Event::Pass' => '1.302164',",
    "'secret_ref': 'V1LocalObjectReference',",
    '"subject_token_type": "urn:ietf:params:oauth:token-type:saml2",',
    'token = "subject_token_0"',
    'P11_KIT_URI_FOR_OBJECT_ON_TOKEN =\n\t\tP11_KIT_URI_FOR_OBJECT',
    'apiKey: "12345-abcde"',
    'password: "test123456"',
    '    session = open(\n        password=args.password,\n        user=user)',
    'new URL("http://abc:xyz@example.com")',
    'postgres://postgres:postgres@localhost:5432/postgres',
    'http://proxyuser:proxypass@proxyhost:8080',
    'index-url = https://_json_key:{password}@{location}.pkg.dev/simple/',
    `Authorization: Basic ${Buffer.from('username:password').toString('base64')}`,
    'credentials.private_key = private_key_pkcs12',
    '  secret: Uint8Array',
    'token = config.auth2.token',
    'password: $POSTGRES_PASSWORD_2026',
    '    access_token=h480djs93hd8',
    'access_token: see section 12.4.1 below',
    'machine HOST login USER password "PASSWORD"',
    '"auth": "oauth2-with-pkce"',
    `markers = ("-----BEGIN ${'PRIVATE'} KEY-----", "-----END ${'PRIVATE'} KEY-----")`,
    `key="-----BEGIN ${'PRIVATE'} KEY-----\\nXXXX\\nXXXX\\n-----END ${'PRIVATE'} KEY-----"`,
  ];
  for (const line of innocent) expect(redact(line).text).toBe(line);
});

test('keeps the number of lines, changes nothing when applied again, and reports the line', () => {
  const secret = plantedSecrets(1).find(({ kind }) => kind === 'privateKey')?.secret ?? '';
  const text = `one\ntwo\n${secret}\nlast`;
  const once = redact(text);
  expect(once.text.split('\n')).toHaveLength(text.split('\n').length);
  expect(once.findings).toEqual([{ rule: 'private-key', line: 3 }]);
  expect(redact(once.text).text).toBe(once.text);
});

test('a marker that is only mentioned does not hide the key below it', () => {
  const [begin, end] = [`-----BEGIN RSA ${'PRIVATE'} KEY-----`, `-----END RSA ${'PRIVATE'} KEY-----`];
  const body = [letters('k1', 64), letters('k2', 64), letters('k3', 20)];
  const { text, findings } = redact(
    [`if text.startswith('${begin}'):`, '    return parse(text)', begin, ...body, end].join('\n'),
  );
  for (const line of body) expect(text).not.toContain(line);
  expect(text).toContain('return parse(text)');
  expect(findings).toEqual([{ rule: 'private-key', line: 3 }]);
  expect(redact(`"${begin}\\n${body.join('\\n')}\\n${end}\\n"`).text).not.toContain(body[1]);
});

test('masks unquoted values in settings files, and leaves the comment behind them', () => {
  const secret = letters('settings', 20);
  for (const [before, after] of [
    ['  db_password: ', ''],
    ['- client-secret = ', '  # from the vault'],
    ['app.mail.api-key=', ''],
    ['aws_secret_access_key=', ''],
  ] as const)
    expect(redact(`${before}${secret}${after}\n`).text).toBe(`${before}«redacted:assigned-secret»${after}\n`);
});

test('masks a value that the comment behind it repeats, in both places', () => {
  const secret = letters('repeated', 20);
  const { text, findings } = redact(`password: ${secret} # formerly ${secret}, see above\nnext: 1\n`);
  expect(text).not.toContain(secret);
  expect(text).toMatch(
    /^password: «redacted:assigned-secret» # formerly «redacted:[^»]+», see above\nnext: 1\n$/,
  );
  expect(findings).toEqual([{ rule: 'assigned-secret', line: 1 }]);
});

test('masks the password up to the last @, and not a user name with the same beginning', () => {
  const [password, rest] = [letters('p', 12), letters('q', 12)];
  const { text } = redact(`url = amqp://${password}-user:${password}@${rest}@queue.internal/x`);
  expect(text).toBe(`url = amqp://${password}-user:«redacted:password-in-url»@queue.internal/x`);
});

test('of random values, 16 to 40 characters long, hardly one passes, whatever their alphabet', () => {
  const alphabets = ['0123456789abcdef', 'abcdefghijklmnopqrstuvwxyz0123456789', undefined];
  const passed: string[] = [];
  for (const [at, alphabet] of alphabets.entries())
    for (const length of [16, 20, 24, 32, 40])
      for (let round = 0; round < 100; round += 1) {
        const secret = letters(`drawn ${at} ${length} ${round}`, length, alphabet);
        for (const text of [`const token = "${secret}";`, `SERVICE_API_KEY=${secret}`])
          if (redact(text).text.includes(secret)) passed.push(secret);
      }
  expect(passed.length, passed.join(' ')).toBeLessThan(30);
});

test('redacts a line of five megabytes', () => {
  expect(redact('a1B'.repeat(1_700_000)).findings).toEqual([]);
  expect(redact('password = '.repeat(400_000)).findings).toEqual([]);
});

test('a random value is masked whatever word it begins with', () => {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  let state = 7;
  const drawn = (start: string) =>
    `${start}${Array.from({ length: 18 }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return alphabet[(state >>> 16) % alphabet.length] ?? 'x';
    }).join('')}4k`;
  for (const start of ['a', 'A', 'an', 'the', 'my', 'your', 'some', 'test', 'bar', 'foo', 'enter']) {
    for (let round = 0; round < 20; round += 1) {
      const secret = drawn(start);
      expect([secret, redact(`const password = "${secret}";`).text.includes(secret)]).toEqual([
        secret,
        false,
      ]);
    }
  }
  for (const stand of ['your-password', 'mySecret', 'changeme', 'test1234', 'password', 'some_token'])
    expect(redact(`const password = "${stand}";`).text).toContain(stand);
  expect(redact("export const TOKENIZER = 'o200k_base_2f9a';").findings).toEqual([]);
  expect(redact('const tokenEndpoint = "https://id.example.org/oauth2/v1/token";').findings).toEqual([]);
});
