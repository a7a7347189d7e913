/** What the coordinator keeps, behind an interface: SQLite and files now, PostgreSQL and an object store for many partners. */

export type NewEntry = {
  readonly hash: string;
  readonly sender: string;
  readonly type: string;
  readonly round: number;
  readonly attempt: number;
  /** Canonical JSON of the message and its signature. */
  readonly bytes: Uint8Array;
  /** Read by the coordinator alone. */
  readonly sealed: boolean;
};

export type LogEntry = { readonly position: number; readonly bytes: Uint8Array };

/** Chunks that belong together: an upload under the hash of its MANIFEST, a sum under the hash of its RESULT. */
export type ChunkGroup = {
  readonly owner: string;
  readonly kind: 'upload' | 'sum';
  readonly round: number;
  readonly chunks: readonly string[];
};

/** The last rounds whose uploads and whose sums are not needed any more. */
export type OverRounds = { readonly uploads: number; readonly sums: number };

/** What becomes true together, or not at all. */
export type Commit = {
  readonly state: Uint8Array;
  readonly entries: readonly NewEntry[];
  readonly groups: readonly ChunkGroup[];
  /** Makes the receipt of the first entry, once its position is known. */
  readonly receipt?: (position: number, last: StoredReceipt | undefined) => StoredReceipt;
};

export type StoredReceipt = { readonly hash: string; readonly text: string };

export type Refusal = { readonly at: string; readonly from: string; readonly type: string; readonly reason: string };

export type MessageStore = {
  readonly readState: () => Promise<Uint8Array | undefined>;
  /** Returns once everything is on the disk. */
  readonly commit: (commit: Commit) => Promise<void>;
  /** Oldest first, without what is sealed. */
  readonly entriesAfter: (position: number, limit: number) => Promise<readonly LogEntry[]>;
  readonly message: (hash: string) => Promise<Uint8Array | undefined>;
  readonly receiptOf: (messageHash: string) => Promise<string | undefined>;
  /** The charters that were handed in, in one piece. */
  readonly readCharters: () => Promise<Uint8Array | undefined>;
  /** In the place of what was there. Returns once it is on the disk. */
  readonly writeCharters: (charters: Uint8Array) => Promise<void>;
  /** What was not accepted, kept to be looked at. */
  readonly noteRefusal: (refusal: Refusal) => Promise<void>;
  readonly group: (owner: string) => Promise<ChunkGroup | undefined>;
  /** Whether the chunk belongs to a sum, which every partner may fetch. */
  readonly isOfSum: (chunk: string) => Promise<boolean>;
  /** Chunks of groups of these rounds and earlier, that no later one needs. */
  readonly overBefore: (rounds: OverRounds) => Promise<readonly string[]>;
  /** Forgets the groups of these rounds and earlier. */
  readonly forget: (rounds: OverRounds) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Content-addressed and written once. */
export type ChunkStore = {
  readonly has: (hash: string) => Promise<boolean>;
  /** Returns once the bytes are on the disk; a chunk that is there already stays as it is. */
  readonly put: (hash: string, chunk: Uint8Array) => Promise<void>;
  /** @throws NOT_FOUND */
  readonly get: (hash: string) => Promise<Uint8Array>;
  readonly remove: (hash: string) => Promise<void>;
};
