package io.deltamirror.core.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.storage.LakeStorage;
import io.deltamirror.core.storage.LocalLakeStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLettersTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir private Path folder;
  private LakeStorage lake;
  private DeadLetters letters;

  @BeforeEach
  void open() throws IOException {
    lake = new LocalLakeStorage(folder);
    letters = new DeadLetters(lake, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static BadEvent event(Optional<String> mirror, int partition, String body) {
    return new BadEvent(
        DeadLetters.CHANGES,
        partition,
        body.getBytes(StandardCharsets.UTF_8),
        new MirrorException(ErrorCode.MALFORMED_EVENT, "bent\u001b[2J"),
        mirror,
        mirror.map(m -> 7L),
        mirror.map(m -> "public.t"));
  }

  @Test
  void anEventIsKeptWithItsRecordOnce() throws IOException {
    String id = letters.keep(event(Optional.of("m"), 3, "body"));
    assertThat(letters.keep(event(Optional.of("m"), 3, "body"))).isEqualTo(id);

    DeadLetter letter = letters.find("m", id);
    assertThat(letters.list("m", Optional.empty(), 10).letters()).containsExactly(letter);
    assertThat(letters.body(letter)).asString().isEqualTo("body");
    assertThat(letter.at()).isEqualTo(NOW);
    assertThat(letter.table()).contains("public.t");
    assertThat(letter.bytes()).isEqualTo(4);
    assertThat(letter.message()).isEqualTo("bent\\u001b[2J");
    assertThat(letters.count("m", 100)).contains("1");
    assertThat(lake.list("", "")).hasSize(2);
  }

  @Test
  void aBodyWithoutRecordAfterACrashIsMadeWhole() throws IOException {
    String id = letters.keep(event(Optional.of("m"), 3, "body"));
    for (LakeStorage.LakeFile file : lake.list("", "")) {
      if (file.path().endsWith(".json")) {
        lake.delete(file.path());
      }
    }
    assertThat(letters.count("m", 100)).isEmpty();
    letters.keep(event(Optional.of("m"), 3, "body"));
    assertThat(letters.find("m", id).id()).isEqualTo(id);
  }

  @Test
  void pagesShowEveryLetterOnceThoseOfNoMirrorLast() throws IOException {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      ids.add(letters.keep(event(Optional.of("m"), i % 3, "b" + i)));
      ids.add(letters.keep(event(Optional.empty(), i % 3, "u" + i)));
      letters.keep(event(Optional.of("other"), i % 3, "o" + i));
    }
    List<DeadLetter> seen = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      DeadLetters.Page page = letters.list("m", next, 3);
      assertThat(page.letters()).hasSizeLessThanOrEqualTo(3);
      seen.addAll(page.letters());
      next = page.next();
    } while (next.isPresent());
    assertThat(seen).extracting(DeadLetter::id).containsExactlyInAnyOrderElementsOf(ids);
    assertThat(seen.subList(7, 14)).allMatch(letter -> letter.mirror().isEmpty());
    assertThat(letters.count("m", 5)).contains("5+");
  }

  @Test
  void aFloodIsCountedNotKept() throws IOException {
    for (int i = 0; i < DeadLetters.MOST_KEPT + 20; i++) {
      letters.keep(event(Optional.of("m"), 3, "b" + i));
    }
    letters.keep(event(Optional.of("m"), 4, "another partition"));
    assertThat(letters.count("m", 5_000)).contains(DeadLetters.MOST_KEPT + 1 + "");
    String more = "Files/_delta-mirror/dead-letters/m/changes-3/more";
    assertThat(lake.read(more)).asString().contains("20");

    DeadLetters restarted = new DeadLetters(lake, Clock.systemUTC());
    restarted.keep(event(Optional.of("m"), 3, "after the restart"));
    assertThat(lake.read(more)).asString().contains("21");
  }

  @Test
  void aDiscardedLetterIsGone() throws IOException {
    DeadLetter letter = letters.find("m", letters.keep(event(Optional.empty(), 3, "body")));
    letters.discard(letter);
    assertThat(lake.list("", "")).isEmpty();
    assertThatThrownBy(() -> letters.find("m", letter.id()))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEAD_LETTER_NOT_FOUND));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "../../../etc/passwd",
        "changes-3-../../../../state",
        "changes-3-0f1e2d3c4b5a69788796a5b4c3d2e1f",
        "changes-99999999999-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
      })
  void anIdThatIsNoneFindsNothing(String id) {
    assertThatThrownBy(() -> letters.find("m", id))
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEAD_LETTER_NOT_FOUND));
  }
}
