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

/** Generic types that stand for their first argument once awaited or read: its members are theirs. */
export const transparent: ReadonlySet<string> = new Set([
  'Promise',
  'PromiseLike',
  'Awaited',
  'Omit',
  'Partial',
  'Pick',
  'Readonly',
  'Required',
  'NonNullable',
]);

/** Generic types whose elements are of the type of their argument. */
export const lists: ReadonlySet<string> = new Set([
  'Array',
  'AsyncGenerator',
  'AsyncIterable',
  'Generator',
  'Iterable',
  'IterableIterator',
  'ReadonlyArray',
  'ReadonlySet',
  'Set',
]);

/** Methods of lists that hand each element to a function. */
export const overElements: ReadonlySet<string> = new Set([
  'every',
  'filter',
  'find',
  'findIndex',
  'findLast',
  'flatMap',
  'forEach',
  'map',
  'some',
]);

/**
 * Methods that values of the language and its platforms have. A call of one says nothing about the definitions of the
 * same name in a repository unless its receiver's type is stated.
 */
export const platformMethods: ReadonlySet<string> = new Set(
  `abort add addEventListener addListener all allSettled any append appendChild apply arrayBuffer assert at bind blob
   call cancel catch charAt charCodeAt clear clone close closest codePointAt concat constructor contains copyWithin
   createElement createHash cwd debug decode delete destroy digest disconnect dispatchEvent emit encode end endsWith
   enqueue entries error every exec exit fill filter finally find findIndex findLast findLastIndex flat flatMap flush
   focus forEach formData from get getAll getAttribute getDate getDay getElementById getFullYear getHours getItem
   getMilliseconds getMinutes getMonth getReader getSeconds getTime getTimezoneOffset getUTCDate getWriter group has
   hasAttribute hasOwn hasOwnProperty includes indexOf info insertBefore isArray isFinite isInteger isNaN isPrototypeOf
   item join json keys lastIndexOf listen localeCompare lock log map match matchAll matches next normalize now observe
   off on once open padEnd padStart parse pause pipe pipeThrough pipeTo play pop postMessage preventDefault push
   querySelector querySelectorAll race read readFile reduce reduceRight reject releaseLock remove removeAllListeners
   removeAttribute removeChild removeEventListener removeItem removeListener repeat replace replaceAll replaceState
   reset resolve resume return reverse search send set setAttribute setEncoding setHeader setItem setTime setTimeout
   shift slice some sort splice split start startsWith stop stopPropagation stringify sub subarray subscribe substr
   substring tee test text then throw toDateString toFixed toISOString toJSON toLocaleString toLocaleUpperCase
   toLowerCase toPrecision toReversed toSorted toSpliced toString toUpperCase trim trimEnd trimStart unref unshift
   update upgrade valueOf values warn with write writeFile writeHead`.split(/\s+/),
);
