package io.deltamirror.core.state;

import static io.deltamirror.core.azurite.BentStorage.drop;
import static io.deltamirror.core.azurite.BentStorage.status;
import static io.deltamirror.core.azurite.BentStorage.swallow;
import static io.deltamirror.core.azurite.BentStorage.swallowThen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.azure.StorageAccount;
import io.deltamirror.core.azure.StorageLimits;
import io.deltamirror.core.azurite.Azurite;
import io.deltamirror.core.azurite.BentStorage;
import io.deltamirror.core.azurite.BentStorage.Fault;
import io.deltamirror.core.azurite.TestLimits;
import io.deltamirror.core.state.MirrorStore.Document;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Table storage that fails, is late, or loses its answers: each write has its effect once. */
class TableStorageFaultsIT {
  private final String table = Azurite.freshName("faults");
  private BentStorage bent;
  private MirrorStore direct;
  private MirrorStore store;

  @BeforeEach
  void start() {
    Azurite azurite = Azurite.shared();
    bent = new BentStorage(azurite.tables());
    direct = open(azurite.tables(), TestLimits.quick());
    store = open(bent.address(), TestLimits.quick());
  }

  @AfterEach
  void stop() {
    bent.close();
  }

  private MirrorStore open(String tables, StorageLimits limits) {
    String connection = Azurite.connection(Azurite.shared().blobs(), tables);
    return TableStorage.open(new StorageAccount.ByConnection(connection), table, limits);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MirrorException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.STATE_UNAVAILABLE));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void whatThePassingFaultRefusedIsDoneAtTheNextAttempt(int status) {
    bent.bendNext("POST", status(status, "Busy"));
    Document made = store.create("m", "a", "1").orElseThrow();
    bent.bendNext("PUT", status(status, "Busy"));
    Document replaced = store.replace(made, "2").orElseThrow();
    bent.bendNext("GET", status(status, "Busy"));
    assertThat(store.get("m", "a")).contains(replaced);
    bent.bendNext("GET", status(status, "Busy"));
    assertThat(store.list("m", "")).containsExactly(replaced);
    bent.bendNext("DELETE", status(status, "Busy"));
    assertThat(store.delete(replaced)).isTrue();
    assertThat(direct.get("m", "a")).isEmpty();
  }

  @Test
  void aDroppedConnectionIsTriedAgain() {
    bent.bendNext("POST", drop());
    Document made = store.create("m", "a", "1").orElseThrow();
    bent.bendNext("PUT", drop());
    Document replaced = store.replace(made, "2").orElseThrow();
    bent.bendNext("DELETE", drop());
    assertThat(store.delete(replaced)).isTrue();
  }

  @Test
  void aCreateWhoseAnswerIsLostIsKnownAsOurs() {
    bent.bend(line -> line.startsWith("POST"), 2, swallow());
    Document made = store.create("m", "a", "1").orElseThrow();
    assertThat(direct.get("m", "a")).contains(made);
    assertThat(store.replace(made, "2")).isPresent();
  }

  @Test
  void aReplaceWhoseAnswerIsLostIsKnownAsOurs() {
    Document made = direct.create("m", "a", "1").orElseThrow();
    bent.bend(line -> line.startsWith("PUT"), 2, swallow());
    Document replaced = store.replace(made, "2").orElseThrow();
    assertThat(direct.get("m", "a")).contains(replaced);
  }

  @Test
  void aDeleteWhoseAnswerIsLostIsADelete() {
    Document made = direct.create("m", "a", "1").orElseThrow();
    bent.bendNext("DELETE", swallow());
    assertThat(store.delete(made)).isTrue();
    assertThat(direct.get("m", "a")).isEmpty();
  }

  @Test
  void aLostAnswerThatAnotherWriteFollowsIsNotTakenForARefusal() {
    Document made = direct.create("m", "a", "1").orElseThrow();
    bent.bendNext(
        "PUT", swallowThen(() -> direct.replace(direct.get("m", "a").orElseThrow(), "theirs")));
    assertUnavailable(() -> store.replace(made, "ours"));
    bent.bendNext(
        "POST", swallowThen(() -> direct.replace(direct.get("m", "b").orElseThrow(), "theirs")));
    assertUnavailable(() -> store.create("m", "b", "ours"));
    Document third = direct.create("m", "c", "1").orElseThrow();
    bent.bendNext("DELETE", swallowThen(() -> direct.create("m", "c", "made anew")));
    assertUnavailable(() -> store.delete(third));
    assertThat(direct.get("m", "c").orElseThrow().text()).isEqualTo("made anew");
  }

  @Test
  void aRefusalWithoutALostAnswerIsARefusal() {
    Document made = direct.create("m", "a", "1").orElseThrow();
    direct.replace(made, "2");
    assertThat(store.create("m", "a", "x")).isEmpty();
    assertThat(store.replace(made, "x")).isEmpty();
    assertThat(store.delete(made)).isFalse();
    Document gone = direct.create("m", "b", "1").orElseThrow();
    direct.delete(gone);
    assertThat(store.replace(gone, "x")).isEmpty();
  }

  @Test
  void aFaultThatStaysEndsAfterTheAttemptsThereAre() {
    bent.bend(line -> line.startsWith("GET"), 100, status(503, "ServerBusy"));
    int before = bent.seen().size();
    assertUnavailable(() -> store.get("m", "a"));
    assertThat(bent.seen().size() - before).isEqualTo(TestLimits.ATTEMPTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 409, 412, 413})
  void whatWillNotPassIsNotTriedAgain(int status) {
    bent.bend(line -> line.startsWith("GET"), 100, status(status, "NoWay"));
    int before = bent.seen().size();
    assertUnavailable(() -> store.get("m", "a"));
    assertThat(bent.seen().size() - before).isEqualTo(1);
  }

  @Test
  void aMissingTableIsNotAMissingDocument() {
    bent.bend(
        line -> line.startsWith("GET"),
        2,
        request ->
            request.answer(
                404,
                Map.of("Content-Type", "application/json"),
                "{\"odata.error\":{\"code\":\"TableNotFound\",\"message\":{\"value\":\"gone\"}}}"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertUnavailable(() -> store.get("m", "a"));
    assertUnavailable(() -> store.list("m", ""));
    bent.bendNext("GET", status(404, "NotHere"));
    assertUnavailable(() -> store.get("m", "a"));
  }

  @Test
  void anAnswerThatIsLateIsNotWaitedForAndTheRequestSentAgain() {
    MirrorStore impatient = open(bent.address(), TestLimits.impatient());
    bent.bendNext("POST", bent.hang());
    assertThat(impatient.create("m", "a", "1")).isPresent();
    assertThat(direct.get("m", "a").orElseThrow().text()).isEqualTo("1");
  }

  record Counter(int value) {}

  @Test
  void countsRightWhateverHappensToRequestsAndAnswers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    store.create("m", "count", "{\"value\":0}");
    Fault[] faults = {drop(), swallow(), status(503, "ServerBusy"), status(500, "Internal")};
    Documents<Counter> counters = new Documents<>(store, "m", Counter.class);
    for (int i = 1; i <= 60; i++) {
      String method = random.nextBoolean() ? "PUT" : "GET";
      bent.bendNext(method, faults[random.nextInt(faults.length)]);
      int next = i;
      assertThat(counters.update("count", counter -> new Counter(counter.value() + 1)))
          .as("seed %d", seed)
          .contains(new Counter(next));
    }
  }
}
