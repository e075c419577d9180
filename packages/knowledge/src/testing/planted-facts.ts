/** Ways to say one fact, ways to say its opposite, and ways to correct it. `{a}` to `{n}` are filled from one draw. */
export interface FactFamily {
  readonly name: string;
  readonly draws: Readonly<Record<string, readonly string[]>>;
  readonly says: readonly string[];
  readonly denies: readonly string[];
  readonly corrects: readonly string[];
}

const services = [
  'the gateway',
  'the ingest worker',
  'the billing service',
  'the session store',
  'the mail relay',
  'the report builder',
  'the image resizer',
  'the audit log',
  'the search index',
  'the token issuer',
  'the export job',
  'the webhook receiver',
];
const tools = [
  'Redis',
  'Kafka',
  'Terraform',
  'Vitest',
  'Playwright',
  'Grafana',
  'Prisma',
  'Nginx',
  'RabbitMQ',
  'Vault',
  'Bazel',
  'Envoy',
];
const purposes = [
  'sessions',
  'rate limits',
  'background jobs',
  'end-to-end tests',
  'secrets',
  'build caching',
  'load balancing',
  'dashboards',
  'schema migrations',
  'feature flags',
  'event replay',
  'log shipping',
];
const settings = ['timeout', 'retry limit', 'batch size', 'pool size', 'cache lifetime', 'upload limit'];
const conditions = [
  'two deploys overlap',
  'the certificate is renewed',
  'a tenant has no region',
  'the queue grows past midnight',
  'the clock jumps',
  'a branch is force-pushed',
  'the disk of the primary fills',
  'an invoice has a discount',
  'the replica lags',
  'a header exceeds the buffer',
];
const steps = [
  'the schema migration',
  'the smoke test',
  'the cache warm-up',
  'the licence scan',
  'the image signing',
  'the index rebuild',
  'the feature freeze',
  'the load test',
  'the backup',
  'the translation import',
];
const numbers = ['20', '30', '45', '60', '90', '120', '250', '400'];

/** The families on which thresholds were tuned. */
export const tunedFamilies: readonly FactFamily[] = [
  {
    name: 'use-for',
    draws: { a: tools, p: purposes },
    says: [
      'Use {a} for {p}.',
      'We decided to use {a} for {p}.',
      'For {p} we use {a}.',
      '{a} is the tool for {p}.',
      'Always reach for {a} when it comes to {p}.',
    ],
    denies: [
      'Do not use {a} for {p}.',
      'Avoid {a} for {p}.',
      'Never use {a} for {p}.',
      '{a} must not be used for {p}.',
      'We decided against using {a}: never for {p}.',
    ],
    corrects: [
      'Correction: do not use {a} for {p}.',
      'We were wrong: {a} must not be used for {p}.',
      'It is no longer true that {a} is used for {p}.',
      'Scratch that, avoid {a} for {p}.',
    ],
  },
  {
    name: 'limit',
    draws: { s: services, t: settings, n: numbers, m: numbers },
    says: [
      'The {t} of {s} is {n} seconds.',
      'Set the {t} of {s} to {n} s.',
      '{s} runs with a {t} of {n} seconds.',
      'We keep the {t} of {s} at {n} seconds.',
    ],
    denies: [
      'The {t} of {s} is {m} seconds.',
      'Set the {t} of {s} to {m} s.',
      '{s} runs with a {t} of {m} seconds.',
    ],
    corrects: [
      'Correction: the {t} of {s} is {m} seconds, not {n}.',
      'Update: the {t} of {s} is now {m} seconds.',
      'The {t} of {s} used to be {n} seconds and is now {m} seconds.',
      'As of now the {t} of {s} is {m} s instead of {n} s.',
    ],
  },
  {
    name: 'pain',
    draws: { s: services, c: conditions, v: ['fails', 'crashes', 'hangs', 'loses messages'] },
    says: [
      '{s} {v} when {c}.',
      'When {c}, {s} {v}.',
      'The problem is that {s} {v} whenever {c}.',
      'It costs us hours each week: {s} {v} if {c}.',
    ],
    denies: ['{s} never {v} when {c}.', 'When {c}, {s} no longer {v}.'],
    corrects: [
      'Correction: {s} never {v} when {c}.',
      'We were mistaken, {s} never {v} when {c}.',
      'No longer true: {s} never {v} when {c}.',
    ],
  },
];

/** Families that were written before tuning and measured after it. */
export const heldFamilies: readonly FactFamily[] = [
  {
    name: 'order',
    draws: { a: steps, b: steps },
    says: [
      'Run {a} before {b}.',
      '{a} comes before {b}.',
      '{b} must follow only after {a}.',
      'We always run {a} before {b}.',
    ],
    denies: ['Run {b} before {a}.', '{b} comes before {a}.', '{a} must follow only after {b}.'],
    corrects: [
      'Correction: {b} comes before {a}.',
      'We were wrong about the order: run {b} before {a}.',
      'It turned out that {a} must follow only after {b}.',
    ],
  },
  {
    name: 'prefer',
    draws: { a: tools, b: tools, p: purposes },
    says: [
      'Prefer {a} over {b} for {p}.',
      'For {p}, take {a} rather than {b}.',
      'We chose {a} instead of {b} for {p}.',
    ],
    denies: [
      'Prefer {b} over {a} for {p}.',
      'For {p}, take {b} rather than {a}.',
      'We chose {b} instead of {a} for {p}.',
    ],
    corrects: [
      'Correction: prefer {b} over {a} for {p}.',
      'Contrary to what we wrote, take {b} rather than {a} for {p}.',
      'As of today we use {b} instead of {a} for {p}.',
    ],
  },
  {
    name: 'require',
    draws: {
      s: services,
      a: [
        'a signed manifest',
        'a warm cache',
        'a dedicated subnet',
        'an idempotency key',
        'a read replica',
        'a tenant header',
      ],
    },
    says: ['{s} requires {a}.', '{a} is required by {s}.', '{s} must have {a}.', '{s} needs {a}, always.'],
    denies: ['{s} does not require {a}.', '{a} is not required by {s}.', '{s} never needs {a}.'],
    corrects: [
      'Correction: {s} does not require {a}.',
      'It is no longer true that {s} requires {a}.',
      'We were mistaken, {a} is not required by {s}.',
    ],
  },
  {
    name: 'enable',
    draws: {
      f: [
        'strict parsing',
        'HTTP keep-alive',
        'row compression',
        'query logging',
        'request coalescing',
        'lazy hydration',
      ],
      s: services,
    },
    says: ['Enable {f} in {s}.', '{f} should be enabled in {s}.', 'We decided to enable {f} for {s}.'],
    denies: ['Disable {f} in {s}.', '{f} should be disabled in {s}.', 'Do not enable {f} in {s}.'],
    corrects: [
      'Correction: disable {f} in {s}.',
      'Scratch that: do not enable {f} in {s}.',
      'Update: {f} must be disabled in {s}.',
    ],
  },
];
