package io.deltamirror.lake.apply;

import io.deltamirror.core.change.HubEvent.ChangeBatch;
import java.io.IOException;

/** A batch that is to be applied, loaded only when its turn comes. */
@FunctionalInterface
interface PendingBatch {
  /**
   * Loads it, as often as asked.
   *
   * @throws io.deltamirror.core.MirrorException {@code MALFORMED_EVENT}
   */
  ChangeBatch load() throws IOException;
}
