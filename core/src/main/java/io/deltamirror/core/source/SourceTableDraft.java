package io.deltamirror.core.source;

import io.deltamirror.core.schema.ArrayType;
import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnType;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.RowStorage;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.core.schema.TextType;
import io.deltamirror.core.source.Catalog.Access;
import io.deltamirror.core.source.Catalog.SourceTable;
import io.deltamirror.core.source.RowIdentity.Offer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A table of the catalog while its rows there are read. Not thread-safe. */
final class SourceTableDraft {
  /** From here on PostgreSQL publishes stored generated columns where it is told to. */
  static final int PUBLISHES_GENERATED = 18;

  private static final char PARTITIONED = 'p';

  private record Attribute(
      int attnum, String name, int typeOid, int typmod, String typeName, ColumnType type) {
    Column column(int keyOrdinal) {
      // Lists cannot be looked up in the lake.
      ColumnType carried = keyOrdinal > 0 && type instanceof ArrayType ? new TextType() : type;
      return new Column(attnum, name, typeOid, typmod, typeName, keyOrdinal, carried.form());
    }
  }

  private final long oid;
  private final TableName name;
  private final char relkind;
  private final char relpersistence;
  private final ReplicaIdentity identity;
  private final int attnums;
  private final long rows;
  private final long pages;
  private final long filenode;
  private final List<Integer> index;
  private final boolean primaryKey;
  private final Access access;
  private final int version;
  private final List<Attribute> attributes = new ArrayList<>();
  private final Map<Integer, String> names = new HashMap<>();
  private final List<String> omitted = new ArrayList<>();
  private final Map<Integer, String> missing = new HashMap<>();
  private final StringBuilder versions = new StringBuilder();
  private final List<UserTypes.Use> uses = new ArrayList<>();
  private boolean virtual;

  /**
   * Begins with what all rows of the table say.
   *
   * @param version major version of the server
   */
  SourceTableDraft(ResultSet row, int version) throws SQLException {
    this.oid = row.getLong(1);
    this.name = new TableName(row.getString(2), row.getString(3));
    this.relkind = row.getString(4).charAt(0);
    this.relpersistence = row.getString(5).charAt(0);
    this.identity = ReplicaIdentity.of(row.getString(6).charAt(0));
    this.attnums = row.getInt(7);
    this.rows = row.getLong(8);
    this.pages = row.getLong(9);
    this.filenode = row.getLong(10);
    this.access = Access.valueOf(row.getString(11));
    this.index = attnums(row.getString(12), row.getInt(13));
    this.primaryKey = row.getBoolean(14);
    this.version = version;
  }

  private static List<Integer> attnums(String indkey, int count) {
    List<Integer> attnums = new ArrayList<>();
    if (indkey != null) {
      String[] all = indkey.split(" ", -1);
      for (int i = 0; i < count; i++) {
        attnums.add(Integer.parseInt(all[i]));
      }
    }
    return attnums;
  }

  char relkind() {
    return relkind;
  }

  long oid() {
    return oid;
  }

  /** Takes in what a row says of a column, if it says anything. */
  void addColumn(ResultSet row, SourceTypes types) throws SQLException {
    int attnum = row.getInt(15);
    if (row.wasNull()) {
      return;
    }
    versions.append(attnum).append(':').append(row.getString(23)).append(' ');
    if (row.getBoolean(22)) {
      return; // dropped
    }
    String column = row.getString(16);
    String generated = row.getString(21);
    names.put(attnum, column);
    virtual |= generated.equals("v");
    boolean carried =
        generated.isEmpty() || (generated.equals("s") && version >= PUBLISHES_GENERATED);
    if (!carried) {
      omitted.add(column);
      return;
    }
    int typeOid = (int) row.getLong(17);
    int typmod = row.getInt(18);
    attributes.add(
        new Attribute(
            attnum,
            column,
            typeOid,
            typmod,
            row.getString(19),
            types.of(typeOid, typmod, row.getInt(20))));
    uses.add(new UserTypes.Use(row.getLong(17), UserTypes.Written.parse(row.getString(25))));
    String value = row.getString(24);
    if (value != null) {
      missing.put(attnum, value);
    }
  }

  /** The types of its columns. */
  List<UserTypes.Use> uses() {
    return uses;
  }

  SourceTable table(Optional<Partitions> partitions, UserTypes types) {
    RowIdentity rowIdentity = rowIdentity(partitions);
    List<Column> columns =
        attributes.stream()
            .map(attribute -> attribute.column(rowIdentity.key().indexOf(attribute.name()) + 1))
            .toList();
    boolean root = relkind == PARTITIONED;
    return new SourceTable(
        new TableSchema(oid, name, columns, rowIdentity.identity(), attnums, Map.of()),
        relkind,
        relpersistence,
        root ? partitions.map(Partitions::rows).orElse(-1L) : rows,
        root ? partitions.map(Partitions::pages).orElse(0L) : pages,
        omitted,
        rowIdentity.none(),
        root ? partitions.map(Partitions::filenode).orElse(0L) : filenode,
        new RowStorage(
            root
                ? partitions.map(Partitions::files).map(Object::toString).orElse("")
                : Long.toString(filenode),
            Long.toString(Fingerprint.of(versions.toString()).value(), Character.MAX_RADIX),
            types.of(uses).toString()),
        root ? partitions.map(this::missing).orElse(Map.of()) : missing,
        access,
        partitions.flatMap(Partitions::obstacle));
  }

  private RowIdentity rowIdentity(Optional<Partitions> partitions) {
    Set<String> carried =
        attributes.stream().map(Attribute::name).collect(Collectors.toUnmodifiableSet());
    Offer offer =
        new Offer(name.qualified(), identity, index.stream().map(names::get).toList(), primaryKey);
    return relkind == PARTITIONED
        ? RowIdentity.ofPartitioned(
            offer, carried, virtual, partitions.map(Partitions::offers).orElse(List.of()))
        : RowIdentity.of(offer, carried, virtual);
  }

  private Map<Integer, String> missing(Partitions partitions) {
    Map<Integer, String> all = new HashMap<>();
    for (Attribute attribute : attributes) {
      String value = partitions.missing().get(attribute.name());
      if (value != null) {
        all.put(attribute.attnum(), value);
      }
    }
    return all;
  }
}
