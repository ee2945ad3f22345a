// SPDX-License-Identifier: Apache-2.0
/** The position of an event in its room. Epochs are opaque; offsets have no gaps. */
export interface Position {
  epoch: string;
  offset: number;
  /** The server's clock in Unix milliseconds, only in the position of an event; not for order. */
  time?: number;
}

export interface JoinReply extends Position {
  /** Whether every missed event follows; absent without `resume` and `history`. */
  recovered?: boolean;
  /** The number of events that follow the reply. */
  missed?: number;
  /** In a state room: the document at this position. */
  state?: unknown;
}

type Params = object | (() => object);
type SocketClass = new (...args: any[]) => any;

interface SocketLike {
  channel(topic: string, params?: Params): any;
  onOpen(callback: () => void): unknown;
  onMessage(callback: (message: any) => void): unknown;
}

interface ReconnectingSocketLike extends SocketLike {
  connect(): void;
  disconnect(callback?: () => void): void;
  ping(callback: (roundTripMs: number) => void): boolean;
  off(refs: any): void;
}

interface ChannelLike {
  on(event: string, callback: (response?: any) => void): number;
  off(event: string, ref?: number): void;
  push(event: string, payload: object, timeout?: number): any;
}

export interface ReconnectOptions {
  reconnectAfterMs: (tries: number) => number;
  rejoinAfterMs: (tries: number) => number;
}

export interface JitterBounds {
  /** Bound of the first wait in ms; default 500. */
  firstMs?: number;
  /** Bound of every wait in ms; default 5,000. */
  maxMs?: number;
  random?: () => number;
}

export interface DrainAwareOptions extends JitterBounds {
  /** The source of "online" events; default: the page. */
  page?: object;
  /** Timeout in ms for an open connection to answer after "online"; default 2,000. */
  probeMs?: number;
}

/** Wraps a Socket class, or the options of a Socket, so that it requests and decodes positions. */
export function withPositions<C extends SocketClass>(socketClass: C): C;
export function withPositions<O extends object>(
  options?: O,
): O & {
  params: () => object;
  decode: (raw: any, callback: (message: any) => void) => void;
};

/** The position of the event with this payload (an object or a list), as passed to a handler. */
export function positionOf(payload: unknown): Position | undefined;

export interface ResumeOptions {
  /** The number of past events to request if the channel cannot resume. */
  history?: number;
  /** The position of an earlier page: `lastPosition()` of its channel. */
  position?: Position | null;
  /** Called after the handlers of the last missed event. */
  onRecovered?: (missed: number, reply: JoinReply) => void;
  /** Called if the server cannot recover the events since `before`. */
  onLost?: (reply: JoinReply, before: Position | null) => void;
}

/** A channel that resumes at every rejoin; `params` as for `socket.channel()`. */
export function resumable<S extends SocketLike>(
  socket: S,
  topic: string,
  params?: Params,
  options?: ResumeOptions,
): ReturnType<S["channel"]>;

/** The position of the last event of a resumable channel. */
export function lastPosition(channel: object): Position | null;

export class PushError extends Error {
  /** The server's reason, or "timeout", "disconnected", "closed". */
  readonly reason: string;
  readonly code?: number;
  readonly response: any;
  /** Whether the event may be in the room despite the error. */
  readonly isUnsure: boolean;
}

export interface PushOptions {
  /** The room's `idempotency_field`; default "id". */
  field?: string;
  /** The timeout of each attempt in ms; default: the channel's. */
  timeout?: number;
  /** Attempts after the first; default: limited only by the server's window. */
  retries?: number;
  firstMs?: number;
  maxMs?: number;
}

/** Pushes with retries until the server answers; rejects with a PushError. */
export function pushOnce(
  channel: ChannelLike,
  event: string,
  payload?: object,
  options?: PushOptions,
): Promise<Position>;

/** Full jitter: a random wait below a bound that doubles at each try. */
export function jittered(bounds?: JitterBounds): (tries: number) => number;

/**
 * Jitter that also waits once for the time that a draining server requests, and reconnects at once
 * when the browser is online again. `listen` returns a function that stops it.
 */
export function drainAware(options?: DrainAwareOptions): {
  options: ReconnectOptions;
  listen: (socket: ReconnectingSocketLike) => () => void;
};

/** A connected socket with positions and `drainAware` reconnects. */
export function connect<C extends SocketClass>(
  socketClass: C,
  url: string,
  options?: object,
): InstanceType<C>;
