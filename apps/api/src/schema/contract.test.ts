import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const contract = read('./contract.graphql');

/** The part of the contract that is prose: connections have one shape, and each result is a union with one success. */
function implied(): string {
  const connections = new Set([...contract.matchAll(/: (\w+)Connection\b/g)].map((match) => match[1] ?? ''));
  const results = new Set([...contract.matchAll(/(\w+)Result!/g)].map((match) => match[1] ?? ''));
  const successes: Record<string, string> = {
    CreateProject: 'project: Project!',
    ConnectRepository: 'repository: Repository!',
    StartSync: 'sync: ProjectSync!',
    CancelSync: 'sync: ProjectSync!',
    RestoreMemory: 'sync: ProjectSync!',
    AddNote: 'entry: MemoryEntry!',
    PutDocument: 'document: Document!',
    RefreshEmbeddings: 'project: Project!',
    CreateApiKey: 'key: String! apiKey: ApiKey!',
    RevokeApiKey: 'apiKey: ApiKey!',
  };
  const types = [...connections].map((name) => {
    const node = name === 'Search' ? 'SearchHit' : name;
    return `type ${name}Connection { edges: [${name}Edge!]! nodes: [${node}!]! pageInfo: PageInfo! totalCount: Int! } type ${name}Edge { cursor: String! node: ${node}! }`;
  });
  const unions = [...results].map((name) => `union ${name}Result = ${name}Success`);
  return [
    ...types,
    ...unions,
    ...Object.entries(successes).map(([name, fields]) => `type ${name}Success { ${fields} }`),
  ].join('\n');
}

const wanted = buildSchema(`${contract}\n${implied()}`, { assumeValidSDL: true });
const ours = buildSchema(read('../../schema.graphql'));

/** The ways in which a type of ours would break a client that was written against the contract. */
function breaks(type: GraphQLNamedType): string[] {
  const own = ours.getType(type.name);
  if (own === undefined) return [`${type.name} is missing`];
  if (isEnumType(type) && isEnumType(own)) return missingValues(type, own);
  if (isInputObjectType(type) && isInputObjectType(own)) return brokenInput(type, own);
  if ((isObjectType(type) || isInterfaceType(type)) && (isObjectType(own) || isInterfaceType(own)))
    return brokenFields(type, own);
  return [];
}

function missingValues(type: GraphQLEnumType, own: GraphQLEnumType): string[] {
  return type
    .getValues()
    .filter(({ name }) => own.getValue(name) == null)
    .map(({ name }) => `${type.name}.${name} is missing`);
}

interface Value {
  readonly type?: unknown;
  readonly defaultValue?: unknown;
}

/** The differences of an input field or an argument. */
function brokenValue(name: string, wantedValue: Value, own: Value | undefined): string[] {
  const problems: string[] = [];
  if (String(own?.type) !== String(wantedValue.type))
    problems.push(`${name} takes ${String(own?.type)}, not ${String(wantedValue.type)}`);
  if (JSON.stringify(own?.defaultValue) !== JSON.stringify(wantedValue.defaultValue))
    problems.push(`${name} has another default`);
  return problems;
}

function brokenInput(type: GraphQLInputObjectType, own: GraphQLInputObjectType): string[] {
  const asked = Object.values(own.getFields()).filter(
    (field) =>
      type.getFields()[field.name] === undefined &&
      String(field.type).endsWith('!') &&
      field.defaultValue === undefined,
  );
  return [
    ...Object.values(type.getFields()).flatMap((field) =>
      brokenValue(`${type.name}.${field.name}`, field, own.getFields()[field.name]),
    ),
    ...asked.map(({ name }) => `${type.name}.${name} is new and required`),
  ];
}

type WithFields = GraphQLObjectType | GraphQLInterfaceType;

function brokenFields(type: WithFields, own: WithFields): string[] {
  const problems = type
    .getInterfaces()
    .filter(({ name }) => !own.getInterfaces().some((each) => each.name === name))
    .map(({ name }) => `${type.name} is no ${name}`);
  for (const field of Object.values(type.getFields())) {
    const same = own.getFields()[field.name];
    if (String(same?.type) !== String(field.type))
      problems.push(`${type.name}.${field.name} is ${String(same?.type)}, not ${String(field.type)}`);
    for (const argument of field.args)
      problems.push(
        ...brokenValue(
          `${type.name}.${field.name}(${argument.name})`,
          argument,
          same?.args.find(({ name }) => name === argument.name),
        ),
      );
  }
  return problems;
}

test('a client written against the contract can use the schema unchanged', () => {
  const types = Object.values(wanted.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
  expect(types.length).toBeGreaterThan(90);
  expect(types.flatMap(breaks)).toEqual([]);
});

/** Calls back for everything in the schema that can be described, with its name. */
function describable(
  visit: (name: string, described: { readonly description?: string | null | undefined }) => void,
): void {
  for (const type of Object.values(ours.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    visit(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) visit(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) visit(`${type.name}.${field.name}`, field);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      visit(`${type.name}.${field.name}`, field);
      for (const argument of field.args) visit(`${type.name}.${field.name}(${argument.name})`, argument);
    }
  }
}

test('everything in the schema is described by a sentence of at least four words', () => {
  const silent: string[] = [];
  describable((name, { description }) => {
    const text = (description ?? '').trim();
    if (text.split(/\s+/).length < 4 || !/^[A-Z].*[.]$/s.test(text)) silent.push(`${name}: ${text}`);
  });
  expect(silent).toEqual([]);
});

test('descriptions name the thing in plain words, and do not rely on the order of enum values', () => {
  const banned =
    /^(What|It|Whose|Who|Which)\b|\b(whoever|somebody|nobody|everybody|otherwise than|so many|put right|let go|mend|told|as they stand|those before it)\b/i;
  const vague: string[] = [];
  describable((name, { description }) => {
    const text = description ?? '';
    if (banned.test(text)) vague.push(`${name}: ${text}`);
  });
  expect(vague).toEqual([]);
});

test('what is deprecated says since when, and what to use', () => {
  const vague: string[] = [];
  const look = (name: string, reason: string | null | undefined) => {
    if (reason != null && !/^Since \d{4}-\d{2}-\d{2}, until \d{4}-\d{2}-\d{2}: .{10,}\.$/.test(reason))
      vague.push(name);
  };
  for (const type of Object.values(ours.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isEnumType(type))
      for (const value of type.getValues()) look(`${type.name}.${value.name}`, value.deprecationReason);
    if (isObjectType(type) || isInterfaceType(type))
      for (const { name, deprecationReason } of Object.values(type.getFields()))
        look(`${type.name}.${name}`, deprecationReason);
    if (isInputObjectType(type))
      for (const { name, deprecationReason } of Object.values(type.getFields()))
        look(`${type.name}.${name}`, deprecationReason);
  }
  expect(vague).toEqual([]);
});
