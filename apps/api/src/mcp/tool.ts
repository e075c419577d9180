import type { z } from 'zod';
import type { Api } from './api.ts';

/** The result of a tool: a text for the model, and the same as data. */
export interface ToolAnswer<Data> {
  readonly text: string;
  readonly data: Data;
}

/** A tool for language models: what it takes and gives, and the queries of the API that it sends. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly changes: boolean;
  readonly queries: readonly string[];
  run(given: unknown, api: Api): Promise<ToolAnswer<Record<string, unknown>>>;
}

interface ToolDefinition<In extends z.ZodObject, Out extends z.ZodObject> extends Omit<
  Tool,
  'input' | 'output' | 'run'
> {
  readonly input: In;
  readonly output: Out;
  run(given: z.output<In>, api: Api): Promise<ToolAnswer<z.output<Out>>>;
}

/** Makes a tool, whose arguments are parsed before it runs and whose data are checked afterwards. */
export function tool<In extends z.ZodObject, Out extends z.ZodObject>(
  definition: ToolDefinition<In, Out>,
): Tool {
  return {
    ...definition,
    async run(given, api) {
      const { text, data } = await definition.run(definition.input.parse(given), api);
      return { text, data: definition.output.parse(data) };
    },
  };
}
