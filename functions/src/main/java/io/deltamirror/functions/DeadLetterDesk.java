package io.deltamirror.functions;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.control.MirrorControl;
import io.deltamirror.core.deadletter.DeadLetter;
import io.deltamirror.core.deadletter.DeadLetters;
import io.deltamirror.lake.apply.DeadLetterReplay;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What people may ask of a mirror's dead letters; the same over HTTP and at the command line.
 * Thread-safe.
 *
 * <p>All methods throw {@link MirrorException}: {@code MIRROR_NOT_FOUND}, {@code
 * DEAD_LETTER_NOT_FOUND}, or {@code STORAGE_UNAVAILABLE}.
 */
public final class DeadLetterDesk {
  /** Letters of a page. */
  public static final int PAGE_SIZE = 100;

  /** More than that are not counted. */
  private static final int COUNTED = 100;

  private final MirrorControl control;
  private final DeadLetters letters;
  private final DeadLetterReplay replay;

  public DeadLetterDesk(MirrorControl control, DeadLetters letters, DeadLetterReplay replay) {
    this.control = control;
    this.letters = letters;
    this.replay = replay;
  }

  /** A page of letters; as JSON with Fabric's member names. */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Page(List<DeadLetter> data, Optional<String> continuationToken) {}

  /** Something that the lake does. */
  private interface InLake<T> {
    T call() throws IOException;
  }

  /** Letters of the mirror and those of no known one. */
  public Page list(String mirror, Optional<String> continuationToken) {
    return call(
        mirror,
        () -> {
          DeadLetters.Page page = letters.list(mirror, continuationToken, PAGE_SIZE);
          return new Page(page.letters(), page.next());
        });
  }

  /** How many there are, in few characters; empty for none. */
  public Optional<String> count(String mirror) {
    return call(mirror, () -> letters.count(mirror, COUNTED));
  }

  public DeadLetter show(String mirror, String id) {
    return call(mirror, () -> letters.find(mirror, id));
  }

  public DeadLetterReplay.Result replay(String mirror, String id) {
    return call(mirror, () -> replay.replay(mirror, letters.find(mirror, id)));
  }

  /** Removes the letter; its table stays as it is. */
  public DeadLetter discard(String mirror, String id) {
    return call(
        mirror,
        () -> {
          DeadLetter letter = letters.find(mirror, id);
          letters.discard(letter);
          return letter;
        });
  }

  private <T> T call(String mirror, InLake<T> call) {
    control.definition(mirror);
    try {
      return call.call();
    } catch (IOException e) {
      throw new MirrorException(
          ErrorCode.STORAGE_UNAVAILABLE, "the dead letters cannot be read or changed", e);
    }
  }
}
