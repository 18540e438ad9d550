import type { Outbox, PendingMessage } from '#edge/outbox/outbox.ts';

export interface WindowBounds {
  /** Messages on their way to the broker at one time. */
  readonly inFlightAtMost: number;
  /** Messages sent and not yet covered by the mark; then sending waits for the store. */
  readonly unmarkedAtMost: number;
}

/** How far sending got since the connection stands. It decides nothing about what is kept: only the mark does. */
export interface SendWindow {
  /** Sends what may be sent. */
  kick(): void;
  /** Begins again at the oldest message kept; `open` is whether there is a connection. */
  restart(open: boolean): void;
  /** The store holds everything up to here. */
  moveTo(mark: number): void;
  /** True when all that may be sent was sent and acknowledged, and messages are still kept. */
  stands(): boolean;
}

/** `send` calls back once the broker acknowledged a message, or will not. */
export function createSendWindow(
  outbox: Pick<Outbox, 'pending' | 'depth'>,
  bounds: WindowBounds,
  send: (message: PendingMessage, done: () => void) => void,
): SendWindow {
  // A late call back of an earlier connection must not count in this one.
  let current = { sent: 0, inFlight: 0, open: false };
  let base = 0;
  const kick = (): void => {
    const window = current;
    while (window.open && window.inFlight < bounds.inFlightAtMost) {
      const [message] = outbox.pending(window.sent, 1);
      if (!message || message.sequence - base > bounds.unmarkedAtMost) return;
      window.sent = message.sequence;
      window.inFlight += 1;
      send(message, () => {
        window.inFlight -= 1;
        if (window === current) kick();
      });
    }
  };
  return {
    kick,
    restart: (open) => {
      current.open = false;
      current = { sent: 0, inFlight: 0, open };
      base = (outbox.pending(0, 1)[0]?.sequence ?? outbox.depth().lastSequence + 1) - 1;
      kick();
    },
    moveTo: (mark) => {
      base = Math.max(base, mark);
      kick();
    },
    stands: () => current.open && current.inFlight === 0 && outbox.pending(0, 1).length > 0,
  };
}
