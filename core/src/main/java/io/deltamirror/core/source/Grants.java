package io.deltamirror.core.source;

import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.state.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an administrator runs once, so that a role with no further rights can mirror: no superuser,
 * no extension, no table with another owner.
 *
 * @param role that mirrors
 * @param database it mirrors
 * @param names of the mirror's objects
 * @param version major version of the server
 */
public record Grants(String role, String database, SourceNames names, int version) {

  /**
   * The statements, in the order in which they are to be run, each without a semicolon. The role's
   * password is not among them. Tables that cannot be mirrored appear as comments.
   */
  public List<String> statements(List<SourceTable> tables) {
    String grantee = TableName.quote(role);
    List<String> sql = new ArrayList<>();
    sql.add("CREATE ROLE " + grantee + " LOGIN REPLICATION");
    sql.add("GRANT CONNECT ON DATABASE " + TableName.quote(database) + " TO " + grantee);
    List<TableName> chosen = new ArrayList<>();
    List<String> published = new ArrayList<>();
    for (SourceTable table : tables) {
      TableName name = table.schema().name();
      Optional<Fault> refusal = TableRules.refusal(table, Instant.EPOCH);
      if (refusal.isPresent()) {
        published.add("-- " + oneLine(name + ": " + refusal.get().message()));
      } else {
        chosen.add(name);
        published.add(Publications.of(names, table.schema()).add(name));
      }
    }
    chosen.stream()
        .map(TableName::schema)
        .distinct()
        .map(schema -> "GRANT USAGE ON SCHEMA " + TableName.quote(schema) + " TO " + grantee)
        .forEach(sql::add);
    chosen.stream()
        .map(table -> "GRANT SELECT ON TABLE " + table.quoted() + " TO " + grantee)
        .forEach(sql::add);
    List<Publication> publications = Publications.of(names, version);
    publications.stream().map(Publication::create).forEach(sql::add);
    sql.addAll(published);
    sql.addAll(handOver(publications, grantee));
    return sql;
  }

  /**
   * Only the owner of a publication may take a table out of it, and the mirror has to at once when
   * a table loses its replica identity: until then the source's own updates of it fail. It does not
   * take more: a table is put in by who owns the table as well.
   *
   * <p>PostgreSQL wants an owner to have CREATE on the database at that moment, and whoever is no
   * superuser to be a member of the new owner (ALTER PUBLICATION); as such an administrator who
   * owns the tables may still add new ones.
   */
  private List<String> handOver(List<Publication> publications, String grantee) {
    String create = "CREATE ON DATABASE " + TableName.quote(database);
    List<String> sql = new ArrayList<>();
    sql.add("GRANT " + grantee + " TO CURRENT_USER");
    sql.add("GRANT " + create + " TO " + grantee);
    publications.stream().map(publication -> publication.handOver(role)).forEach(sql::add);
    sql.add("REVOKE " + create + " FROM " + grantee);
    return sql;
  }

  /** A name with a line break must not end the comment that it stands in. */
  private static String oneLine(String text) {
    return text.replaceAll("\\R", " ");
  }
}
