package io.deltamirror.core.source;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which server this is, as IDENTIFY_SYSTEM says (PostgreSQL: "Streaming Replication Protocol").
 *
 * @param identifier made by initdb; a restored copy keeps it
 * @param timeline another one after a failover or a restore to an earlier point
 */
public record SourceSystem(String identifier, int timeline) {

  /**
   * Asks the server.
   *
   * @throws io.deltamirror.core.MirrorException with a {@code SOURCE_…} code, {@code SOURCE_ROLE}
   *     when the role may not replicate
   */
  public static SourceSystem identify(SourceSession session) {
    try (Connection connection = session.openReplication();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SourceSystem(row.getString("systemid"), row.getInt("timeline"));
    } catch (SQLException e) {
      throw SourceErrors.of("cannot identify the source", e);
    }
  }
}
