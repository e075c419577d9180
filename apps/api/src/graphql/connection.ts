import { builder } from './builder.ts';

const made = new Map<string, readonly [never, never]>();

/** The count behind a connection, read only when the field is asked for. */
type TotalCount = number | (() => number | Promise<number>);

/**
 * The connection and edge that every list of a type shares, with `nodes` and `totalCount` beside what the Relay
 * specification asks for. The type is given by name, because the files of types refer to each other.
 *
 * Pothos types a shared connection by the rows of one field, and these serve several fields. The result is therefore
 * typed to fit everywhere; the printed schema and the tests hold it to its real shape.
 */
export function connectionFor(type: string, name: string = type): readonly [never, never] {
  const known = made.get(name);
  if (known !== undefined) return known;
  const edge = builder.edgeObject({
    type: type as never,
    name: `${name}Edge`,
    nodeNullable: false,
    description: `One row of a list of ${type}, with its cursor.`,
  });
  const connection = builder.connectionObject(
    {
      type: type as never,
      name: `${name}Connection`,
      description: `One page of a list of ${type}.`,
      edgesNullable: { items: false, list: false },
      fields: (t) => ({
        totalCount: t.int({ description: 'The number of rows on all pages together.', resolve: totalOf }),
      }),
    },
    edge as never,
  );
  const pair = [connection as never, edge as never] as const;
  made.set(name, pair);
  return pair;
}

function totalOf(connection: object): number | Promise<number> {
  const { totalCount = 0 } = connection as { readonly totalCount?: TotalCount };
  return typeof totalCount === 'function' ? totalCount() : totalCount;
}
