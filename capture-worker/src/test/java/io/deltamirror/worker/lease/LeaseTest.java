package io.deltamirror.worker.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.state.MirrorLease;
import io.deltamirror.core.state.MirrorRun;
import io.deltamirror.core.state.MirrorRun.Phase;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.MirrorStore;
import io.deltamirror.core.state.PartitionMark;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.SqliteMirrorStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseTest {
  private static final Duration TTL = Duration.ofSeconds(10);

  @TempDir private Path folder;

  /** Each machine has a ticker of its own, with a zero of its own. */
  private final AtomicLong firstNanos = new AtomicLong(Long.MAX_VALUE - 1);

  private final AtomicLong secondNanos = new AtomicLong(-5);
  private MirrorStore store;
  private MirrorState state;
  private Lease first;
  private Lease second;

  @BeforeEach
  void open() {
    store = new SqliteMirrorStore(folder.resolve("state.db"));
    state = new MirrorState(store, "m");
    first = new Lease(store, "m", "first", TTL, firstNanos::get);
    second = new Lease(store, "m", "second", TTL, secondNanos::get);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void pass(Duration time) {
    firstNanos.addAndGet(time.toNanos());
    secondNanos.addAndGet(time.toNanos());
  }

  @Test
  void oneHoldsItAndTheOtherStandsBy() {
    assertThat(first.attempt()).isTrue();
    for (int i = 0; i < 10; i++) {
      assertThat(second.attempt()).isFalse();
      pass(Duration.ofSeconds(3));
      assertThat(first.attempt()).isTrue();
    }
    assertThat(first.held()).isTrue();
    assertThat(second.held()).isFalse();
    assertThat(second.other().map(MirrorLease::owner)).contains("first");
  }

  @Test
  void aSilentHolderGivesUpBeforeTheOtherTakesOver() {
    first.attempt();
    second.attempt();
    pass(Duration.ofMillis(7_900));
    assertThat(first.held()).isTrue();
    pass(Duration.ofMillis(200));
    assertThat(first.held()).isFalse();
    assertThat(second.attempt()).isFalse();
    pass(Duration.ofMillis(1_900));
    assertThat(second.attempt()).isTrue();
    assertThat(first.attempt()).isFalse();
    assertThat(state.lease().orElseThrow().owner()).isEqualTo("second");
  }

  @Test
  void theSilenceCountsFromWhenItWasSeenFirst() {
    first.attempt();
    pass(Duration.ofHours(1));
    assertThat(second.attempt()).isFalse();
    pass(Duration.ofMillis(9_900));
    assertThat(second.attempt()).isFalse();
    pass(Duration.ofMillis(200));
    assertThat(second.attempt()).isTrue();
  }

  @Test
  void aLongerTimeOfTheHolderIsRespected() {
    new Lease(store, "m", "slow", Duration.ofSeconds(60), firstNanos::get).attempt();
    second.attempt();
    pass(Duration.ofSeconds(59));
    assertThat(second.attempt()).isFalse();
    pass(Duration.ofSeconds(1));
    assertThat(second.attempt()).isTrue();
  }

  @Test
  void aHolderThatNobodyReplacedGoesOn() {
    first.attempt();
    pass(Duration.ofMinutes(1));
    assertThat(first.held()).isFalse();
    assertThat(first.attempt()).isTrue();
    assertThat(first.held()).isTrue();
  }

  @Test
  void whatIsGivenUpIsFreeAtOnce() {
    first.attempt();
    second.attempt();
    first.release();
    assertThat(first.held()).isFalse();
    assertThat(second.attempt()).isTrue();
    first.release();
    assertThat(state.lease().orElseThrow().owner()).isEqualTo("second");
  }

  @Test
  void aRenewalWhoseAnswerWasLostIsKnownAgain() {
    first.attempt();
    MirrorStore.Document document = store.get("m", MirrorLease.DOCUMENT).orElseThrow();
    store.replace(document, document.text().replace("\"renewals\":1", "\"renewals\":2"));
    assertThat(first.attempt()).isTrue();
  }

  private Tenure tenure(Lease lease) {
    return Tenure.begin(state, lease, new CountDownLatch(1), Instant.EPOCH);
  }

  private SourceIdentity identity(long generation) {
    return new SourceIdentity("1", 1, "slot", 2, Optional.empty(), generation, Optional.empty());
  }

  @Test
  void aTenureWritesUntilTheNextOneBegins() {
    first.attempt();
    Tenure old = tenure(first);
    old.state().identities().put(SourceIdentity.DOCUMENT, identity(1));
    first.release();
    second.attempt();
    Tenure next = tenure(second);

    assertThat(next.fence()).isEqualTo(old.fence() + 1);
    assertThat(next.instance()).isEqualTo(old.instance());
    assertStale(() -> old.state().identities().put(SourceIdentity.DOCUMENT, identity(2)));
    next.state().identities().put(SourceIdentity.DOCUMENT, identity(3));
    assertThat(state.identity()).contains(identity(3));
  }

  @Test
  void aTenureEndsWithItsLeaseThoughNobodyFollows() {
    first.attempt();
    Tenure tenure = tenure(first);
    pass(Duration.ofSeconds(9));
    assertStale(tenure::require);
    assertStale(() -> tenure.state().identities().put(SourceIdentity.DOCUMENT, identity(2)));
    assertStale(() -> tenure(first));
  }

  /** Frozen between its look at the fence and the write. */
  @Test
  void whatAnEarlierOwnerHasInHandCannotBeWrittenBehindTheSeal() {
    state.identities().put(SourceIdentity.DOCUMENT, identity(1));
    first.attempt();
    tenure(first);
    MirrorStore.Document inHand = store.get("m", SourceIdentity.DOCUMENT).orElseThrow();
    first.release();
    second.attempt();
    tenure(second);

    assertThat(store.replace(inHand, "{}")).isEmpty();
    assertThat(state.identity()).contains(identity(1));
  }

  @Test
  void theFenceGrowsAndTheRunStays() {
    state
        .runs()
        .put(MirrorRun.DOCUMENT, MirrorRun.initial(Instant.EPOCH).want(true, Instant.EPOCH));
    first.attempt();
    assertThat(tenure(first).fence()).isEqualTo(1);
    assertThat(tenure(first).fence()).isEqualTo(2);
    assertThat(state.run().orElseThrow().wanted()).isTrue();
    assertThat(state.run().orElseThrow().phase()).isEqualTo(Phase.STARTING);
  }

  @Test
  void theFenceGrowsThoughTheRunIsLost() {
    state
        .marks()
        .put(PartitionMark.document(0), PartitionMark.begun(0, 5, 41, Instant.EPOCH));
    first.attempt();
    assertThat(tenure(first).fence()).isEqualTo(42);
  }

  private static void assertStale(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MirrorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE_WRITER));
  }
}
