import { z } from 'zod';

/** An empty variable, as in a compose file, is none. */
export const empty = (value: unknown) => (value === '' ? undefined : value);
/** Any text. */
export const text = z.preprocess(empty, z.string().optional());
/** An address of the web. */
export const url = z.preprocess(
  empty,
  z.url({ protocol: /^https?$/, error: 'an http or https address' }).optional(),
);
/** Texts with commas between them. */
export const list = z.preprocess(
  empty,
  z
    .string()
    .optional()
    .transform((value) =>
      value
        ?.split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
);
/** Hosts that may be called; null for any public one. */
export const hosts = list.transform((names) => names ?? null);
/** A text before others. `none` is empty, which an unset variable in a compose file is as well; `\n` is a line break. */
export const prefix = z.preprocess(
  empty,
  z
    .string()
    .optional()
    .transform((value) => (value === 'none' ? '' : value?.replaceAll('\\n', '\n'))),
);
/** A whole number that is not negative. */
export const count = (error: string) =>
  z.preprocess(empty, z.coerce.number({ error }).int({ error }).min(0, { error }));

/** The price of a million tokens, as a price list says it. */
export interface TokenPrice {
  readonly perMillion: number;
  readonly currency: string;
}
/** An amount with its currency. */
export const price = z.preprocess(
  empty,
  z
    .string()
    .regex(/^\d{1,6}(\.\d{1,6})? [A-Z]{3}$/, { error: 'an amount and a currency, such as 0.02 USD' })
    .transform((value): TokenPrice => {
      const [amount = '', currency = ''] = value.split(' ');
      return { perMillion: Number(amount), currency };
    })
    .optional(),
);
