package io.deltamirror.worker.stream;

import io.deltamirror.core.change.HubEvent;
import io.deltamirror.core.change.HubEvent.ChangeBatch;

/**
 * An event on its way to the hub.
 *
 * @param offset where to go on once this event and all before it are acknowledged; stays that of
 *     the last transaction's end until everything of a later one is on its way
 */
record Outgoing(HubEvent event, StreamOffset offset) {
  /** About what a control event takes. */
  private static final int CONTROL_BYTES = 500;

  /** Its size in memory, about. */
  int bytes() {
    return event instanceof ChangeBatch batch ? batch.body().length : CONTROL_BYTES;
  }
}
