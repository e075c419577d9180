import { builder } from './builder.ts';

const made = new Map<string, readonly [never, never]>();

/**
 * The connection and edge that every list of a type shares: `nodes` and `totalCount` beside what the specification
 * asks for. The type is named, because lists point to types of files that point back.
 *
 * Pothos types a shared connection by the shape of one field's rows, and these serve several, so what comes back is
 * typed as what fits everywhere; the printed schema and the tests hold it to its real shape.
 */
export function connectionFor(type: string, name: string = type): readonly [never, never] {
  const known = made.get(name);
  if (known !== undefined) return known;
  const edge = builder.edgeObject({
    type: type as never,
    name: `${name}Edge`,
    nodeNullable: false,
    description: 'One of a list, and where it stands in it.',
  });
  const connection = builder.connectionObject(
    {
      type: type as never,
      name: `${name}Connection`,
      description: 'A page of a list.',
      edgesNullable: { items: false, list: false },
      fields: (t) => ({
        totalCount: t.int({ description: 'All of them, whatever the page.', resolve: totalOf }),
      }),
    },
    edge as never,
  );
  const pair = [connection as never, edge as never] as const;
  made.set(name, pair);
  return pair;
}

/** The count behind a connection, asked only when the field is. */
function totalOf(connection: object): Promise<number> {
  const total: unknown = Reflect.get(connection, 'totalCount');
  return typeof total === 'function'
    ? Promise.resolve<unknown>(total()).then(Number)
    : Promise.resolve(Number(total ?? 0));
}
