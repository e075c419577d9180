/** Nodes whose parameters and body form a scope of their own. */
export const functions: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
  'function_signature',
  'abstract_method_signature',
  'method_signature',
  'construct_signature',
  'call_signature',
  'function_type',
  'constructor_type',
]);

/** Other nodes that names are local to. */
export const blocks: ReadonlySet<string> = new Set([
  'statement_block',
  'for_statement',
  'for_in_statement',
  'catch_clause',
  'switch_body',
  'class_static_block',
  'class_declaration',
  'abstract_class_declaration',
  'class',
  'interface_declaration',
  'type_alias_declaration',
  'conditional_type',
  'mapped_type_clause',
]);

export const classes: ReadonlySet<string> = new Set([
  'class_declaration',
  'abstract_class_declaration',
  'class',
]);

/** Nodes that stand around a declaration and belong to it. */
export const wrappers: ReadonlySet<string> = new Set(['export_statement', 'ambient_declaration']);

export const functionValues: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
]);

/** Types that every program has: names of them lead nowhere in a repository. */
export const builtIn: ReadonlySet<string> = new Set(
  `Array ArrayBuffer AsyncGenerator AsyncIterable AsyncIterator Awaited BigInt Boolean Buffer DataView Date Error Exclude
   Extract Float32Array Float64Array Function Generator Int32Array InstanceType Iterable Iterator JSON Map Math NonNullable
   Number Object Omit Parameters Partial Pick Promise PromiseLike Proxy Readonly ReadonlyArray ReadonlyMap ReadonlySet
   Record Reflect RegExp Required ReturnType Set String Symbol Uint16Array Uint32Array Uint8Array WeakMap WeakSet any
   bigint boolean never null number object string symbol undefined unknown void`.split(/\s+/),
);

/** Generic types that stand for their argument once awaited or read. */
export const transparent: ReadonlySet<string> = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Readonly',
  'Required',
  'NonNullable',
]);
