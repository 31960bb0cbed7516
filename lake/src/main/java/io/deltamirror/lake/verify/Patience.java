package io.deltamirror.lake.verify;

import io.deltamirror.lake.verify.MirrorProgress.Standing;
import java.time.Duration;

/**
 * Waits for the mirror, but once it has not come for a whole timeout it is taken to stand still and
 * is only asked from then on. Not thread-safe.
 */
final class Patience {
  private final MirrorProgress progress;
  private Duration timeout;

  Patience(MirrorProgress progress, Duration timeout) {
    this.progress = progress;
    this.timeout = timeout;
  }

  Standing catchUp(long tableOid) throws InterruptedException {
    Standing standing = progress.catchUp(tableOid, timeout);
    if (standing instanceof Standing.StreamBehind) {
      timeout = Duration.ZERO;
    }
    return standing;
  }
}
