import { createHash } from 'node:crypto';

/** Random characters from a seed: the same each time, and never those of a real secret. */
export const letters = (
  seed: string,
  length: number,
  alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
) => {
  let text = '';
  for (let round = 0; text.length < length; round += 1) {
    for (const byte of createHash('sha256').update(`${seed} ${round}`).digest())
      text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
};
/** Random hexadecimal digits from a seed. */
export const hex = (seed: string, length: number) => letters(seed, length, '0123456789abcdef');
const upper = (seed: string, length: number) => letters(seed, length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');

// Built when the test runs, so that no file contains a secret, not even a false one.
const kinds: Record<string, (seed: string) => readonly [context: string, secret: string]> = {
  github: (s) => ['token: ', `ghp_${letters(s, 36)}`],
  githubFine: (s) => ['', `github_pat_${letters(s, 60)}`],
  gitlab: (s) => ['', `glpat-${letters(s, 20)}`],
  aws: (s) => ['aws_access_key_id = ', `AKIA${upper(s, 16)}`],
  awsSecret: (s) => ['aws_secret_access_key = "', letters(s, 40)],
  google: (s) => ['', `AIza${letters(s, 35)}`],
  slack: (s) => ['', `xoxb-${letters(s, 12, '0123456789')}-${letters(s, 24)}`],
  stripe: (s) => ['', `sk_live_${letters(s, 24)}`],
  openai: (s) => ['', `sk-proj-${letters(s, 48)}`],
  anthropic: (s) => ['', `sk-ant-api03-${letters(s, 90)}`],
  huggingface: (s) => ['', `hf_${letters(s, 34)}`],
  npm: (s) => ['', `npm_${letters(s, 36)}`],
  pypi: (s) => ['', `pypi-${letters(s, 80)}`],
  docker: (s) => ['', `dckr_pat_${letters(s, 27)}`],
  sendgrid: (s) => ['', `SG.${letters(s, 22)}.${letters(`${s}b`, 43)}`],
  twilio: (s) => ['', `SK${hex(s, 32)}`],
  digitalocean: (s) => ['', `dop_v1_${hex(s, 64)}`],
  shopify: (s) => ['', `shpat_${hex(s, 32)}`],
  telegram: (s) => ['', `${letters(s, 9, '123456789')}:AA${letters(s, 33)}`],
  linear: (s) => ['', `lin_api_${letters(s, 40)}`],
  vault: (s) => ['', `hvs.${letters(s, 40)}`],
  databricks: (s) => ['', `dapi${hex(s, 32)}`],
  grafana: (s) => ['', `glsa_${letters(s, 40)}`],
  rubygems: (s) => ['', `rubygems_${hex(s, 48)}`],
  postman: (s) => ['', `PMAK-${hex(s, 24)}-${hex(`${s}b`, 34)}`],
  jwt: (s) => ['', `eyJ${letters(s, 30)}.eyJ${letters(`${s}b`, 60)}.${letters(`${s}c`, 43)}`],
  privateKey: (s) => [
    '',
    `-----BEGIN RSA PRIVATE KEY-----\n${letters(s, 64)}\n${letters(`${s}b`, 64)}\n-----END RSA PRIVATE KEY-----`,
  ],
  url: (s) => ['postgres://app:', `${letters(s, 16)}`],
  assigned: (s) => ['const password = "', letters(s, 20)],
  envFile: (s) => ['API_KEY=', letters(s, 32)],
  apiKeyJson: (s) => ['"apiKey": "', letters(s, 32)],
  bearer: (s) => ['Authorization: Bearer ', letters(s, 40)],
  awsFile: (s) => ['aws_secret_access_key = ', letters(s, 40)],
  yaml: (s) => ['    password: ', letters(s, 18)],
  properties: (s) => ['spring.datasource.password=', letters(s, 16)],
  registry: (s) => ['//registry.example.com/:_authToken=', letters(s, 36)],
  netrc: (s) => ['machine git.example.com login builder password ', letters(s, 14)],
  basic: (s) => ['Authorization: Basic ', Buffer.from(`builder:${letters(s, 18)}`).toString('base64')],
  mapbox: (s) => ['', `sk.eyJ${letters(s, 60)}.${letters(`${s}b`, 22)}`],
  discord: (s) => ['', `M${letters(s, 23)}.${letters(`${s}b`, 6)}.${letters(`${s}c`, 27)}`],
  newRelic: (s) => ['', `NRAK-${letters(s, 27, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')}`],
  sentry: (s) => ['', `sntrys_${letters(s, 60)}`],
  hubspot: (s) => [
    '',
    `pat-na1-${hex(s, 8)}-${hex(s, 4)}-${hex(`${s}b`, 4)}-${hex(`${s}c`, 4)}-${hex(`${s}d`, 12)}`,
  ],
  terraform: (s) => ['', `${letters(s, 14)}.atlasv1.${letters(`${s}b`, 67)}`],
  azure: (s) => ['AccountKey=', `${letters(s, 86)}==`],
};
const closing: Record<string, string> = {
  awsSecret: '"',
  url: '@db.example.com/app',
  assigned: '";',
  apiKeyJson: '"',
};

/** A made-up secret, in a line as a file would contain it. */
export interface PlantedSecret {
  readonly kind: string;
  readonly secret: string;
  /** The line or lines that contain it. */
  readonly text: string;
}

/** Made-up secrets: `ofEach` of each of more than thirty kinds. */
export function plantedSecrets(ofEach: number): PlantedSecret[] {
  return Object.entries(kinds).flatMap(([kind, build]) =>
    Array.from({ length: ofEach }, (_, index) => {
      const [context, secret] = build(`${kind} ${index}`);
      return { kind, secret, text: `${context}${secret}${closing[kind] ?? ''}` };
    }),
  );
}
