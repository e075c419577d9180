import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLNamedType,
} from 'graphql';
import { expect, test } from 'vitest';

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const contract = read('./contract.graphql');

/** What the contract tells in prose: connections have one shape, and each result is a union with one success. */
function implied(): string {
  const connections = new Set([...contract.matchAll(/(\w+)Connection!/g)].map((match) => match[1] ?? ''));
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

/** Every way in which a type of ours would break a client that was written against the contract. */
function breaks(type: GraphQLNamedType): string[] {
  const own = ours.getType(type.name);
  if (own === undefined) return [`${type.name} is missing`];
  const problems: string[] = [];
  if (isEnumType(type) && isEnumType(own)) {
    for (const { name } of type.getValues())
      if (own.getValue(name) == null) problems.push(`${type.name}.${name} is missing`);
  }
  if (isInputObjectType(type) && isInputObjectType(own)) {
    for (const field of Object.values(type.getFields())) {
      const same = own.getFields()[field.name];
      if (String(same?.type) !== String(field.type))
        problems.push(`${type.name}.${field.name} takes ${String(same?.type)}, not ${String(field.type)}`);
      if (JSON.stringify(same?.defaultValue) !== JSON.stringify(field.defaultValue))
        problems.push(`${type.name}.${field.name} has another default`);
    }
    for (const field of Object.values(own.getFields())) {
      if (
        type.getFields()[field.name] === undefined &&
        String(field.type).endsWith('!') &&
        field.defaultValue === undefined
      )
        problems.push(`${type.name}.${field.name} is new and required`);
    }
  }
  if (!(isObjectType(type) || isInterfaceType(type)) || !(isObjectType(own) || isInterfaceType(own)))
    return problems;
  for (const { name } of type.getInterfaces())
    if (!own.getInterfaces().some((each) => each.name === name)) problems.push(`${type.name} is no ${name}`);
  for (const field of Object.values(type.getFields())) {
    const same = own.getFields()[field.name];
    if (String(same?.type) !== String(field.type))
      problems.push(`${type.name}.${field.name} is ${String(same?.type)}, not ${String(field.type)}`);
    for (const argument of field.args) {
      const taken = same?.args.find(({ name }) => name === argument.name);
      if (String(taken?.type) !== String(argument.type))
        problems.push(
          `${type.name}.${field.name}(${argument.name}) takes ${String(taken?.type)}, not ${String(argument.type)}`,
        );
      if (JSON.stringify(taken?.defaultValue) !== JSON.stringify(argument.defaultValue))
        problems.push(`${type.name}.${field.name}(${argument.name}) has another default`);
    }
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
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        look(`${type.name}.${field.name}`, field.deprecationReason);
  }
  expect(vague).toEqual([]);
});
