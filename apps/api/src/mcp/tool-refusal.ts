/** A refusal that a model can act on. Its message is shown to the model as the tool's error. */
export class ToolRefusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'ToolRefusal';
    this.code = code;
  }
}
