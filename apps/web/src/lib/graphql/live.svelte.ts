import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { untrack } from 'svelte';
import { client } from './client.ts';

/** A query's data that follows the cache: what a mutation or an event writes there shows at once. */
export class Live<Data> {
  #data = $state.raw<Data | null>(null);
  #first: () => Data;

  /** `first` is what the page was loaded with; `variables` name the query in the cache. */
  constructor(
    document: TypedDocumentNode<Data, AnyVariables>,
    variables: () => AnyVariables,
    first: () => Data,
  ) {
    this.#first = first;
    $effect(() => {
      const named = variables();
      first();
      untrack(() => (this.#data = null));
      const subscription = client()
        .query(document, named, { requestPolicy: 'cache-only' })
        .subscribe((result) => {
          if (result.data !== undefined && result.data !== null) this.#data = result.data;
        });
      return () => subscription.unsubscribe();
    });
  }

  get current(): Data {
    return this.#data ?? this.#first();
  }
}
