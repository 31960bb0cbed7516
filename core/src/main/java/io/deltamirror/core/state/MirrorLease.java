package io.deltamirror.core.state;

/**
 * Which worker owns a mirror. It is alive as long as the document changes: whoever sees it
 * unchanged for its time to live, on a clock of its own, may take it. Nobody compares wall clocks.
 *
 * @param instance made with the document and kept; tells this mirror's connections to the source
 *     from those of another one of the same name
 * @param owner of it, unique to one start of one worker; empty when it was given up
 * @param renewals goes up with every write
 * @param ttlMillis how long the owner may be silent
 */
public record MirrorLease(String instance, String owner, long renewals, long ttlMillis) {
  /** Name of its document. */
  public static final String DOCUMENT = "lease";

  private static final String NOBODY = "";

  /** Whether the last owner has given it up. */
  public boolean isFree() {
    return owner.equals(NOBODY);
  }

  /** The next version, as its present or new owner writes it. */
  public MirrorLease renew(String by, long forMillis) {
    return new MirrorLease(instance, by, renewals + 1, forMillis);
  }

  /** Given up: the next one need not wait. */
  public MirrorLease release() {
    return new MirrorLease(instance, NOBODY, renewals + 1, ttlMillis);
  }
}
