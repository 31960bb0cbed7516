package io.deltamirror.core.source;

import io.deltamirror.core.ErrorCode;
import io.deltamirror.core.MirrorException;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.Publications.Membership;
import io.deltamirror.core.state.Fault;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Whether a source can be mirrored, found out before anything is changed on it. */
public final class Preflight {
  private static final int OLDEST_VERSION = 140_000;

  /**
   * Managed services that let nobody have REPLICATION grant a role instead; PostgreSQL itself only
   * looks at the attribute.
   */
  private static final String SERVER =
      """
      SELECT current_setting('server_version_num')::int,
             current_setting('wal_level'),
             pg_is_in_recovery(),
             EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = ?),
             (SELECT count(*) FROM pg_replication_slots)
                 < current_setting('max_replication_slots')::int,
             (SELECT count(*) FROM pg_stat_replication) < current_setting('max_wal_senders')::int,
             EXISTS (SELECT FROM pg_roles r
                     WHERE r.rolname = current_user AND (r.rolreplication OR r.rolsuper))
             OR EXISTS (SELECT FROM pg_roles r
                        WHERE r.rolname = 'rds_replication' AND pg_has_role(r.oid, 'MEMBER')),
             has_database_privilege(current_database(), 'CREATE')
             OR (SELECT count(*) FROM pg_publication WHERE pubname IN (?, ?)) = 2
      """;

  private static final String OWNED =
      """
      SELECT pg_has_role(c.relowner, 'USAGE')
             AND coalesce((SELECT pg_has_role(p.pubowner, 'USAGE') FROM pg_publication p
                           WHERE p.pubname = ?), true)
      FROM pg_class c WHERE c.oid = ?
      """;

  /**
   * Something that is in the way.
   *
   * @param blocking of the whole mirror; otherwise of one table
   */
  public record Finding(ErrorCode code, String message, String remedy, boolean blocking) {
    static Finding blocking(ErrorCode code, String message) {
      return new Finding(code, message, code.remedy(), true);
    }

    static Finding ofTable(Fault fault) {
      return new Finding(fault.code(), fault.message(), fault.code().remedy(), false);
    }
  }

  private final SourceSession session;
  private final SourceNames names;

  public Preflight(SourceSession session, SourceNames names) {
    this.session = session;
    this.names = names;
  }

  /**
   * Everything that is in the way, the blocking first. Returns what it has found when the source
   * cannot be reached; throws nothing.
   */
  public List<Finding> check(TablePatterns patterns) {
    List<Finding> findings = new ArrayList<>();
    try (Connection connection = session.open()) {
      checkServer(connection, findings);
      if (findings.isEmpty()) {
        checkTables(connection, patterns, findings);
      }
    } catch (SQLException e) {
      MirrorException failure = SourceErrors.of("cannot check the source", e);
      findings.add(Finding.blocking(failure.code(), failure.getMessage()));
    } catch (MirrorException e) {
      findings.add(Finding.blocking(e.code(), e.getMessage()));
    }
    return findings;
  }

  /**
   * As {@link #check}, for a start.
   *
   * @return what does not block it
   * @throws MirrorException of the first blocking finding
   */
  public List<Finding> require(TablePatterns patterns) {
    List<Finding> findings = check(patterns);
    findings.stream()
        .filter(Finding::blocking)
        .findFirst()
        .ifPresent(
            finding -> {
              throw new MirrorException(finding.code(), finding.message());
            });
    return findings;
  }

  private void checkServer(Connection connection, List<Finding> findings) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SERVER)) {
      select.setString(1, names.slot());
      select.setString(2, names.full());
      select.setString(3, names.insertOnly());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        boolean slotExists = row.getBoolean(4);
        require(
            row.getInt(1) >= OLDEST_VERSION, findings, ErrorCode.SOURCE_VERSION, row.getString(1));
        require(
            row.getString(2).equals("logical"),
            findings,
            ErrorCode.SOURCE_WAL_LEVEL,
            "wal_level is " + row.getString(2));
        require(!row.getBoolean(3), findings, ErrorCode.SOURCE_STANDBY, "it is in recovery");
        require(
            slotExists || row.getBoolean(5),
            findings,
            ErrorCode.SOURCE_SLOTS,
            "all max_replication_slots are taken");
        require(
            slotExists || row.getBoolean(6),
            findings,
            ErrorCode.SOURCE_SLOTS,
            "all max_wal_senders are taken");
        require(row.getBoolean(7), findings, ErrorCode.SOURCE_ROLE, "the role may not replicate");
        require(
            row.getBoolean(8),
            findings,
            ErrorCode.SOURCE_PUBLICATION,
            "the role may not create publications in this database; an administrator can: "
                + Publications.of(names, row.getInt(1) / 10_000).stream()
                    .map(Publication::create)
                    .collect(Collectors.joining("; ")));
      }
    }
  }

  private static void require(
      boolean met, List<Finding> findings, ErrorCode code, String otherwise) {
    if (!met) {
      findings.add(Finding.blocking(code, code.summary() + " (" + otherwise + ")"));
    }
  }

  private void checkTables(Connection connection, TablePatterns patterns, List<Finding> findings)
      throws SQLException {
    Instant now = Instant.now();
    Map<Long, Membership> members = new Publications(connection, names).members();
    for (SourceTable table : new Catalog(connection).tables()) {
      if (!patterns.matches(table.schema().name())) {
        continue;
      }
      Optional<Fault> fault =
          TableRules.refusal(table, now).or(() -> TableRules.unreadable(table, now));
      if (fault.isPresent()) {
        findings.add(Finding.ofTable(fault.get()));
        continue;
      }
      Membership member = members.getOrDefault(table.schema().oid(), Membership.NONE);
      if (!member.fits(table.schema()) && !mayAdd(connection, table)) {
        Publication publication = Publications.of(names, table.schema());
        findings.add(
            Finding.ofTable(
                new Fault(
                    ErrorCode.SOURCE_PUBLICATION,
                    "not in the publication; run as its owner: "
                        + publication.add(table.schema().name()),
                    now)));
      }
    }
  }

  private boolean mayAdd(Connection connection, SourceTable table) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OWNED)) {
      select.setString(1, Publications.of(names, table.schema()).name());
      select.setLong(2, table.schema().oid());
      try (ResultSet row = select.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }
}
