// What `npm run status` knows of a host.

/** From the state, or with `now` from a preview. Parts are missing for a host whose first `up` failed. */
export interface HostStatus {
  readonly address: string;
  readonly release?: string;
  readonly state?: string;
  readonly ports?: readonly number[];
  readonly mechanisms?: readonly string[];
  readonly provedAt?: string;
  /** Kinds of the resources that were changed after the last proof. */
  readonly unproved?: readonly string[];
  readonly certificateExpires?: string;
  readonly versions?: Readonly<Record<string, string>>;
  /** What a look at the host has found at this moment, where one was asked for. */
  readonly now?: Now;
}

export interface Now {
  /**
   * Whether the host has answered. A preview asks a host only about resources that are in the state,
   * and does not contact one that has none there.
   */
  readonly reached: boolean;
  /** Kinds of the resources that an `up` would change. */
  readonly changes: readonly string[];
  /** How many resources an `up` would change. */
  readonly resourcesToChange: number;
  /** Why the host could not be looked at. */
  readonly failed?: string;
}
