/** The way a command reaches a remote: the parts in argv, and those that must not be there. */
export interface Remote {
  readonly address: string;
  /** The objects of a repository on this machine; null for a repository elsewhere. */
  readonly objects: string | null;
  readonly protocols: readonly string[];
  readonly config: readonly (readonly [key: string, value: string])[];
  /** A configuration file of our own for this remote; null for none. */
  readonly globalConfig: string | null;
  /** The ssh command line, as Git passes it to a shell; null if ssh is not used. */
  readonly ssh: string | null;
  readonly secrets: readonly string[];
}
