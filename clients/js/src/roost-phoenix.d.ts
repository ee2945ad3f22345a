/** Where an event stands in its room. Epochs are opaque; offsets have no gaps. */
export interface Position {
  epoch: string;
  offset: number;
}

export interface JoinReply extends Position {
  /** Whether every missed event follows; absent without `resume` and `history`. */
  recovered?: boolean;
  /** How many events follow the reply. */
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
  /** Longest first wait; default 500. */
  firstMs?: number;
  /** Longest wait of all, default 5,000: a server that is back sees its clients within it. */
  maxMs?: number;
  random?: () => number;
}

export interface DrainAwareOptions extends JitterBounds {
  /** Where "online" events come from; default: the page. */
  page?: object;
  /** How long an open connection may take to answer after "online"; default 2,000. */
  probeMs?: number;
}

/** A Socket class, or options for a Socket, that asks for positions and reads them. */
export function withPositions<C extends SocketClass>(socketClass: C): C;
export function withPositions<O extends object>(
  options?: O,
): O & {
  params: () => object;
  decode: (raw: any, callback: (message: any) => void) => void;
};

/** The position of the event whose payload, an object or a list, a handler was given. */
export function positionOf(payload: unknown): Position | undefined;

export interface ResumeOptions {
  /** How many events a join may bring that cannot resume. */
  history?: number;
  /** Where an earlier page stopped: `lastPosition()` of its channel. */
  position?: Position | null;
  /** The last of the missed events was handled. */
  onRecovered?: (missed: number, reply: JoinReply) => void;
  /** The server cannot tell what was missed since `before`. */
  onLost?: (reply: JoinReply, before: Position | null) => void;
}

/** A channel that resumes at every rejoin; `params` as for `socket.channel()`. */
export function resumable<S extends SocketLike>(
  socket: S,
  topic: string,
  params?: Params,
  options?: ResumeOptions,
): ReturnType<S["channel"]>;

/** The position of the last event that a resumable channel got. */
export function lastPosition(channel: object): Position | null;

export class PushError extends Error {
  /** As on the wire, or "timeout", "disconnected", "closed". */
  readonly reason: string;
  readonly code?: number;
  readonly response: any;
  /** Whether the event may be in the room all the same. */
  readonly isUnsure: boolean;
}

export interface PushOptions {
  /** The room's `idempotency_field`; default "id". */
  field?: string;
  /** Of each attempt, in milliseconds; default: the channel's. */
  timeout?: number;
  /** Attempts after the first; default: no bound but the server's window. */
  retries?: number;
  firstMs?: number;
  maxMs?: number;
}

/** Pushes until the server has answered; rejects with a PushError. */
export function pushOnce(
  channel: ChannelLike,
  event: string,
  payload?: object,
  options?: PushOptions,
): Promise<Position>;

/** Full jitter: a random wait below a bound that doubles at each try. */
export function jittered(bounds?: JitterBounds): (tries: number) => number;

/**
 * Jitter that waits once for as long as a draining server asks, and no time at all when the
 * browser is online again. `listen` returns a function that ends the listening.
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
