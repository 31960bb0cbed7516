package io.deltamirror.core.deadletter;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names a dead letter within its mirror, by where it came from and what it holds: the same event is
 * the same letter, however often it is delivered.
 *
 * @param hub {@code changes} or {@code copy-tasks}
 * @param hash the first half of the body's SHA-256, lower-case hex
 */
record DeadLetterId(String hub, int partition, String hash) {
  private static final int HASH_LENGTH = 32;
  private static final Pattern TEXT =
      Pattern.compile(
          "(" + DeadLetters.CHANGES + "|" + DeadLetters.COPY_TASKS + ")-(\\d{1,5})-([0-9a-f]{32})");

  static DeadLetterId of(String hub, int partition, String sha256) {
    return new DeadLetterId(hub, partition, sha256.substring(0, HASH_LENGTH));
  }

  /**
   * Reads one that a person gave.
   *
   * @throws MirrorException {@code DEAD_LETTER_NOT_FOUND} when none can be called so
   */
  static DeadLetterId parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw notFound();
    }
    return new DeadLetterId(m.group(1), Integer.parseInt(m.group(2)), m.group(3));
  }

  static MirrorException notFound() {
    return new MirrorException(
        ErrorCode.DEAD_LETTER_NOT_FOUND, "the mirror has no dead letter of that id");
  }

  /** Name of the folder of its partition. */
  String folder() {
    return hub + "-" + partition;
  }

  @Override
  public String toString() {
    return folder() + "-" + hash;
  }
}
