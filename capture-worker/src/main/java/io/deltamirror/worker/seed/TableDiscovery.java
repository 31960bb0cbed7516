package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.Publications;
import io.deltamirror.core.source.Publications.Membership;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.TableState;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the source's catalog with the tables' states and the publications, and makes them agree:
 * chosen tables join and stay, those that cannot be mirrored are published no longer and say why,
 * and what stands in a table's way is of no concern to the others. Not thread-safe.
 */
final class TableDiscovery {
  private static final Logger LOG = LoggerFactory.getLogger(TableDiscovery.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  private final MirrorState mirror;
  private final TablePatterns chosen;
  private final SourceNames names;
  private final Clock clock;
  private final TableEntry entry;
  private final Cadence<Long> reminder;
  private final Set<Long> published = new HashSet<>();

  TableDiscovery(MirrorState mirror, TablePatterns chosen, Clock clock) {
    this.mirror = mirror;
    this.chosen = chosen;
    this.names = SourceNames.of(mirror.mirror());
    this.clock = clock;
    this.entry = new TableEntry(mirror.tables(), clock);
    this.reminder = new Cadence<>(REMINDER, clock);
  }

  /** Whether a table was in its publication when last looked at. */
  boolean published(long oid) {
    return published.contains(oid);
  }

  /**
   * Looks at all tables.
   *
   * @param connection in auto-commit mode
   */
  void run(Connection connection) throws SQLException {
    Map<Long, TableState> states = new HashMap<>();
    mirror.tables().list(TableState.PREFIX).forEach(state -> states.put(state.oid(), state));
    Publications publications = new Publications(connection, names);
    Map<Long, Membership> members = publications.members();
    published.clear();
    for (SourceTable table : new Catalog(connection).tables()) {
      long oid = table.schema().oid();
      boolean takesPart = states.containsKey(oid) && states.get(oid).seed() > 0;
      if (takesPart || chosen.matches(table.schema().name())) {
        states.remove(oid);
        look(publications, table, members.get(oid));
      }
    }
    states.values().forEach(entry::gone);
  }

  private void look(Publications publications, SourceTable table, Membership member)
      throws SQLException {
    Optional<Fault> fault =
        TableRules.refusal(table, clock.instant())
            .or(() -> TableRules.unreadable(table, clock.instant()));
    try {
      if (fault.isPresent()) {
        entry.refuse(table, fault.get());
        // An update of a table without a key, once published, fails in the source's application.
        publications.remove(table.schema().name(), member);
        return;
      }
      if (!publications.has(table.schema(), member)) {
        entry.missed(table.schema());
        Failpoints.reach(Failpoint.SEED_MISSED_RECORDED);
        publications.add(table.schema(), member);
        Failpoints.reach(Failpoint.SEED_TABLE_PUBLISHED);
      }
      published.add(table.schema().oid());
      entry.accept(table.schema());
    } catch (MirrorException e) {
      if (e.code() == ErrorCode.SOURCE_PUBLICATION && fault.isEmpty()) {
        entry.refuse(table, Fault.of(e, clock.instant()));
        return;
      }
      boolean ofThisTable =
          e.code() == ErrorCode.SOURCE_PUBLICATION || e.code() == ErrorCode.SOURCE_FAILED;
      if (!ofThisTable) {
        throw e;
      }
      if (reminder.due(table.schema().oid())) {
        LOG.warn("{} will be tried again: {}", table.schema().name(), e.getMessage());
      }
    }
  }
}
