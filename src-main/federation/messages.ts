/** Every message of a round: its shape, its signature, and the chain in which each sender's messages follow each other. */
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { canonicalHash, decodeCanonical, encodeCanonical, fromBase64url, toBase64url } from './canonical.ts';
import {
  bytesText,
  bytesTextUpTo,
  coordinatorId,
  count,
  hash,
  moment,
  partnerId,
  publicKey,
  signature,
} from './formats.ts';
import { sign, signatureHolds } from './identity.ts';

const partners = z.array(partnerId).max(255);

/** Partners in roster order, each with the hash of the message that brought it onto the list. */
export const partnerList = z.array(z.strictObject({ partner: partnerId, message: hash })).max(255);

export const withdrawal = z.enum(['paused', 'left', 'package-refused', 'training-failed', 'other-base']);
/**
 * Why an attempt is closed although so many have confirmed that shares are out: too few answer, or a dealer's shares do
 * not fit together. A round is closed so once at most.
 */
export const unopened = ['too-few-answers', 'shares-wrong'] as const;
export const isUnopened = (reason: Shortfall): boolean => unopened.some((known) => known === reason);

export const shortfall = z.enum([
  'too-few-keys',
  'too-few-shares',
  'too-few-uploads',
  'too-few-confirmations',
  'shares-unreadable',
  ...unopened,
]);

const fromPartner = {
  /** Signs the plan; once in a series. */
  APPROVE: z.strictObject({ rosterHash: hash, buildHash: z.string() }),
  /** Says that this partner is here and takes part in the rounds to come; at each start, and after it was left out. */
  PRESENT: z.strictObject({ roundsDone: z.number().int().min(-1) }),
  /** Takes part no longer: in this round, or (round 0) until it says PRESENT again. */
  WITHDRAW: z.strictObject({ reason: withdrawal }),
  /** Fresh X25519 keys: one for masks, one for boxes; and the trunk that the change will be relative to. */
  ADVERTISE: z.strictObject({ baseHash: hash, maskKey: publicKey, boxKey: publicKey }),
  /** To each partner on the list of keys its shares of this partner's mask secret and self mask seed. */
  SHARE: z.strictObject({
    keysHash: hash,
    /** What the self mask seed must hash to. */
    selfCommitment: hash,
    boxes: z
      .array(
        z.strictObject({
          to: partnerId,
          nonce: bytesText(24),
          box: bytesTextUpTo(2048),
          /** What the two shares in the box must hash to: nobody can deal one share and blame the other side for it. */
          self: hash,
          mask: hash,
        }),
      )
      .min(1)
      .max(255),
  }),
  /** What is about to be uploaded, chunk by chunk. */
  MANIFEST: z.strictObject({
    sharesHash: hash,
    root: hash,
    commitment: hash,
    bytes: count,
    chunks: z.array(hash).min(1).max(65_536),
  }),
  /** Signs the one list of uploads that this partner has seen in this round. */
  CONSISTENCY: z.strictObject({
    uploadsHash: hash,
    /** Partners whose shares it cannot read. */
    unreadable: partners,
  }),
  /** The shares that open the sum, sealed to the coordinator. */
  UNMASK: z.strictObject({
    uploadsHash: hash,
    key: publicKey,
    nonce: bytesText(24),
    box: bytesTextUpTo(65_536),
  }),
  /** What the own validation fold says of a result, from each partner in its sum. */
  VERDICT: z.strictObject({
    /** Hash of the RESULT. */
    result: hash,
    /** Of the trunk that it led to. */
    trunkHash: hash,
    verdict: z.enum(['accept', 'object']),
    /** How far the mean AUC-PR fell, in twentieths rounded up; null where the partner accepts. */
    fall: z.number().int().min(0).max(20).nullable(),
  }),
};

const fromCoordinator = {
  PROPOSE: z.strictObject({ members: partners, closesAt: moment }),
  SURVIVORS: z.strictObject({
    step: z.enum(['keys', 'shares', 'uploads']),
    list: partnerList,
    /** Null when the next step has no end. */
    closesAt: moment.nullable(),
  }),
  REFUSED: z.strictObject({ reason: shortfall, missing: partners }),
  RESULT: z.strictObject({
    uploadsHash: hash,
    list: partnerList,
    totalWeight: z.number().int().positive(),
    root: hash,
    bytes: count,
    chunks: z.array(hash).min(1).max(65_536),
  }),
  /** The result stands. */
  SETTLED: z.strictObject({ result: hash }),
  /** The result is taken back, by these objections. */
  VOIDED: z.strictObject({ result: hash, list: partnerList }),
};

