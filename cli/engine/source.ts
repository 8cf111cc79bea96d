// What an engine is, and what a way to get one looks like.

export interface Engine {
  /** Folders to put first on PATH. */
  readonly folders: readonly string[];
  readonly version: string;
  /** For a person who asks where it comes from. */
  readonly origin: string;
  /** Variables that this engine needs besides. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** One way to get an engine. */
export interface EngineSource {
  /** For messages. */
  readonly name: string;
  /** The engine that this source has ready; asks no network and takes milliseconds. */
  ready(): Promise<Engine | undefined>;
  /** Gets one ready, or throws with the reason why it cannot. The caller holds the lock. */
  make?(): Promise<void>;
}
