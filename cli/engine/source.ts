// The types of an engine and of a source for one.

export interface Engine {
  /** Folders to put first on PATH. */
  readonly folders: readonly string[];
  readonly version: string;
  /** The origin of the engine, for messages. */
  readonly origin: string;
  /** Further variables that this engine needs. */
  readonly environment?: NodeJS.ProcessEnv;
}

export interface EngineSource {
  /** For messages. */
  readonly name: string;
  /** The engine that this source already has; it uses no network and takes milliseconds. */
  ready(): Promise<Engine | undefined>;
  /**
   * Makes an engine available, or throws with the reason why it cannot. The caller holds the lock.
   */
  make?(): Promise<void>;
}