const bodies = { ...fromPartner, ...fromCoordinator };

export type Bodies = { readonly [Type in keyof typeof bodies]: z.infer<(typeof bodies)[Type]> };
export type MessageType = keyof Bodies;
export type PartnerMessageType = keyof typeof fromPartner;
export type CoordinatorMessageType = keyof typeof fromCoordinator;
export type PartnerList = z.infer<typeof partnerList>;
export type Withdrawal = z.infer<typeof withdrawal>;
export type Shortfall = z.infer<typeof shortfall>;

/** Nobody while a list is not there yet. */
export const partnersIn = (list: PartnerList | null): readonly string[] => (list ?? []).map(({ partner }) => partner);

export type Envelope = {
  readonly planHash: string;
  /** Both 0 for what concerns the whole series. */
  readonly round: number;
  readonly attempt: number;
  readonly from: string;
  /** 1, 2, 3, ... for each sender, over the whole series. */
  readonly seq: number;
  /** Hash of the sender's message before this one. */
  readonly prevMsgHash: string;
  /** Head of the sender's local log, so that others notice a log that was forked. */
  readonly logHead: string;
};

export type MessageOf<Type extends MessageType> = Type extends MessageType
  ? Envelope & { readonly type: Type; readonly body: Bodies[Type] }
  : never;
export type Message = MessageOf<MessageType>;

/** A message with its signature, as it travels and is stored. */
export type SealedMessage = { readonly message: Message; readonly hash: string; readonly bytes: Uint8Array };

export const isFromCoordinator = (type: MessageType): type is CoordinatorMessageType =>
  Object.hasOwn(fromCoordinator, type);

/** Read by the coordinator alone; all others go to everyone. */
export const isForCoordinatorOnly = (type: MessageType): boolean => type === 'UNMASK';

export const messageHash = (message: Message): string => canonicalHash('message', message);

export function sealMessage(message: Message, secretKey: Uint8Array): SealedMessage {
  const signed = sign('message', encodeCanonical(message), secretKey);
  return {
    message,
    hash: messageHash(message),
    bytes: encodeCanonical({ message, signature: toBase64url(signed) }),
  };
}

const envelope = {
  planHash: hash,
  round: count,
  attempt: count,
  seq: z.number().int().positive(),
  prevMsgHash: hash,
  logHead: hash,
};
const kinds = <Types extends string>(all: Record<Types, z.ZodType>, from: z.ZodType) =>
  (Object.keys(all) as Types[]).map((type) =>
    z.strictObject({ ...envelope, from, type: z.literal(type), body: all[type] }),
  );
const sealed = z.strictObject({
  message: z.union([...kinds(fromPartner, partnerId), ...kinds(fromCoordinator, z.literal(coordinatorId))]),
  signature,
});

/**
 * Reads a message that arrived and checks its signature. Whether it belongs where it claims to is for the caller.
 * @param keyOf the sender's public key, or undefined for somebody who is no sender here
 * @throws MESSAGE_REFUSED
 */
export function openMessage(bytes: Uint8Array, keyOf: (sender: string) => Uint8Array | undefined): SealedMessage {
  const parsed = sealed.safeParse(decoded(bytes));
  if (!parsed.success) throw refused('unknown', 'unknown', 'wrong-shape');
  const message = parsed.data.message as Message;
  const key = keyOf(message.from);
  if (key === undefined) throw refused(message.from, message.type, 'unknown-sender');
  if (!signatureHolds('message', encodeCanonical(message), fromBase64url(parsed.data.signature), key)) {
    throw refused(message.from, message.type, 'signature-does-not-hold');
  }
  return { message, hash: messageHash(message), bytes };
}

function decoded(bytes: Uint8Array): unknown {
  try {
    return decodeCanonical(bytes);
  } catch {
    return undefined;
  }
}

export const refused = (from: string, type: string, reason: string): ChoraleError<'MESSAGE_REFUSED'> =>
  new ChoraleError('MESSAGE_REFUSED', { from, type, reason });

/** What a list of partners hashes to, under its round and step: what CONSISTENCY signs. */
export const listHash = (
  { planHash, round, attempt }: Pick<Envelope, 'planHash' | 'round' | 'attempt'>,
  step: Bodies['SURVIVORS']['step'],
  list: PartnerList,
): string => canonicalHash('list', { planHash, round, attempt, step, list });
