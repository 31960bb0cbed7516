package io.deltamirror.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.state.MirrorStore.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link MirrorStore} must do. */
abstract class MirrorStoreContract {
  private MirrorStore store;

  /** A store on the same documents as any other opened in the same test. */
  abstract MirrorStore open();

  @BeforeEach
  void start() {
    store = open();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void aDocumentReadsBackWithItsEtag() {
    Document created = store.create("m", "table:1", "one ü").orElseThrow();
    assertThat(store.get("m", "table:1")).contains(created);
    assertThat(created.text()).isEqualTo("one ü");
    assertThat(store.get("m", "table:2")).isEmpty();
    assertThat(store.get("n", "table:1")).isEmpty();
  }

  @Test
  void onlyOneCreates() {
    assertThat(store.create("m", "a", "1")).isPresent();
    assertThat(store.create("m", "a", "2")).isEmpty();
    assertThat(store.get("m", "a").orElseThrow().text()).isEqualTo("1");
  }

  @Test
  void aStaleVersionReplacesNothing() {
    Document first = store.create("m", "a", "1").orElseThrow();
    Document second = store.replace(first, "2").orElseThrow();
    assertThat(store.replace(first, "3")).isEmpty();
    assertThat(store.get("m", "a")).contains(second);
    assertThat(second.etag()).isNotEqualTo(first.etag());
  }

  @Test
  void theSameTextIsAnotherVersion() {
    Document first = store.create("m", "a", "1").orElseThrow();
    assertThat(store.replace(first, "1")).isPresent();
    assertThat(store.replace(first, "2")).isEmpty();
  }

  @Test
  void aStaleVersionDeletesNothing() {
    Document first = store.create("m", "a", "1").orElseThrow();
    Document second = store.replace(first, "2").orElseThrow();
    assertThat(store.delete(first)).isFalse();
    assertThat(store.delete(second)).isTrue();
    assertThat(store.get("m", "a")).isEmpty();
    assertThat(store.delete(second)).isTrue();
  }

  @Test
  void aDocumentMadeAnewIsNotTheOldOne() {
    Document first = store.create("m", "a", "1").orElseThrow();
    store.delete(first);
    assertThat(store.create("m", "a", "1")).isPresent();
    assertThat(store.replace(first, "2")).isEmpty();
    assertThat(store.delete(first)).isFalse();
  }

  @Test
  void listsByPrefixInOrder() {
    for (String name : List.of("part:2", "part:1", "part:10", "partner", "q")) {
      store.create("m", name, name);
    }
    store.create("n", "part:3", "other mirror");
    assertThat(store.list("m", "part:"))
        .extracting(Document::name)
        .containsExactly("part:1", "part:10", "part:2");
    assertThat(store.mirrors()).containsExactly("m", "n");
  }

  @Test
  void holdsTheLongestDocument() {
    // Pairs that no cut at an even place leaves whole.
    String text = "ä" + "\uD83D\uDE00".repeat(MirrorStore.MAX_LENGTH / 2 - 1) + "€";
    assertThat(store.create("m", "long", text)).isPresent();
    assertThat(store.get("m", "long").orElseThrow().text()).isEqualTo(text);
    assertThatThrownBy(() -> store.create("m", "longer", text + "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anotherOpenerSeesEveryWrite() {
    Document first = store.create("m", "a", "1").orElseThrow();
    try (MirrorStore other = open()) {
      assertThat(other.get("m", "a")).contains(first);
      assertThat(other.replace(first, "2")).isPresent();
    }
    assertThat(store.get("m", "a").orElseThrow().text()).isEqualTo("2");
  }

  @Test
  void ofManyCreatorsOneSucceeds() throws Exception {
    ExecutorService creators = Executors.newFixedThreadPool(8);
    try (MirrorStore other = open()) {
      for (int round = 0; round < 10; round++) {
        String name = "once:" + round;
        List<Callable<Optional<Document>>> attempts =
            IntStream.range(0, 8)
                .<Callable<Optional<Document>>>mapToObj(
                    i -> () -> (i % 2 == 0 ? store : other).create("m", name, "by " + i))
                .toList();
        List<Document> created = new ArrayList<>();
        for (Future<Optional<Document>> attempt : creators.invokeAll(attempts)) {
          attempt.get().ifPresent(created::add);
        }
        assertThat(created).hasSize(1);
        assertThat(store.get("m", name)).contains(created.get(0));
      }
    }
    creators.shutdown();
  }

  record Counter(int value) {}

  @Test
  void updatesOfManyWritersAllCount() throws Exception {
    store.create("m", "count", "{\"value\":0}");
    try (MirrorStore other = open()) {
      ExecutorService writers = Executors.newFixedThreadPool(4);
      List<Future<?>> all =
          IntStream.range(0, 4)
              .<Future<?>>mapToObj(i -> writers.submit(() -> count(i % 2 == 0 ? store : other)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
      writers.shutdown();
    }
    assertThat(new Documents<>(store, "m", Counter.class).get("count"))
        .isEqualTo(Optional.of(new Counter(100)));
  }

  private static void count(MirrorStore in) {
    Documents<Counter> counters = new Documents<>(in, "m", Counter.class);
    for (int i = 0; i < 25; i++) {
      counters.update("count", counter -> new Counter(counter.value() + 1));
    }
  }
}
