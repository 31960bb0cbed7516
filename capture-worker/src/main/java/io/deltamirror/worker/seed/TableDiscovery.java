package io.deltamirror.worker.seed;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.change.Position;
import io.deltamirror.core.failpoint.Failpoint;
import io.deltamirror.core.failpoint.Failpoints;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TypeOptions;
import io.deltamirror.core.source.Catalog;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.Publications;
import io.deltamirror.core.source.Publications.Membership;
import io.deltamirror.core.source.SourceNames;
import io.deltamirror.core.source.TablePatterns;
import io.deltamirror.core.source.TableRules;
import io.deltamirror.core.state.Fault;
import io.deltamirror.core.state.MirrorState;
import io.deltamirror.core.state.SourceIdentity;
import io.deltamirror.core.state.TableState;
import io.deltamirror.worker.stream.SeedMarks;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the source's catalog with the tables' states and the publications, and makes them agree:
 * chosen tables join and stay, those that cannot be mirrored are published no longer and say why,
 * those that have another shape or are gone are told to the stream, and what stands in a table's
 * way is of no concern to the others. Not thread-safe.
 */
final class TableDiscovery {
  private static final Logger LOG = LoggerFactory.getLogger(TableDiscovery.class);
  private static final Duration REMINDER = Duration.ofMinutes(1);

  /** What was told to the stream is lost when it stops. */
  private static final Duration REPEAT = Duration.ofSeconds(10);

  /** Stands for the partitions in a publication, among the OIDs of tables. */
  private static final long PARTITIONS = 0;

  private final MirrorState mirror;
  private final TablePatterns chosen;
  private final TypeOptions types;
  private final SeedMarks marks;
  private final SourceNames names;
  private final Clock clock;
  private final TableEntry entry;
  private final Cadence<Long> reminder;
  private final Cadence<Long> reshapes;
  private final Cadence<Long> drops;
  private final Set<Long> published = new HashSet<>();

  TableDiscovery(
      MirrorState mirror, TablePatterns chosen, TypeOptions types, SeedMarks marks, Clock clock) {
    this.mirror = mirror;
    this.chosen = chosen;
    this.types = types;
    this.marks = marks;
    this.names = SourceNames.of(mirror.mirror());
    this.clock = clock;
    this.entry = new TableEntry(mirror, clock);
    this.reminder = new Cadence<>(REMINDER, clock);
    this.reshapes = new Cadence<>(REPEAT, clock);
    this.drops = new Cadence<>(REPEAT, clock);
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
    reshapes.retain(states.keySet());
    drops.retain(states.keySet());
    Publications publications = new Publications(connection, names);
    Map<Long, Membership> members = publications.members();
    published.clear();
    Position at = place(connection);
    List<SourceTable> tables = new Catalog(connection, types).tables();
    Map<TableName, TableState> left = left(states, tables);
    for (SourceTable table : tables) {
      long oid = table.schema().oid();
      boolean takesPart = states.containsKey(oid) && states.get(oid).seed() > 0;
      if (takesPart || chosen.matches(table.schema().name())) {
        Optional<TableState> state = Optional.ofNullable(states.remove(oid));
        Optional<TableState> replaced = Optional.ofNullable(left.get(table.schema().name()));
        look(connection, publications, new Sighting(table, at, replaced), state, members.get(oid));
      }
    }
    dropPartitions(publications);
    for (TableState state : states.values()) {
      if (entry.gone(state) && drops.due(state.oid())) {
        LOG.info("{} is no longer on the source", state.name());
        marks.drop(state.oid());
      }
    }
  }

  private Position place(Connection connection) throws SQLException {
    long generation = mirror.identity().map(SourceIdentity::generation).orElse(0L);
    return new Position(generation, insertLsn(connection), 0);
  }

  /** By name, the latest of those that took part and that the source no longer has. */
  private static Map<TableName, TableState> left(
      Map<Long, TableState> states, List<SourceTable> tables) {
    Map<Long, TableState> left = new HashMap<>(states);
    tables.forEach(table -> left.remove(table.schema().oid()));
    return left.values().stream()
        .filter(state -> state.seed() > 0)
        .collect(
            Collectors.toMap(
                TableState::name,
                Function.identity(),
                BinaryOperator.maxBy(Comparator.comparing(TableState::since))));
  }

  private void look(
      Connection connection,
      Publications publications,
      Sighting seen,
      Optional<TableState> state,
      Membership member)
      throws SQLException {
    SourceTable table = seen.table();
    Optional<Fault> fault =
        TableRules.refusal(table, clock.instant())
            .or(() -> TableRules.unreadable(table, clock.instant()));
    try {
      if (fault.isPresent()) {
        entry.refuse(table, fault.get());
        publications.remove(table.schema().name(), member);
        return;
      }
      if (!publications.has(table.schema(), member)) {
        entry.missed(
            seen,
            member == null
                ? "it was not published for a while"
                : "what identifies its rows has changed");
        Failpoints.reach(Failpoint.SEED_MISSED_RECORDED);
        publications.add(table.schema(), member);
        Failpoints.reach(Failpoint.SEED_TABLE_PUBLISHED);
      }
      published.add(table.schema().oid());
      if (entry.accept(seen, state) && reshapes.due(table.schema().oid())) {
        reshape(connection, table);
      }
    } catch (MirrorException e) {
      if (e.code() == ErrorCode.SOURCE_PUBLICATION && fault.isEmpty()) {
        entry.refuse(table, Fault.of(e, clock.instant()));
        return;
      }
      later(e, table.schema().oid(), table.schema().name().toString());
    }
  }

  /** At the LSN between two readings of the catalog that agree it certainly had this shape. */
  private void reshape(Connection connection, SourceTable table) throws SQLException {
    long lsn = insertLsn(connection);
    boolean certain =
        new Catalog(connection, types)
            .table(table.schema().oid())
            .filter(again -> again.schema().equals(table.schema()))
            .filter(again -> again.storage().equals(table.storage()))
            .isPresent();
    if (certain) {
      marks.reshape(table, lsn);
    }
  }

  private static long insertLsn(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()")) {
      row.next();
      return Position.parseLsn(row.getString(1));
    }
  }

  private void dropPartitions(Publications publications) throws SQLException {
    try {
      publications.dropPartitions();
    } catch (MirrorException e) {
      later(e, PARTITIONS, "partitions in the publications");
    }
  }

  private void later(MirrorException e, long oid, String what) {
    boolean ofThisTable =
        e.code() == ErrorCode.SOURCE_PUBLICATION || e.code() == ErrorCode.SOURCE_FAILED;
    if (!ofThisTable) {
      throw e;
    }
    if (reminder.due(oid)) {
      LOG.warn("{} will be tried again: {}", what, e.getMessage());
    }
  }
}
