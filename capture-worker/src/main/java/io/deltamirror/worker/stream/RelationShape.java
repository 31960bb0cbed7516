package io.deltamirror.worker.stream;

import io.deltamirror.core.schema.Column;
import io.deltamirror.core.schema.ColumnTypes;
import io.deltamirror.core.schema.ReplicaIdentity;
import io.deltamirror.core.schema.TableName;
import io.deltamirror.core.schema.TableSchema;
import io.deltamirror.worker.pgoutput.Relation;
import io.deltamirror.worker.pgoutput.Relation.RelationColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A RELATION message beside a table's schema. The message has names, types and the replica
 * identity's columns; it has no attnums, and under REPLICA IDENTITY FULL no key.
 */
final class RelationShape {
  private RelationShape() {}

  /** Whether the columns look like the schema's, whatever the key is. */
  private static boolean looksLike(Relation relation, TableSchema schema) {
    if (!name(relation).equals(schema.name())
        || relation.columns().size() != schema.columns().size()) {
      return false;
    }
    for (int i = 0; i < relation.columns().size(); i++) {
      RelationColumn shown = relation.columns().get(i);
      Column column = schema.columns().get(i);
      boolean same =
          shown.name().equals(column.name())
              && shown.typeOid() == column.typeOid()
              && shown.typmod() == column.typmod();
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /**
   * The relation's own shape; what it does not say comes from columns of the same name. Only for
   * changes into which nobody will look: where the columns look like the nearest shape's, it is
   * that one.
   */
  static TableSchema schema(Relation relation, TableSchema nearest) {
    if (looksLike(relation, nearest)) {
      return nearest;
    }
    List<Column> columns = new ArrayList<>();
    int keys = 0;
    for (RelationColumn shown : relation.columns()) {
      boolean key = shown.identity() && relation.identity() != ReplicaIdentity.FULL;
      Optional<Column> known =
          nearest.columns().stream().filter(c -> c.name().equals(shown.name())).findFirst();
      columns.add(
          new Column(
              known.map(Column::attnum).orElse(0),
              shown.name(),
              shown.typeOid(),
              shown.typmod(),
              "type " + Integer.toUnsignedString(shown.typeOid()),
              key ? ++keys : 0,
              known
                  .filter(column -> column.typeOid() == shown.typeOid())
                  .filter(column -> column.typmod() == shown.typmod())
                  .map(Column::carriedAs)
                  .orElseGet(() -> ColumnTypes.builtIn(shown.typeOid(), shown.typmod()).form())));
    }
    return new TableSchema(relation.oid(), name(relation), columns, relation.identity());
  }

  static TableName name(Relation relation) {
    return new TableName(relation.namespace(), relation.name());
  }
}
