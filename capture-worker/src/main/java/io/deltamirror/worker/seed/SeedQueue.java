package io.deltamirror.worker.seed;

import io.deltamirror.core.state.SeedStage;
import io.deltamirror.core.state.TableState;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that spool and wait for a snapshot: until every transaction that was running when they
 * were first seen here has ended, and then for a moment until others have come so far too, since
 * snapshots are few. Not thread-safe.
 */
final class SeedQueue {
  private static final Logger LOG = LoggerFactory.getLogger(SeedQueue.class);
  private static final Duration COMPANY = Duration.ofSeconds(3);
  private static final Duration SILENCE = Duration.ofSeconds(5);
  private static final Duration REMINDER = Duration.ofSeconds(30);

  private record Place(long mark, Instant since) {}

  private final Clock clock;
  private final Map<SeedId, Place> places = new HashMap<>();
  private final Cadence<String> reminder;
  private Optional<Instant> firstReady = Optional.empty();

  SeedQueue(Clock clock) {
    this.clock = clock;
    this.reminder = new Cadence<>(REMINDER, clock);
  }

  /**
   * Takes in who has come to spool.
   *
   * @param states of all tables
   * @return those that are to go under one snapshot now; usually none
   */
  List<TableState> next(List<TableState> states, OpenTransactions transactions)
      throws SQLException {
    List<TableState> spooling =
        states.stream().filter(state -> state.at(state.seed(), SeedStage.SPOOLING)).toList();
    Set<SeedId> present = spooling.stream().map(SeedId::of).collect(Collectors.toSet());
    places.keySet().retainAll(present);
    if (spooling.isEmpty()) {
      firstReady = Optional.empty();
      return List.of();
    }
    if (!places.keySet().containsAll(present)) {
      Place last = new Place(transactions.mark(), clock.instant());
      present.forEach(seed -> places.putIfAbsent(seed, last));
    }
    long oldest = transactions.oldest();
    List<TableState> ready =
        spooling.stream().filter(state -> places.get(SeedId.of(state)).mark() < oldest).toList();
    if (ready.size() < spooling.size()) {
      remind(oldest, transactions);
    }
    if (ready.isEmpty()) {
      firstReady = Optional.empty();
      return List.of();
    }
    Instant since = firstReady.orElseGet(clock::instant);
    firstReady = Optional.of(since);
    boolean othersComing =
        ready.size() < spooling.size()
            || states.stream().anyMatch(state -> state.at(state.seed(), SeedStage.REQUESTED));
    return othersComing && clock.instant().isBefore(since.plus(COMPANY)) ? List.of() : ready;
  }

  private void remind(long oldest, OpenTransactions transactions) throws SQLException {
    Instant silentUntil = clock.instant().minus(SILENCE);
    long waiting =
        places.values().stream()
            .filter(place -> place.mark() >= oldest && place.since().isBefore(silentUntil))
            .count();
    if (waiting > 0 && reminder.due("")) {
      LOG.info(
          "the copy of {} table(s) waits for transactions that were open when they joined; the"
              + " oldest: {}",
          waiting,
          transactions.owner(oldest));
    }
  }
}
